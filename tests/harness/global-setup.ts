import { openDatabase } from '#lib/server/db/database.ts';
import { seedDemo } from '#lib/server/demo/seed.ts';
import { migrate } from '../../src/cli/migrate.ts';
import { databaseUrls } from '../../src/cli/postgres-roles.mjs';
import { createTemplate, startTestCluster, TEMPLATE } from '../../src/cli/test-database.mjs';

/** Workers read from here how to reach the cluster of this run. */
export const CLUSTER = 'WAYPOST_TEST_CLUSTER';

/** One real PostgreSQL for the whole run, with a template of the seeded demo district that each spec file copies. */
export default async function setup() {
	const cluster = await startTestCluster();
	try {
		await createTemplate(cluster.connection, async (ownerUrl) => {
			await migrate(ownerUrl);
			const app = openDatabase(databaseUrls(cluster.connection, TEMPLATE).appUrl, { max: 4 });
			const owner = openDatabase(ownerUrl, { max: 2 });
			await seedDemo(app.db, owner.db);
			await Promise.all([app.db.destroy(), owner.db.destroy()]);
		});
	} catch (error) {
		await cluster.stop();
		throw error;
	}
	process.env[CLUSTER] = JSON.stringify(cluster.connection);
	return () => cluster.stop();
}
