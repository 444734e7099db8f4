import type { PersonActor } from '#lib/server/auth/actor.ts';
import { sql } from 'kysely';
import * as tokens from '#lib/server/auth/tokens.ts';
import * as visitors from '#lib/server/auth/visitors.ts';
import { within } from '#lib/server/db/scope.ts';
import { demoPassword } from '#lib/server/demo/sign-ins.ts';
import * as merges from '#lib/server/people/merge.ts';
import { markNames, marksIn, numberOf, wordsOf, type Marked } from './harness/marked-names.ts';
import { queryNames, routes, type Route } from './harness/routes.ts';
import type { Site } from './harness/site.ts';
import { expect, test } from './harness/test.ts';

/**
 * The walk: every page and every endpoint, its page data, its form actions, asked by everybody that there is, with the
 * ids and names of people whom they don't see. No answer names anybody outside the scope of who asked.
 */
test.describe.configure({ timeout: 300_000 });

/** Ids and names to ask with. Those of the first kind are foreign to all but the district's own. */
type Facts = {
	people: string[];
	registrations: string[];
	grants: string[];
	merges: string[];
	codes: string[];
	attempts: string[];
	classes: string[];
	children: string[];
	guardians: string[];
	schools: string[];
	names: string[];
};
type Role = {
	who: string;
	email: string | null;
	/** Whose names this role may meet anywhere, beside their own. */
	scope: 'district' | 'schools' | 'class' | 'family' | 'none';
};
const roles: Role[] = [
	{ who: 'nobody', email: null, scope: 'none' },
	{ who: 'a visitor', email: null, scope: 'none' },
	{ who: 'a student', email: 'student@wrsd.example', scope: 'none' },
	{ who: 'a guardian', email: 'guardian@wrsd.example', scope: 'family' },
	{ who: 'a teacher', email: 'certified.teacher@wrsd.example', scope: 'none' },
	{ who: 'a teacher with classes', email: 'elementary.teacher@wrsd.example', scope: 'class' },
	{ who: 'the principal of another school', email: 'principal.central@wrsd.example', scope: 'schools' },
	{ who: 'a reviewer', email: 'paul.mercier@wrsd.example', scope: 'schools' },
	{ who: 'an auditor', email: 'auditor@wrsd.example', scope: 'district' },
	{ who: 'a district administrator', email: 'admin@wrsd.example', scope: 'district' }
];

/** Where somebody meets names beyond their scope, and why that is meant. Gives the numbers of these people. */
const known: { on: RegExp; why: string; whom: (walk: Walk, url: string) => Promise<number[]> }[] = [
	{
		on: /^\/verify\//,
		why: 'whoever has a certificate’s code reads the short name that is printed on it',
		whom: ({ site, facts, marked }) =>
			numbersOf(
				marked,
				site,
				`select lp.person from certificate c join learner_person lp on lp.learner = c.learner
				where c.code = any ($1) and c.audience <> 'student'`,
				[facts.codes]
			)
	},
	{
		on: /^\/accounts/,
		why: 'an owner chooses a co-owner among the colleagues of the school, and the two know of each other',
		whom: ({ site, marked, person }) =>
			numbersOf(
				marked,
				site,
				`select a.person from affiliation a join affiliation own on own.organisation = a.organisation
				where own.person = $1 and a.role not in ('student', 'guardian', 'volunteer')
				union select unnest(array[owner, co_owner]) from registration_revision where $1 in (owner, co_owner)`,
				[person]
			)
	},
	{
		on: /^\/demo\/mail/,
		why: 'a demo has no mail boxes: its mails are shown to everybody, and its people are none',
		whom: async ({ marked }) => marked.map(({ number }) => number)
	},
	{
		on: /^\/manage\/(?:families|invitations)/,
		why: 'the office of a school looks after the guardians of its students, wherever they belong',
		whom: ({ site, marked, person }) =>
			numbersOf(
				marked,
				site,
				`select l.guardian as person from scope_grant g join affiliation a on a.organisation = g.organisation
				join guardian_link l on l.child = a.person
				where g.person = $1 and g."right" = 'school-administrator' and a.role = 'student'`,
				[person]
			)
	},
	{
		on: /^\/record/,
		why: 'everybody sees who looked at their own record, and who did something to it',
		whom: ({ site, marked, person }) =>
			numbersOf(
				marked,
				site,
				`select actor from access_log where detail ->> 'person' = ($1::uuid)::text or kind = 'export'
				union select actor from ledger_event where subject = $1::uuid or learner in (
					select learner from learner_person where person = $1::uuid)`,
				[person]
			)
	}
];

type Walk = { site: Site; facts: Facts; marked: Marked[]; person: string | null };

async function numbersOf(marked: Marked[], site: Site, query: string, values: unknown[]): Promise<number[]> {
	const { rows } = await site.owner.query<{ person?: string; actor?: string; unnest?: string }>(
		query,
		values
	);
	const ids = new Set(rows.map((row) => row.person ?? row.actor ?? row.unnest));
	return marked.filter(({ person }) => ids.has(person)).map(({ number }) => number);
}

/** What stands in the place of each parameter; a name that is not here has to be thought about first. */
function valuesOf(name: string, route: string, facts: Facts): string[] {
	const values: Record<string, string[]> = {
		course: ['staff-initial'],
		lesson: ['what-it-covers'],
		section: ['1'],
		attempt: facts.attempts,
		item: ['1'],
		code: route.startsWith('/invitation') ? ['KEY-0000-0000-0000-0000'] : facts.codes,
		class: facts.classes,
		token: ['no-such-link'],
		page: ['colleague', 'email'],
		grant: facts.grants,
		merge: facts.merges,
		provider: ['google'],
		purpose: ['photo'],
		child: facts.children,
		guardian: facts.guardians,
		person: facts.people,
		id: route.startsWith('/manage/people')
			? facts.people
			: route.startsWith('/demo/mail')
				? ['00000000-0000-7000-8000-000000000000']
				: facts.registrations
	};
	const given = values[name];
	if (!given) throw new Error(`${route}: the walk does not know what to put for [${name}]`);
	return given;
}

/** What is asked for with each name of a query; a new one has to be thought about first. */
function queriesOf(facts: Facts): string[] {
	const [person = '', other = ''] = facts.people;
	const [name = '', another = ''] = facts.names;
	const [school = ''] = facts.schools;
	const nothing: [string, string] = ['', ''];
	const [child = ''] = facts.children;
	const values: Record<string, [string, string]> = {
		q: [name, another],
		search: [name, another],
		find: [name, another],
		name: [name, another],
		person: [person, name],
		actor: [other, another],
		child: [child, child],
		with: [person, other],
		keep: [person, other],
		after: [person, other],
		before: [other, ''],
		school: ['', school],
		code: [facts.codes[0] ?? '', ''],
		role: ['', 'teacher'],
		presence: ['any', 'left'],
		sign_in: ['', 'no'],
		as_of: ['', '2026-10-01'],
		roles: ['', 'now'],
		kind: ['', 'access'],
		from: ['', '2020-01-01'],
		page: ['', '2'],
		next: ['', '/manage/people'],
		rev: ['1', ''],
		all: ['yes', 'yes'],
		unchecked: ['yes', ''],
		permission: ['photo', ''],
		for: ['guardian', 'student'],
		course: nothing,
		status: nothing,
		through: nothing,
		added: nothing,
		anew: nothing,
		asked: nothing,
		changed: nothing,
		class: nothing,
		count: nothing,
		done: nothing,
		make: nothing,
		new: nothing,
		notice: nothing,
		out: nothing,
		problem: nothing,
		reference: nothing,
		sent: nothing,
		signed: nothing,
		submitted: nothing,
		welcome: ['', '1'],
		why: nothing
	};
	for (const read of queryNames())
		if (!(read in values)) throw new Error(`the walk does not know what to ask for with ?${read}=`);
	return [0, 1].map((which) => {
		const params = new URLSearchParams();
		for (const [key, pair] of Object.entries(values)) if (pair[which]) params.set(key, pair[which] ?? '');
		return `?${params}`;
	});
}

/** Sent by everybody, with foreign ids; what is left out would end the walk itself. */
const notSent: Record<string, string> = {
	'/sign-in': 'would take the place of the session that walks',
	'/sign-out': 'ends the session that walks',
	'/join/again': 'changes whose visit it is',
	'/class': 'signs a child in on a device',
	'/second-factor': 'gives the session that walks a new id',
	'/sign-in/second-factor': 'gives the session that walks a new id',
	'/sessions': 'ends the session that walks, or changes its password',
	'/language': 'sets a language and nothing else'
};

function addressesOf({ id, params }: Route, facts: Facts): string[] {
	return params.reduce<string[]>(
		(paths, name) =>
			paths.flatMap((path) =>
				valuesOf(name, id, facts).map((value) =>
					path.replace(new RegExp(`\\[+(?:\\.\\.\\.)?${name}(?:=\\w+)?\\]+`), encodeURIComponent(value))
				)
			),
		[id]
	);
}

async function prepare(site: Site): Promise<{ facts: Facts; marked: Marked[] }> {
	const one = async <Row extends object>(query: string) => (await site.owner.query<Row>(query)).rows;
	const { person: admin } = await site.person('admin@wrsd.example');
	const { person: reviewer } = await site.person('paul.mercier@wrsd.example');
	const [thomas] = await one<{ id: string }>(`select id from organisation where name like 'Thomas%'`);
	await site.owner.query(
		`insert into scope_grant (person, "right", organisation, during, granted_by) values ($1, 'reviewer', $2, '[,)', $3)`,
		[reviewer, thomas?.id, admin]
	);
	for (const { email } of roles) if (email) await site.giveSignIn(email);
	// Two records that were merged, of people of the school that nobody here administers.
	const { person: kept } = await site.person('chidi.abara@wrsd.example');
	const { person: absorbed } = await site.person('ines.garcia@wrsd.example');
	const actor: PersonActor = {
		kind: 'person',
		assurance: 'password',
		person: admin,
		learner: admin,
		givenName: '',
		familyName: '',
		email: null,
		affiliations: [],
		rights: [{ right: 'district-administrator', organisation: thomas?.id ?? '', districtWide: true }],
		session: ''
	};
	const { seen } = await merges.compare(site.app, actor, { kept, absorbed });
	const merged = await merges.merge(site.app, actor, {
		kept,
		absorbed,
		seen,
		reason: 'Two entries of one person'
	});
	if (!merged.ok) throw new Error(merged.reason);
	const marked = await markNames(site.app);
	const foreign = await within(
		site.app,
		{ kind: 'system', purpose: 'seed' },
		async (trx) =>
			(
				await sql<{ person: string; family_name: string }>`
				select i.person, i.family_name from person_identity i join affiliation a on a.person = i.person
				join organisation o on o.id = a.organisation
				where o.name like 'Mountain%' and a.superseded_at is null and a.role in ('teacher', 'student')
				order by a.role desc, i.person`.execute(trx)
			).rows
	);
	// A teacher and a student of the same foreign school, and somebody whose record was merged.
	const people = [foreign[0]?.person ?? '', foreign.at(-1)?.person ?? '', absorbed];
	const ids = async (query: string) => (await one<{ id: string }>(query)).map(({ id }) => id);
	return {
		marked,
		facts: {
			people,
			names: [foreign[0]?.family_name ?? '', foreign.at(-1)?.family_name ?? ''],
			registrations: await ids(`select id from registration order by id limit 3`),
			grants: await ids(`select id from scope_grant where person <> '${admin}' order by id limit 2`),
			merges: [merged.id],
			codes: await ids(
				`select c.code as id from certificate c join learner_person lp on lp.learner = c.learner
				join affiliation a on a.person = lp.person join organisation o on o.id = a.organisation
				where o.name like 'Mountain%' order by c.issued_at limit 2`
			),
			attempts: await ids(`select id from attempt order by recorded_at desc limit 1`),
			classes: await ids(`select id from class order by id limit 1`),
			children: await ids(
				`select child as id from guardian_link l join affiliation a on a.person = l.child
				join organisation o on o.id = a.organisation where o.name like 'Mountain%' order by child limit 1`
			),
			guardians: await ids(
				`select guardian as id from guardian_link l join affiliation a on a.person = l.child
				join organisation o on o.id = a.organisation where o.name like 'Mountain%' order by child limit 1`
			),
			schools: await ids(`select id from organisation where name like 'Mountain%'`)
		}
	};
}

let prepared: { site: Site; facts: Facts; marked: Marked[] } | undefined;
async function ready(site: Site) {
	prepared ??= { site, ...(await prepare(site)) };
	return prepared;
}

async function cookieOf(site: Site, { who, email }: Role): Promise<string> {
	if (who === 'a visitor') return `visitor=${(await visitors.begin(site.app)).token}`;
	if (email === null) return '';
	const response = await fetch(`${site.baseURL}/sign-in`, {
		method: 'POST',
		redirect: 'manual',
		headers: { origin: site.baseURL, accept: 'text/html' },
		body: new URLSearchParams({ email, password: demoPassword })
	});
	expect(response.status, email).toBe(303);
	return response.headers
		.getSetCookie()
		.map((cookie) => cookie.split(';')[0])
		.join('; ');
}

/** Whose names somebody may meet, worked out from the roster and the rights alone. */
async function scopeOf(
	site: Site,
	marked: Marked[],
	{ scope }: Role,
	person: string | null
): Promise<Set<number>> {
	const own = marked.filter((one) => one.person === person).map(({ number }) => number);
	const queries = {
		none: null,
		district: `select id as person from person where $1::uuid is not null`,
		schools: `select a.person from scope_grant g join affiliation a on a.organisation = g.organisation
			where g.person = $1 and g.during @> now() and a.superseded_at is null and a.during @> now()`,
		family: `select child as person from guardian_link where guardian = $1 and confirmed_at is not null`,
		class: `select s.person from class_member t join class_member s on s.class = t.class
			where t.person = $1 and t.part = 'teacher' and s.part = 'student'`
	};
	const query = queries[scope];
	if (scope === 'district') return new Set(marked.map(({ number }) => number));
	return new Set([...own, ...(query ? await numbersOf(marked, site, query, [person]) : [])]);
}

for (const role of roles) {
	test(`${role.who} is named nobody outside their scope, by any address, parameter or form`, async ({
		site
	}) => {
		const { facts, marked } = await ready(site);
		const cookie = await cookieOf(site, role);
		const person = role.email && (await personOf(site, role.email));
		const walk: Walk = { site, facts, marked, person };
		const allowed = await scopeOf(site, marked, role, person);
		const queries = queriesOf(facts);
		const met = new Set<number>();
		const leaks: string[] = [];
		const faults: string[] = [];

		const ask = async (path: string, init: RequestInit = {}) => {
			const response = await fetch(site.baseURL + path, {
				redirect: 'manual',
				...init,
				headers: { cookie, origin: site.baseURL, accept: 'text/html', ...init.headers }
			});
			const text = `${response.headers.get('location') ?? ''} ${await wordsOf(response)}`;
			if (response.status >= 500 && !path.startsWith('/readyz'))
				faults.push(`${response.status} ${init.method ?? 'GET'} ${path}`);
			// A search box shows again what was typed into it: a name that was asked for tells nobody anything.
			const asked = marksIn(`${decodeURIComponent(path)} ${String(init.body ?? '')}`);
			const found = [...marksIn(text)].filter((mark) => !asked.has(mark)).map(numberOf);
			for (const number of found) met.add(number);
			const beyond = found.filter((number) => !allowed.has(number));
			if (beyond.length === 0) return;
			const meant = await Promise.all(
				known.filter(({ on }) => on.test(path)).map(({ whom }) => whom(walk, path))
			);
			const unmeant = [...new Set(beyond)].filter((number) => !meant.flat().includes(number));
			if (unmeant.length > 0) leaks.push(`${init.method ?? 'GET'} ${path} names ${unmeant.join(', ')}`);
		};

		const looks: string[] = [];
		const sends: (() => Promise<void>)[] = [];
		for (const route of routes()) {
			for (const address of addressesOf(route, facts)) {
				const data = `${address === '/' ? '' : address}/__data.json`;
				if (route.kind === 'page')
					looks.push(address, address + queries[0], data, ...queries.map((query) => data + query));
				else if (route.actions.includes('GET'))
					looks.push(address, ...queries.map((query) => address + query));
				// Whoever may do everything would do it.
				if (route.id in notSent || role.scope === 'district') continue;
				for (const action of route.actions) sends.push(() => send(ask, route, address, action, facts));
			}
		}
		await atOnce(6, looks, (path) => ask(path));
		for (const sent of sends) await sent();
		expect(faults).toEqual([]);
		expect(leaks).toEqual([]);
		// The walk has eyes: who sees people has met some.
		if (role.scope === 'district') expect(met.size).toBeGreaterThan(40);
		else if (role.scope !== 'none') expect(met.size).toBeGreaterThan(2);
		else if (person) expect(met.size).toBeGreaterThan(0);
	});
}

/** Works through a list with a few hands. */
async function atOnce<Item>(
	hands: number,
	items: readonly Item[],
	work: (item: Item) => Promise<void>
): Promise<void> {
	const waiting = items.values();
	await Promise.all(
		Array.from({ length: hands }, async () => {
			for (const item of waiting) await work(item);
		})
	);
}

async function send(
	ask: (path: string, init: RequestInit) => Promise<void>,
	{ kind }: Route,
	address: string,
	action: string,
	{ people: [person = '', other = ''], schools: [school = ''] }: Facts
): Promise<void> {
	const form = new URLSearchParams({
		person,
		kept: person,
		absorbed: other,
		with: other,
		seen: '1.1',
		reason: 'A reason that is long enough',
		right: 'auditor',
		place: school,
		from: '2026-11-01',
		co_owner: person,
		learner: other,
		revision: '1'
	});
	if (kind === 'page') await ask(address + (action ? `?/${action}` : ''), { method: 'POST', body: form });
	else if (action !== 'GET')
		await ask(address, {
			method: action,
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ gate: 'poster', person, answer: {}, rev: 1 })
		});
}

async function personOf(site: Site, login: string): Promise<string> {
	const { rows } = await site.owner.query<{ person: string }>('select person from sign_in where login = $1', [
		login
	]);
	const [row] = rows;
	if (!row) throw new Error(`${login} has no sign-in`);
	return row.person;
}

test('another system is told no name of the people it asks about', async ({ site }) => {
	const { marked, facts } = await ready(site);
	const made = await tokens.create(site.app, {
		name: 'Photo kiosk',
		scopes: ['gate:check'],
		gates: null,
		expiresAt: new Date(Date.now() + 86_400_000)
	});
	if (!made.ok) throw new Error(made.reason);
	for (const { number } of marked.slice(0, 10)) {
		const response = await fetch(`${site.baseURL}/api/v1/gate/check`, {
			method: 'POST',
			headers: { authorization: `Bearer ${made.token}`, 'content-type': 'application/json' },
			body: JSON.stringify({ gate: 'register-classroom-account', person: { sourced_id: `Zqsrc${number}qz` } })
		});
		expect(response.status).toBe(200);
		expect([...marksIn(await response.text())]).toEqual([]);
	}
	expect(facts.people).not.toContain('');
});

test('the walk knows every route, every parameter and every name of a query', () => {
	const all = routes();
	expect(all.length).toBeGreaterThan(60);
	for (const { id } of all.filter(({ kind }) => kind === 'endpoint'))
		expect(
			all.filter((route) => route.id === id),
			id
		).not.toHaveLength(0);
	for (const path of Object.keys(notSent)) expect(all.map(({ id }) => id)).toContain(path);
});
