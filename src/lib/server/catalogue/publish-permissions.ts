import type { Trx } from '#lib/server/db/database.ts';
import { permissionTexts, type PermissionText } from './permission-texts.ts';
import type { Catalogue } from './read-catalogue.ts';

/**
 * Keeps the words of permissions as somebody may be shown them, and how the district reads its roster's links. A
 * changed English text under an unchanged version throws; a corrected translation is kept beside the one before.
 */
export async function publishPermissions(trx: Trx, { permissions, district }: Catalogue): Promise<string[]> {
	await trx
		.updateTable('family_rule')
		.set({ links_shown: district.families.links_shown })
		.where('links_shown', '<>', district.families.links_shown)
		.execute();
	const published: string[] = [];
	for (const purpose of Object.values(permissions)) {
		let isNew = false;
		for (const text of permissionTexts(purpose)) if (await publishText(trx, text)) isNew = true;
		if (isNew) published.push(`${purpose.id} ${purpose.version}`);
	}
	return published;
}

async function publishText(trx: Trx, { hash, purpose, version, language, reader, ...body }: PermissionText) {
	const known = await trx
		.selectFrom('permission_text')
		.select('hash')
		.where('purpose', '=', purpose)
		.where('version', '=', version)
		.where('language', '=', language)
		.where('reader', '=', reader)
		.execute();
	if (known.some((text) => text.hash === hash)) return false;
	if (known.length > 0 && language === 'en')
		throw new Error(
			`The permission “${purpose}” has changed under the unchanged version ${version}. Give it a higher version in content/permissions.yaml.`
		);
	await trx
		.insertInto('permission_text')
		.values({ hash, purpose, version, language, reader, body: JSON.stringify(body) })
		.onConflict((conflict) => conflict.doNothing())
		.execute();
	return true;
}
