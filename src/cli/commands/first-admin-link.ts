import * as firstAdministrator from '../../lib/server/auth/first-administrator.ts';
import { openDatabase } from '../../lib/server/db/database.ts';
import type { DatabaseUrls } from './command.ts';

/** `waypost first-admin-link`: prints a link that makes the first administrator; once, within an hour. */
export async function run(_args: string[], { appUrl }: DatabaseUrls): Promise<number> {
	const { db } = openDatabase(appUrl, { max: 2 });
	try {
		const made = await firstAdministrator.createLink(db);
		if (!made.ok) {
			console.log('This district has an administrator already; a further one is given the right by them.');
			return 0;
		}
		const origin = process.env['ORIGIN'] ?? `http://localhost:${process.env['PORT'] ?? '3000'}`;
		console.log('Open this link within an hour to make the first administrator. It works once:');
		console.log(`${origin}/first-administrator/${made.token}`);
		return 0;
	} finally {
		await db.destroy();
	}
}
