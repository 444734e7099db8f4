import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { locales } from '#lib/messages/compiled/runtime.js';
import { within } from '#lib/server/db/scope.ts';
import { course } from '#lib/server/catalogue/catalogue.ts';
import * as people from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { auditColumns, exportAudit } from './audit-export.ts';
import {
	everything,
	page,
	placeText,
	readPlace,
	type AuditEntry,
	type AuditFilter,
	type Place
} from './audit.ts';
import { eventKinds } from '#lib/server/db/event-kinds.ts';
import { eventWords } from './event-words.ts';

const { app } = await testDatabase();
const place = await people.district(app);
const admin = await people.actorOf(app, place.administrator);
const somebody = await people.person(app, {
	school: place.school,
	givenName: '=cmd()',
	familyName: 'Formula'
});
const other = await people.person(app, { school: place.otherSchool });

const at = (day: number) => new Date(Date.UTC(2026, 2, day, 15));
async function event(kind: string, over: object = {}) {
	await app
		.insertInto('ledger_event')
		.values({ kind, detail: '{}', ...over })
		.execute();
}
await event('right.granted', {
	actor: admin.person,
	subject: somebody.person,
	detail: JSON.stringify({
		right: 'reviewer',
		organisation: place.school,
		from: '2026-03-01',
		through: null
	}),
	recorded_at: at(1)
});
await event('lesson.finished', {
	learner: somebody.learner,
	detail: '{"course":"staff-initial"}',
	recorded_at: at(2)
});
await event('lesson.finished', {
	learner: other.learner,
	detail: '{"course":"staff-initial"}',
	recorded_at: at(2)
});
await event('sessions.ended', { actor: admin.person, subject: other.person, recorded_at: at(3) });
await app
	.insertInto('access_log')
	.values({
		kind: 'view',
		actor: admin.person,
		detail: JSON.stringify({ what: 'person', person: somebody.person }),
		recorded_at: at(2)
	})
	.execute();

const read = async (over: Partial<AuditFilter>) =>
	(await page(app, admin, { ...everything, until: at(20), from: at(1), ...over })).entries;
const kinds = async (over: Partial<AuditFilter>) => (await read(over)).map(({ kind }) => kind);

describe('the audit', () => {
	test('tells what was done and who looked, the newest first, each with whom it is about', async () => {
		expect(await kinds({})).toEqual([
			'sessions.ended',
			'lesson.finished',
			'lesson.finished',
			'view',
			'right.granted'
		]);
		const [ended, , finished, view] = await read({});
		expect(ended).toMatchObject({ source: 'event', actor: admin.person, person: other.person });
		expect(ended?.actorRight).toBe('district-administrator');
		expect(finished).toMatchObject({ actor: null, person: somebody.person });
		expect(view).toMatchObject({ source: 'access', actor: admin.person, person: somebody.person });
	});
	test('knows what Waypost’s own record did from what a person did', async () => {
		const { id } = await within(app, { kind: 'system', purpose: 'seed' }, (trx) =>
			trx.insertInto('person').values({ kind: 'system' }).returning('id').executeTakeFirstOrThrow()
		);
		await event('right.granted', { actor: id, subject: other.person, recorded_at: at(25) });
		const told = await page(app, admin, { ...everything, from: at(25), until: at(26) });
		expect(told.entries).toMatchObject([{ actor: id, actorIsSystem: true }]);
		expect((await read({})).every(({ actorIsSystem }) => !actorIsSystem)).toBe(true);
	});
	test('is filtered by kind, person, who did it, and days', async () => {
		expect(await kinds({ group: 'rights' })).toEqual(['right.granted']);
		expect(await kinds({ group: 'access' })).toEqual(['view']);
		expect(await kinds({ person: somebody.person })).toEqual(['lesson.finished', 'view', 'right.granted']);
		expect(await kinds({ actor: admin.person, person: other.person })).toEqual(['sessions.ended']);
		expect(await kinds({ actor: somebody.person })).toEqual([]);
		expect(await kinds({ from: at(3) })).toEqual(['sessions.ended']);
		expect(await kinds({ source: 'access' })).toEqual(['view']);
	});
	test('is turned page by page, over both logs, each entry once', async () => {
		const seen: string[] = [];
		let before: Place | null = null;
		do {
			const told = await page(app, admin, { ...everything, until: at(20) }, { before, size: 2 });
			seen.push(...told.entries.map(({ source, id }) => `${source} ${id}`));
			before = told.next && readPlace(placeText(told.next));
		} while (before);
		const whole = await page(app, admin, { ...everything, until: at(20) }, { size: 500 });
		expect(seen).toEqual(whole.entries.map(({ source, id }) => `${source} ${id}`));
		expect(new Set(seen).size).toBe(seen.length);
	});
	test('goes on from a place in an address, and from no other text', () => {
		const somewhere: Place = { at: at(1), source: 'access', id: '12' };
		expect(readPlace(placeText(somewhere))).toEqual(somewhere);
		for (const text of ['', 'x', '2026-03-01~event~1', `${at(1).toISOString()}~event~1;drop`])
			expect(readPlace(text)).toBeNull();
	});
});

describe('in words', () => {
	const told = {
		names: new Map([[admin.person, 'Ana Whitfield']]),
		things: new Map([[place.school, 'North School']])
	};
	const entry = (kind: string, over: Partial<AuditEntry> = {}): AuditEntry => ({
		source: 'event',
		id: '1',
		at: at(1),
		kind,
		actor: null,
		actorIsSystem: false,
		actorRight: null,
		person: null,
		subject: null,
		detail: {},
		rows: null,
		...over
	});
	test('a lesson is told by its title, in the reader’s language where it has one', () => {
		const finished = (course: string, lesson: string) =>
			entry('lesson.finished', { detail: { course, lesson, cycle: 1 } });
		expect(eventWords(finished('student-k2', 'tell-a-grown-up'), told, 'es')).toContain(
			'“The grumpy pop-up”'
		);
		expect(eventWords(finished('student-k2', 'of-long-ago'), told, 'en')).toMatch(/^Finished a lesson of/);
		const first = course('family-core')?.lessons[0];
		const spanish = eventWords(finished('family-core', first?.slug ?? ''), told, 'es');
		expect(spanish).toMatch(/^Terminó “/);
		expect(spanish).not.toContain(first?.title);
	});
	test('each kind is told in each language, and never by its code', () => {
		for (const locale of locales)
			for (const kind of Object.keys(eventKinds)) {
				const said = eventWords(entry(kind), told, locale);
				expect(said.length).toBeGreaterThan(3);
				expect(said, `${kind} in ${locale}`).not.toContain(kind);
			}
		for (const kind of ['view', 'disclosure', 'export', 'deletion'])
			expect(eventWords(entry(kind, { source: 'access' }), told, 'es')).not.toBe('');
		expect(eventWords(entry('not.known-yet'), told, 'en')).toBe('Recorded: not.known-yet');
	});
	test('a right is told with place and days', () => {
		const detail = {
			right: 'reviewer',
			organisation: place.school,
			from: '2026-03-01',
			through: '2026-06-30'
		};
		expect(eventWords(entry('right.granted', { detail }), told, 'en')).toBe(
			'Right granted: Reviewer, North School, 1 March 2026 to 30 June 2026'
		);
	});
});

describe('the export of the audit', () => {
	const exported = async (filter: Partial<AuditFilter> = {}) => {
		const chunks: Buffer[] = [];
		const say = (entry: AuditEntry, told: Parameters<typeof eventWords>[1]) => eventWords(entry, told, 'en');
		for await (const chunk of exportAudit(
			app,
			admin,
			{ ...everything, until: at(20), from: at(1), ...filter },
			say
		))
			chunks.push(Buffer.from(chunk as Buffer));
		return Buffer.concat(chunks).toString('utf8');
	};
	test('is CSV with names, in plain words, and nothing that a spreadsheet would run', async () => {
		const text = await exported({ person: somebody.person });
		expect(text.split('\r\n')[0]).toBe(auditColumns.join(','));
		const rows: Record<string, string>[] = parse(text, { columns: true, record_delimiter: '\r\n' });
		expect(rows.map(({ kind }) => kind)).toEqual(['lesson.finished', 'view', 'right.granted']);
		expect(rows[0]).toMatchObject({ what: 'Finished a lesson of “Staff certification”', by_name: '' });
		expect(rows[1]).toMatchObject({ by_name: 'Test Administrator', by_right: 'district-administrator' });
		for (const { person_name: name } of rows) expect(name).toBe("'=cmd() Formula");
	});
	test('is itself recorded, with who and how many', async () => {
		await exported({ group: 'rights' });
		const logged = await app
			.selectFrom('access_log')
			.selectAll()
			.where('kind', '=', 'export')
			.orderBy('id', 'desc')
			.limit(1)
			.executeTakeFirst();
		expect(logged).toMatchObject({
			actor: admin.person,
			rows: '1',
			detail: { what: 'audit', whole: true, group: 'rights' }
		});
	});
	test('that breaks off is recorded as such', async () => {
		const stream = exportAudit(app, admin, everything, () => {
			throw new Error('the line went dead');
		});
		await expect(stream.toArray()).rejects.toThrow('the line went dead');
		const row = await app
			.selectFrom('access_log')
			.select(['rows', 'detail'])
			.where('kind', '=', 'export')
			.orderBy('id', 'desc')
			.executeTakeFirst();
		expect(row).toMatchObject({ rows: '0', detail: { what: 'audit', whole: false } });
	});
	test('names nobody outside the scope of who takes it', async () => {
		const told = await page(app, await people.actorOf(app, somebody), everything);
		expect([...told.names.keys()]).toEqual([somebody.person]);
		const none = await within(app, { kind: 'self', actor: somebody.person }, (trx) =>
			trx.selectFrom('person_identity').select('person').execute()
		);
		expect(none).toEqual([{ person: somebody.person }]);
	});
});
