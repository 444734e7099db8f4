import { openDatabase } from '../../lib/server/db/database.ts';
import { seedDemo } from '../../lib/server/demo/seed.ts';
import type { DatabaseUrls } from './command.ts';

/** `waypost demo seed`: fills an empty database with the demo district. */
export async function run(_args: string[], { ownerUrl, appUrl }: DatabaseUrls): Promise<number> {
	const app = openDatabase(appUrl, { max: 4 });
	const owner = openDatabase(ownerUrl, { max: 2 });
	try {
		const known = await app.db.selectFrom('organisation').select('id').limit(1).executeTakeFirst();
		if (known) {
			console.error('This database already holds a district. The demo only fills an empty one.');
			return 1;
		}
		const { people } = await seedDemo(app.db, owner.db);
		console.log(`Seeded the demo district: ${people} people.`);
		return 0;
	} finally {
		await app.db.destroy();
		await owner.db.destroy();
	}
}
