import { sql } from 'kysely';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { removeIdentityLink, seesDistrict } from '#lib/server/auth/can.ts';
import { catalogue, certificationTitle, course as findCourse } from '#lib/server/catalogue/catalogue.ts';
import { askedSince } from '#lib/server/catalogue/versions.ts';
import { statusOf } from '#lib/server/certification/certification-status.ts';
import * as invitations from '#lib/server/auth/made-invitations.ts';
import * as identityLinks from '#lib/server/auth/single-sign-on/identity-links.ts';
import * as holdings from '#lib/server/certification/holdings.ts';
import type { CertificationStatus } from '#lib/server/certification/status.ts';
import { now } from '#lib/server/db/clock.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import type { AffiliationRole, Band, Path, Right } from '#lib/server/db/schema.ts';
import * as mail from '#lib/server/mail/mail.ts';
import { namesInFamilies } from '#lib/server/people/family-office.ts';
import { mergesInto, recordsOf, type DoneMerge } from '#lib/server/people/merge.ts';
import * as rights from '#lib/server/people/rights.ts';
import { administered, isId, nameOf, namesIn, namesOf, type SeenPeople } from '#lib/server/people/seen.ts';
import * as signIns from '#lib/server/people/sign-ins.ts';
import * as registrations from '#lib/server/register/registrations.ts';
import type { Registration } from '#lib/server/register/registrations.ts';
import { assignmentsFor, type Assignment } from '#lib/server/requirements/assignments.ts';
import { entriesOf, everything, peopleIn, thingsIn, type AuditEntry } from './audit.ts';

export type StoryRole = {
	role: AffiliationRole;
	band: Band | null;
	school: string;
	from: Date | null;
	until: Date | null;
	running: boolean;
};
export type StoryCourse = {
	course: string;
	title: string;
	cycle: number;
	path: Path;
	completedAt: Date | null;
	validUntil: Date | null;
	certificate: string | null;
	/** Null for readers to whom the district shows no scores (design.md, invariant 9). */
	scorePercent: number | null;
	attempts: number | null;
};
export type StoryClass = {
	title: string;
	school: string;
	part: 'teacher' | 'student';
	from: Date | null;
	until: Date | null;
	running: boolean;
};
export type FamilyLink = {
	person: string;
	/** Null beyond the reader's scope. */
	name: string | null;
	/** Whether the reader's scope covers the other one's whole record as well. */
	inScope: boolean;
	/** What the other one is to this person. */
	as: 'guardian' | 'child';
	/** trusted: from the roster, which this district takes at its word. over: the roster ended it. */
	state: 'confirmed' | 'trusted' | 'waiting' | 'ended' | 'over';
	maySeeRecord: boolean;
};
export type Look = {
	actor: string;
	by: string | null;
	right: Right | null;
	/** Whether they are a guardian of this person. */
	guardian: boolean;
	last: Date;
	times: number;
};

export type PersonStory = {
	person: string;
	givenName: string;
	familyName: string;
	email: string | null;
	sourcedId: string | null;
	employeeId: string | null;
	here: boolean;
	own: boolean;
	at: Date;
	roles: StoryRole[];
	certifications: (CertificationStatus & { title: string; certificate: string | null })[];
	assignments: Assignment[];
	courses: StoryCourse[];
	withScores: boolean;
	accounts: { registration: Registration; part: 'owner' | 'co-owner' }[];
	signIn: signIns.SignInState;
	mayManageSignIn: boolean;
	/** Providers of single sign-on that know them, and whether the reader may remove such a link. */
	identityLinks: identityLinks.IdentityLink[];
	mayRemoveIdentityLinks: boolean;
	invitations: (invitations.PastInvitation & { by: string | null })[];
	/** Mails and letters to them: which, when, and what became of each. */
	mails: mail.ToldMail[];
	rights: rights.HeldRight[];
	classes: StoryClass[];
	family: FamilyLink[];
	looks: Look[];
	events: AuditEntry[];
	names: Map<string, string>;
	things: Map<string, string>;
	merges: DoneMerge[];
};

/** Where a record is: a story to tell, or the record that it was merged into. */
export type Found = { mergedInto: null; story: PersonStory } | { mergedInto: string } | null;

/**
 * One person's whole story for somebody who administers or audits them; null for everybody beyond their reach, as for
 * an id that nobody has. Looking at another's record is logged, in the transaction that shows it.
 */
export async function read(db: Db, actor: PersonActor, person: string): Promise<Found> {
	if (!isId(person)) return null;
	const found = await administered(db, actor, (seen) => open(seen, actor, person));
	if (!found || found.mergedInto !== null) return found;
	const { told } = found;
	const { at, records } = told;
	const invited = await invitations.ofRecords(db, records);
	const relatives = [...told.family.map((link) => link.person), ...told.looks.map(({ actor: by }) => by)];
	const [held, asked, accounts, signIn, manages, givenRights, merges, links, mails, inviters, families] =
		await Promise.all([
			holdings.ofPeople(db, [person]),
			askedSince(db),
			registrations.ofPerson(db, person),
			signIns.stateOf(db, person),
			signIns.mayManage(db, actor, person),
			rights.held(db, actor, { people: [person] }),
			mergesInto(db, actor, person),
			identityLinks.ofPerson(db, person),
			mail.toPeople(db, records),
			namesOf(
				db,
				actor,
				invited.map(({ madeBy }) => madeBy)
			),
			namesInFamilies(db, actor, relatives)
		]);
	const holds = held.get(person) ?? holdings.nothingHeld;
	return {
		mergedInto: null,
		story: {
			...told,
			withScores: seesDistrict(actor),
			certifications: certificationsOf(holds, at),
			assignments: assignmentsFor(
				told.roles
					.filter(({ running }) => running)
					.map(({ role, band, school, from }) => ({
						role,
						band,
						organisationName: school,
						since: from ?? new Date(0)
					})),
				holds,
				at,
				asked
			),
			accounts: accounts.map((registration) => ({
				registration,
				part: (registration.revision?.owner ?? registration.createdBy) === person ? 'owner' : 'co-owner'
			})),
			signIn,
			mayManageSignIn: manages.ok,
			identityLinks: links,
			mayRemoveIdentityLinks: removeIdentityLink(actor, { person }).ok,
			invitations: invited.map((each) => ({ ...each, by: inviters.get(each.madeBy) ?? null })),
			mails,
			family: told.family.map((link) => ({ ...link, name: link.name ?? families.get(link.person) ?? null })),
			looks: told.looks.map((look) => ({ ...look, by: look.by ?? families.get(look.actor) ?? null })),
			names: new Map([...families, ...told.names]),
			rights: givenRights,
			merges
		}
	};
}

/** What is read of a person in the transaction that logs the look. */
async function open(seen: SeenPeople, actor: PersonActor, person: string) {
	const own = actor.person === person;
	const identity = await seen
		.people()
		.innerJoin('standing as t', 't.person', 'p.id')
		.select([
			'p.id as person',
			'p.merged_into',
			'i.given_name as givenName',
			'i.family_name as familyName',
			'i.email',
			'i.sourced_id as sourcedId',
			'i.employee_id as employeeId',
			't.active'
		])
		.where('p.id', '=', person)
		.where('p.kind', '=', 'human')
		.executeTakeFirst();
	if (!identity) return null;
	const { merged_into: mergedInto, active, ...known } = identity;
	if (mergedInto !== null) return { mergedInto, told: null };
	const at = await now(seen.trx);
	const looks = await looksAt(seen, person);
	if (!own) await logLook(seen.trx, actor, person);
	const roles = await rolesOf(seen.trx, person, at);
	// How often somebody tried a quiz is as much theirs as the score.
	const events = (await entriesOf(seen.trx, { ...everything, source: 'event', person }, { size: 60 })).filter(
		({ kind }) => seesDistrict(actor) || !kind.startsWith('attempt.')
	);
	const told = {
		...known,
		own,
		at,
		records: await recordsOf(seen.trx, person),
		here: active && roles.some(({ running }) => running),
		roles,
		looks,
		events: events.slice(0, 20),
		names: await namesIn(seen, peopleIn(events)),
		things: await thingsIn(seen.trx, events),
		courses: await coursesOf(seen.trx, person, seesDistrict(actor)),
		classes: await classesOf(seen.trx, person, at),
		family: await familyOf(seen, person)
	};
	return { mergedInto: null, told };
}

/** What a person holds, one entry for each certification. */
export function certificationsOf(held: holdings.Holdings, at: Date) {
	const ids = [...new Set(held.periods.map(({ certification }) => certification))];
	return ids.map((certification) => {
		const status = statusOf(held, certification, at);
		return {
			...status,
			title: certificationTitle(certification),
			certificate: held.periods.find(({ id }) => id === status.period?.id)?.certificate ?? null
		};
	});
}

async function logLook(trx: Trx, actor: PersonActor, person: string): Promise<void> {
	await trx
		.insertInto('access_log')
		.values({ kind: 'view', actor: actor.person, detail: JSON.stringify({ what: 'person', person }) })
		.execute();
}

/** Who looked at a person's record, each once with the last time, the last one first. */
async function looksAt(seen: SeenPeople, person: string): Promise<Look[]> {
	const records = await recordsOf(seen.trx, person);
	const { rows } = await sql<Omit<Look, 'by'>>`
		select l.actor, l.last, l.times, exists (
			select from guardian_link g where g.guardian = l.actor and g.child = any (${records}::uuid[])
		) as guardian, (
			select g."right" from scope_grant g where g.person = l.actor and g.during @> l.last
			order by array_position(array['district-administrator', 'auditor', 'school-administrator', 'reviewer'], g."right")
			limit 1
		) as "right"
		from (
			select actor, max(recorded_at) as last, count(*)::int as times from access_log
			where detail ->> 'person' = any (${records}) and kind in ('view', 'disclosure') group by actor
		) l
		order by l.last desc limit 20`.execute(seen.trx);
	const names = await namesIn(
		seen,
		rows.map(({ actor }) => actor)
	);
	return rows.map((row) => ({ ...row, by: names.get(row.actor) ?? null }));
}

/** Roles as they are known today, those of today first; the history of what was known is the records'. */
async function rolesOf(trx: Trx, person: string, at: Date): Promise<StoryRole[]> {
	const rows = await trx
		.selectFrom('affiliation as a')
		.innerJoin('organisation as o', 'o.id', 'a.organisation')
		.select([
			'a.role',
			'a.band',
			'o.name as school',
			sql<Date | null>`lower(a.during)`.as('from'),
			sql<Date | null>`upper(a.during)`.as('until')
		])
		.where('a.person', '=', person)
		.where('a.superseded_at', 'is', null)
		.orderBy(sql`upper(a.during)`, (order) => order.desc().nullsFirst())
		.orderBy(sql`lower(a.during)`, 'desc')
		.execute();
	return rows.map((row) => ({ ...row, running: isRunning(row, at) }));
}

function isRunning({ from, until }: { from: Date | null; until: Date | null }, at: Date): boolean {
	return (from === null || from <= at) && (until === null || at < until);
}

async function coursesOf(trx: Trx, person: string, withScores: boolean): Promise<StoryCourse[]> {
	const { rows } = await sql<{
		course: string;
		cycle: number;
		path: Path;
		completed_at: Date | null;
		valid_until: Date | null;
		certificate_code: string | null;
		score_percent: number | null;
		attempts: number | null;
	}>`
		select course, cycle, path, completed_at, valid_until, certificate_code, score_percent, attempts from course_record
		where person = ${person} and shown order by completed_at desc nulls first, course`.execute(trx);
	return rows.map((row) => ({
		course: row.course,
		title: findCourse(row.course)?.short ?? catalogue().certifications[row.course] ?? row.course,
		cycle: row.cycle,
		path: row.path,
		completedAt: row.completed_at,
		validUntil: row.valid_until,
		certificate: row.certificate_code,
		scorePercent: withScores ? row.score_percent : null,
		attempts: withScores ? row.attempts : null
	}));
}

async function classesOf(trx: Trx, person: string, at: Date): Promise<StoryClass[]> {
	const rows = await trx
		.selectFrom('class_member as m')
		.innerJoin('class as c', 'c.id', 'm.class')
		.innerJoin('organisation as o', 'o.id', 'c.organisation')
		.select([
			'c.title',
			'o.name as school',
			'm.part',
			sql<Date | null>`lower(m.during)`.as('from'),
			sql<Date | null>`upper(m.during)`.as('until')
		])
		.where('m.person', '=', person)
		.where('m.superseded_at', 'is', null)
		.orderBy('c.title')
		.execute();
	return rows.map((row) => ({ ...row, running: isRunning(row, at) }));
}

async function familyOf(seen: SeenPeople, person: string): Promise<FamilyLink[]> {
	const rows = await seen.trx
		.selectFrom('guardian_link')
		.select([
			'guardian',
			'child',
			'may_see_record',
			sql<FamilyLink['state']>`case when ended_at is not null then 'ended'
				when not during @> waypost_now() then 'over' when confirmed_at is not null then 'confirmed'
				when waypost_is_guardian(guardian, child, waypost_now()) then 'trusted' else 'waiting' end`.as('state')
		])
		.where(({ eb, or }) => or([eb('guardian', '=', person), eb('child', '=', person)]))
		.orderBy('recorded_at')
		.execute();
	const other = (row: (typeof rows)[number]) => (row.guardian === person ? row.child : row.guardian);
	const names = await namesIn(seen, rows.map(other));
	return rows.map((row) => ({
		person: other(row),
		name: names.get(other(row)) ?? null,
		inScope: names.has(other(row)),
		as: row.guardian === person ? 'child' : 'guardian',
		state: row.state,
		maySeeRecord: row.may_see_record
	}));
}

/** The few facts of a record that are compared before two are merged. */
export type RecordFacts = {
	person: string;
	name: string;
	email: string | null;
	sourcedId: string | null;
	employeeId: string | null;
	roles: StoryRole[];
	certifications: string[];
	courses: number;
	classes: number;
	family: number;
	accounts: number;
	rights: Right[];
	signIn: signIns.SignInState;
};

/** Facts of records in the actor's reach, in the order asked for; null where there is none. */
export async function factsOf(
	db: Db,
	actor: PersonActor,
	people: readonly string[]
): Promise<(RecordFacts | null)[]> {
	return Promise.all(people.map((person) => factsOfOne(db, actor, person)));
}

async function factsOfOne(db: Db, actor: PersonActor, person: string): Promise<RecordFacts | null> {
	if (!isId(person)) return null;
	const known = await administered(db, actor, async (seen) => {
		const row = await seen
			.people()
			.select(['i.given_name', 'i.family_name', 'i.email', 'i.sourced_id', 'i.employee_id'])
			.where('p.id', '=', person)
			.where('p.kind', '=', 'human')
			.executeTakeFirst();
		if (!row) return null;
		const at = await now(seen.trx);
		return {
			at,
			name: nameOf(row),
			email: row.email,
			sourcedId: row.sourced_id,
			employeeId: row.employee_id,
			roles: await rolesOf(seen.trx, person, at),
			courses: (await coursesOf(seen.trx, person, false)).length,
			classes: (await classesOf(seen.trx, person, at)).length,
			family: (await familyOf(seen, person)).length
		};
	});
	if (!known) return null;
	const [held, accounts, signIn, givenRights] = await Promise.all([
		holdings.ofPeople(db, [person]),
		registrations.ofPerson(db, person),
		signIns.stateOf(db, person),
		rights.held(db, actor, { people: [person] })
	]);
	const { at, ...facts } = known;
	return {
		...facts,
		person,
		certifications: certificationsOf(held.get(person) ?? holdings.nothingHeld, at)
			.filter(({ state }) => state === 'valid' || state === 'in_grace')
			.map(({ title }) => title),
		accounts: accounts.length,
		rights: givenRights.filter(({ standing }) => standing === 'running').map(({ right }) => right),
		signIn
	};
}
