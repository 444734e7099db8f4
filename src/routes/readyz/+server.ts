import { json } from '@sveltejs/kit';
import { fitness, missingMigrations, serving } from '#lib/server/db/serving.ts';
import { knownMigrations } from '../../hooks/known-migrations.ts';
import type { RequestHandler } from './$types';

/**
 * Whether requests can be served: the database answers and is migrated. `roles: one-role` says that the tables' owner
 * serves, so that forced row-level security and triggers stand alone.
 */
export const GET: RequestHandler = async () => {
	const answer = await state();
	return json(answer, { status: answer.ready ? 200 : 503, headers: { 'cache-control': 'no-store' } });
};

async function state() {
	try {
		const fit = await fitness(serving());
		if (!fit.ok) return { ready: false, database: 'unfit', reason: fit.reason };
		const missing = await missingMigrations(serving(), knownMigrations);
		return {
			ready: missing.length === 0,
			database: 'reachable',
			migrated: missing.length === 0,
			roles: fit.roles
		};
	} catch {
		return { ready: false, database: 'unreachable' };
	}
}
