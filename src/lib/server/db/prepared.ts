import { createHash } from 'node:crypto';
import { CompiledQuery, type Kysely } from 'kysely';
import pg from 'pg';
import type { Database } from './schema.ts';

const MARK = '/* prepared */ ';
const names = new Map<string, string>();

/**
 * A statement that runs for nearly every request: each connection parses and plans it once, and not each time.
 * Worth it where planning costs more than running. `text` holds `$1`, `$2` … for the values given with each call.
 * Behind a pooler, that pooler has to support prepared statements.
 */
export function prepared<Row>(text: string): (db: Kysely<Database>, ...values: unknown[]) => Promise<Row[]> {
	const marked = MARK + text;
	names.set(marked, `waypost_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`);
	return async (db, ...values) => (await db.executeQuery<Row>(CompiledQuery.raw(marked, values))).rows;
}

/** A connection that keeps those statements prepared. */
export class PreparingClient extends pg.Client {
	// pg's own method has a dozen overloads; all but the one that is meant here go through untouched.
	override query = ((...given: unknown[]) => {
		const [text, values] = given;
		const name = typeof text === 'string' && text.startsWith(MARK) ? names.get(text) : undefined;
		const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;
		return name ? query.call(this, { name, text, values }, ...given.slice(2)) : query.apply(this, given);
	}) as pg.Client['query'];
}
