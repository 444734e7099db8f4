import { catalogue } from '../../lib/server/catalogue/catalogue.ts';
import { publish } from '../../lib/server/catalogue/publish.ts';
import { openDatabase } from '../../lib/server/db/database.ts';
import type { DatabaseUrls } from './command.ts';

/** `waypost content publish`: stores new course versions, policy versions and rules, whole and for good. */
export async function run(_args: string[], { appUrl }: DatabaseUrls): Promise<number> {
	const { db } = openDatabase(appUrl, { max: 2 });
	try {
		const published = await publish(db, catalogue());
		const news = [...published.courses, ...published.policies, ...published.permissions];
		console.log(news.length > 0 ? `Published: ${news.join(', ')}` : 'Everything is published already.');
		return 0;
	} finally {
		await db.destroy();
	}
}
