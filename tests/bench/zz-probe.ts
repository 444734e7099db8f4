import pg from 'pg';
import { to } from 'pg-copy-streams';
import { openDatabase } from '#lib/server/db/database.ts';
import { exportCsv } from '#lib/server/records/export.ts';
const app = openDatabase('postgresql://waypost_app:a@127.0.0.1:27654/perf', { max: 4 });
const mode = process.argv[2];
const actor = { kind: 'person', person: 'aaaaaaaa-0000-0000-0000-000000000001', learner: 'bbbbbbbb-0000-0000-0000-000000000001', givenName: 'B', familyName: 'A', email: null, affiliations: [], rights: [{ right: 'district-administrator', organisation: 'x', districtWide: true }], session: 'b' } as never;
const filter = { schools: null, course: null, status: null, search: null, asOf: new Date(), withScores: true };
const busy = async () => (await app.pool.query("select pid, state, wait_event, left(query, 60) q from pg_stat_activity where datname='perf' and pid <> pg_backend_pid()")).rows;
if (mode === 'abort') {
	const s = await exportCsv(app.pool, actor, filter);
	let n = 0; for await (const c of s) { n += (c as Buffer).length; if (n > 200_000) break; }
	console.log('broke off after', n);
	await new Promise((r) => setTimeout(r, 3000));
	console.log(await busy(), app.pool.totalCount, app.pool.idleCount);
	console.log((await app.pool.query('select detail, rows from access_log order by id desc limit 1')).rows);
} else if (mode === 'kill') {
	process.on('uncaughtException', (e) => console.log('UNCAUGHT', e.message));
	const s = await exportCsv(app.pool, actor, filter);
	s.on('error', (e) => console.log('stream error:', e.message));
	let n = 0; const o = new pg.Client('postgresql://super:pw@127.0.0.1:27654/perf'); await o.connect();
	try { for await (const c of s) { n += (c as Buffer).length; if (n > 200_000) { await o.query("select pg_terminate_backend(pid) from pg_stat_activity where datname='perf' and query like 'copy%'"); n = -1e12; await new Promise((r) => setTimeout(r, 500)); } } console.log('ended without error', n); } catch (e) { console.log('caught', (e as Error).message); }
	await o.end();
	await new Promise((r) => setTimeout(r, 1000));
	console.log(await busy(), app.pool.totalCount);
	console.log((await app.pool.query('select detail, rows from access_log order by id desc limit 1')).rows);
} else {
	const owner = new pg.Client('postgresql://waypost_owner:o@127.0.0.1:27654/perf'); await owner.connect();
	const drain = async (s: AsyncIterable<unknown>) => { let n = 0; for await (const c of s) n += (c as Buffer).length; return n; };
	const best: Record<string, number[]> = {};
	for (let i = 0; i < 6; i++) {
		for (const [k, f] of [['ours', () => exportCsv(app.pool, actor, filter)], ['text_csv', async () => owner.query(to('copy rows_text to stdout with (format csv)'))], ['natural_csv', async () => owner.query(to('copy rows_natural to stdout with (format csv)'))], ['text_text', async () => owner.query(to('copy rows_text to stdout'))]] as const) {
			const rss = process.memoryUsage().rss, t = performance.now(); const n = await drain(await f()); (best[k] ??= []).push(Math.round(performance.now() - t)); if (i === 5) console.log(k, best[k].join(' '), n, 'rss+', Math.round((process.memoryUsage().rss - rss) / 1e6));
		}
	}
	await owner.end();
}
await app.db.destroy();
