import type pg from 'pg';
import { sql } from 'kysely';
import type { Db } from '#lib/server/db/database.ts';
import { within } from '#lib/server/db/scope.ts';
import { apply, type Confirmation } from './apply.ts';
import { begin, fail, read, rosterScope } from './imports.ts';
import { plan } from './plan.ts';
import type { RosterSource } from './read-archive.ts';
import { rosterSettings } from './settings.ts';

/**
 * An import from the browser: it goes on after the answer was sent, and its page looks at the import's row. The process
 * that began it does the work; when it dies, nothing was changed and the row says that it was interrupted.
 */
type OnFailure = (error: unknown) => void;

/** Reads a file and plans it. Gives the id under which to look. */
export async function readAndPlan(
	db: Db,
	pool: pg.Pool,
	actor: string,
	source: RosterSource,
	onFailure: OnFailure
): Promise<string> {
	const id = await begin(db, { person: actor, way: 'browser' }, source.name);
	void (async () => {
		const settings = rosterSettings();
		const file = await read(pool, id, source, settings.district);
		if (file.ok) await plan(db, pool, id, actor, settings);
	})().catch(async (error: unknown) => {
		onFailure(error);
		await fail(db, id).catch(onFailure);
	});
	return id;
}

/**
 * Applies a plan that waits. False when it does not wait any more: somebody else was faster. When the district has
 * moved on, or more would end than was confirmed, it is planned again and waits again, and its row says why.
 */
export async function applyPlanned(
	db: Db,
	pool: pg.Pool,
	actor: string,
	id: string,
	confirmation: Required<Pick<Confirmation, 'ending' | 'fingerprint'>>,
	onFailure: OnFailure
): Promise<boolean> {
	const taken = await within(db, rosterScope(actor), (trx) =>
		trx
			.updateTable('roster_import')
			.set({ state: 'applying', progressed_at: sql<Date>`clock_timestamp()`, reason: null, progress: '{}' })
			.where('id', '=', id)
			.where('state', '=', 'planned')
			.returning('id')
			.executeTakeFirst()
	);
	if (!taken) return false;
	void (async () => {
		const settings = rosterSettings();
		const done = await apply(db, pool, id, actor, settings, confirmation);
		if (done.ok) return;
		await within(db, rosterScope(actor), (trx) =>
			trx
				.updateTable('roster_import')
				.set({
					state: done.reason === 'rows-lost' ? 'failed' : 'planned',
					reason: done.reason,
					progress: '{}'
				})
				.where('id', '=', id)
				.where('state', '=', 'applying')
				.execute()
		);
		if (done.reason !== 'rows-lost') await plan(db, pool, id, actor, settings);
	})().catch(async (error: unknown) => {
		onFailure(error);
		await fail(db, id).catch(onFailure);
	});
	return true;
}
