import type { TestProject } from 'vitest/node';
import { migrate } from '../../../../cli/migrate.ts';
import { createTemplate, startTestCluster } from '../../../../cli/test-database.mjs';

declare module 'vitest' {
	export interface ProvidedContext {
		cluster: string;
	}
}

/** One real PostgreSQL for the whole run, migrated once into a template that each test file copies. */
export default async function setup(project: TestProject) {
	const cluster = await startTestCluster();
	await createTemplate(cluster.connection, migrate);
	project.provide('cluster', JSON.stringify(cluster.connection));
	return () => cluster.stop();
}
