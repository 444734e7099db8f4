import { sql, type RawBuilder } from 'kysely';
import { schoolsWith, type PersonActor } from '#lib/server/auth/actor.ts';
import { now } from '#lib/server/db/clock.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import type {
	Band,
	FlagBasis,
	GuardianRelation,
	IdentityCheck,
	LinkChange,
	StudentFlag
} from '#lib/server/db/schema.ts';
import { within } from '#lib/server/db/scope.ts';
import { inOffice, officeScope, type OfficeRefusal } from '#lib/server/people/family-office.ts';
import { permissionPurposes } from '#lib/server/catalogue/catalogue.ts';
import { isAskedFor } from '#lib/server/catalogue/permission-texts.ts';
import { basisOf, noBasis, stateOf } from './family-basis.ts';
import { ofStudent, type Permissions } from './permissions.ts';
import type { PermissionState } from './permission-state.ts';

export type Origin = 'roster' | 'invitation' | 'office';
/** A link that nobody has confirmed yet. */
export type WaitingLink = {
	guardian: string;
	child: string;
	guardianName: string;
	childName: string;
	schools: string[];
	origin: Origin;
	since: Date;
};
export type OfficeStudent = {
	person: string;
	name: string;
	schools: string[];
	bands: (Band | null)[];
	/** Guardians whose link stands, and those who wait. */
	confirmed: number;
	waiting: number;
};

export const pageSize = 50;
/** Whoever looks for a child by name sees so many; then a longer name is asked for. */
export const mostFound = 50;

/** The links that wait for the office, the oldest first; none of a child of one's own. */
export async function waiting(
	db: Db,
	actor: PersonActor,
	page: number
): Promise<{ links: WaitingLink[]; total: number; page: number; pages: number }> {
	return within(db, officeScope(actor), async (trx) => {
		const links = () =>
			trx
				.selectFrom('guardian_link as l')
				.where('l.confirmed_at', 'is', null)
				.where('l.ended_at', 'is', null)
				.where(sql<boolean>`l.during @> waypost_now()`)
				.where(sql<boolean>`${isStudentHere(actor, 'l.child')}`)
				.where(sql<boolean>`${isNobodysOwn(actor, 'l.child')}`);
		const counted = await links()
			.select(({ fn }) => fn.countAll<string>().as('total'))
			.executeTakeFirstOrThrow();
		const total = Number(counted.total);
		const pages = Math.max(1, Math.ceil(total / pageSize));
		const shown = Math.min(Math.max(1, page), pages);
		const rows = await links()
			.innerJoin('person_identity as g', 'g.person', 'l.guardian')
			.innerJoin('person_identity as c', 'c.person', 'l.child')
			.select([
				'l.guardian',
				'l.child',
				'l.origin',
				'l.recorded_at as since',
				sql<string>`g.given_name || ' ' || g.family_name`.as('guardianName'),
				sql<string>`c.given_name || ' ' || c.family_name`.as('childName'),
				schoolNames('l.child').as('schools')
			])
			.orderBy('l.recorded_at')
			.orderBy('l.child')
			.orderBy('l.guardian')
			.limit(pageSize)
			.offset((shown - 1) * pageSize)
			.execute();
		return {
			links: rows.map((row) => ({ ...row, origin: row.origin as Origin })),
			total,
			page: shown,
			pages
		};
	});
}

/**
 * Students of this office by their own name or a guardian's, one or more words of it; nobody for an empty text. None of
 * one's own children.
 */
export async function search(db: Db, actor: PersonActor, text: string): Promise<OfficeStudent[]> {
	const words = text.replaceAll('\0', '').trim().slice(0, 100).split(/\s+/).filter(Boolean).slice(0, 6);
	if (words.length === 0) return [];
	return within(db, officeScope(actor), async (trx) => {
		const named = (identity: string) =>
			sql<boolean>`(${sql.join(
				words.map((word) => {
					const key = sql.ref(`${identity}.search_key`);
					return sql`(position(${word.toLowerCase()} in ${key}) > 0 or position(${folded(word)} in ${key}) > 0)`;
				}),
				sql` and `
			)})`;
		const rows = await trx
			.selectFrom('person_identity as i')
			.select([
				'i.person',
				sql<string>`i.given_name || ' ' || i.family_name`.as('name'),
				schoolNames('i.person').as('schools'),
				sql<(Band | null)[]>`array(
					select a.band from affiliation a where a.person = i.person and a.role = 'student'
						and a.superseded_at is null and a.during @> waypost_now() order by a.id
				)`.as('bands'),
				sql<number>`(
					select count(*)::integer from guardian_link l
					where l.child = i.person and guardian_link_stands(l, waypost_now())
				)`.as('confirmed'),
				sql<number>`(
					select count(*)::integer from guardian_link l
					where l.child = i.person and l.confirmed_at is null and l.ended_at is null and l.during @> waypost_now()
				)`.as('waiting')
			])
			.where(sql<boolean>`${isStudentHere(actor, 'i.person')}`)
			.where(sql<boolean>`${isNobodysOwn(actor, 'i.person')}`)
			.where((eb) =>
				eb.or([
					named('i'),
					eb.exists(
						eb
							.selectFrom('guardian_link as l')
							.innerJoin('person_identity as g', 'g.person', 'l.guardian')
							.select('l.child')
							.whereRef('l.child', '=', 'i.person')
							.where(named('g'))
					)
				])
			)
			.orderBy(sql`lower(i.family_name), lower(i.given_name), i.person`)
			.limit(mostFound)
			.execute();
		return rows;
	});
}

/** Letters without their marks: “José” is found by “jose”. */
function folded(word: string): string {
	return word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Is a student now, in one of this office's schools. Asked before any name is read. */
function isStudentHere(actor: PersonActor, person: string): RawBuilder<boolean> {
	const scope = officeScope(actor);
	const schools =
		scope.kind === 'families'
			? sql`and a.organisation = any (${`{${scope.schools.join(',')}}`}::uuid[])`
			: sql``;
	return sql`${sql.ref(person)} in (
		select a.person from affiliation a
		where a.role = 'student' and a.superseded_at is null and a.during @> waypost_now() ${schools}
	)`;
}

function isNobodysOwn(actor: PersonActor, child: string): RawBuilder<boolean> {
	return sql`not exists (
		select from guardian_link own where own.child = ${sql.ref(child)} and own.guardian = ${actor.person}
	)`;
}

function schoolNames(person: string): RawBuilder<string[]> {
	return sql<string[]>`array(
		select o.name from affiliation a join organisation o on o.id = a.organisation
		where a.person = ${sql.ref(person)} and a.role = 'student' and a.superseded_at is null
			and a.during @> waypost_now() order by o.name
	)`;
}

export type LinkState = 'confirmed' | 'trusted' | 'waiting' | 'ended' | 'over';
export type FamilyLink = {
	guardian: string;
	name: string;
	email: string | null;
	origin: Origin;
	relation: GuardianRelation | null;
	/** trusted: from the roster, which this district takes at its word. over: the roster ended it. */
	state: LinkState;
	maySeeRecord: boolean;
	since: Date;
	confirmedAt: Date | null;
	endedAt: Date | null;
	/** What was done to it, the newest first. */
	changes: {
		id: string;
		kind: LinkChange;
		way: 'office' | 'invitation';
		/** Null where the name is beyond this office. */
		by: string | null;
		checked: IdentityCheck | null;
		opensRecord: boolean;
		reason: string | null;
		at: Date;
	}[];
};
export type FamilyFlag = { flag: StudentFlag; from: Date | null; until: Date | null; basis: FlagBasis };
export type Family = {
	ok: true;
	child: { person: string; name: string; schools: string[]; bands: (Band | null)[] };
	links: FamilyLink[];
	/** Flags that hold or are to begin. */
	flags: FamilyFlag[];
	permissions: Permissions;
};

/** One child's family as their office sees it. */
export async function family(db: Db, actor: PersonActor, child: string): Promise<Family | OfficeRefusal> {
	const found = await inOffice<Omit<Family, 'permissions'> | { ok: false; reason: 'not-found' }>(
		db,
		actor,
		child,
		async (trx) => {
			const identity = await trx
				.selectFrom('person_identity as i')
				.select([
					'i.person',
					sql<string>`i.given_name || ' ' || i.family_name`.as('name'),
					schoolNames('i.person').as('schools'),
					sql<(Band | null)[]>`array(
						select a.band from affiliation a where a.person = i.person and a.role = 'student'
							and a.superseded_at is null and a.during @> waypost_now() order by a.id
					)`.as('bands')
				])
				.where('i.person', '=', child)
				.executeTakeFirst();
			if (!identity) return { ok: false, reason: 'not-found' };
			return {
				ok: true,
				child: identity,
				links: await linksOf(trx, child),
				flags: await flagsOf(trx, child)
			};
		}
	);
	if (!found.ok) return found;
	const { person, bands } = found.child;
	return { ...found, permissions: await ofStudent(db, { person, bands }, null) };
}

async function linksOf(trx: Trx, child: string): Promise<FamilyLink[]> {
	const rows = await trx
		.selectFrom('guardian_link as l')
		.innerJoin('person_identity as g', 'g.person', 'l.guardian')
		.select([
			'l.guardian',
			sql<string>`g.given_name || ' ' || g.family_name`.as('name'),
			'g.email',
			'l.origin',
			'l.relation',
			'l.may_see_record as maySeeRecord',
			'l.recorded_at as since',
			'l.confirmed_at as confirmedAt',
			'l.ended_at as endedAt',
			sql<boolean>`l.during @> waypost_now()`.as('runs'),
			sql<boolean>`guardian_link_stands(l, waypost_now())`.as('stands')
		])
		.where('l.child', '=', child)
		.orderBy('l.recorded_at')
		.orderBy('l.guardian')
		.execute();
	const changes = await trx
		.selectFrom('guardian_link_change as c')
		.leftJoin('person_identity as i', 'i.person', 'c.changed_by')
		.select([
			'c.id',
			'c.guardian',
			'c.kind',
			'c.way',
			'c.checked',
			'c.opens_record as opensRecord',
			'c.reason',
			'c.recorded_at as at',
			sql<string | null>`i.given_name || ' ' || i.family_name`.as('by')
		])
		.where('c.child', '=', child)
		.orderBy('c.recorded_at', 'desc')
		.orderBy('c.id', 'desc')
		.execute();
	return rows.map(({ runs, stands, ...row }) => ({
		...row,
		origin: row.origin as Origin,
		state: row.endedAt
			? 'ended'
			: !runs
				? 'over'
				: row.confirmedAt
					? 'confirmed'
					: stands
						? 'trusted'
						: 'waiting',
		changes: changes.filter((change) => change.guardian === row.guardian)
	}));
}

async function flagsOf(trx: Trx, child: string): Promise<FamilyFlag[]> {
	const { rows } = await sql<FamilyFlag>`
		select flag, lower(during) as from, upper(during) as until, basis
		from (
			select distinct on (f.flag) f.flag, f.during, f.basis
			from learner_person lp join student_flag f on f.learner = lp.learner
			where lp.person = ${child} order by f.flag, f.recorded_at desc, f.n desc
		) latest
		where not isempty(during) and not during << tstzrange(waypost_now(), null) order by flag desc`.execute(trx);
	return rows;
}

/** The schools whose lists this office may see. */
export async function schools(db: Db, actor: PersonActor): Promise<{ id: string; name: string }[]> {
	const scope = officeScope(actor);
	let query = db
		.selectFrom('organisation')
		.select(['id', 'name'])
		.where('kind', '=', 'school')
		.where('ended_at', 'is', null)
		.orderBy('name');
	if (scope.kind === 'families') {
		const own = schoolsWith(actor, 'school-administrator');
		if (own.length === 0) return [];
		query = query.where('id', 'in', own);
	}
	return query.execute();
}

export type ListedStudent = {
	person: string;
	familyName: string;
	givenName: string;
	band: Band | null;
	/** Classes that they are in now. */
	classes: string[];
	state: PermissionState['state'];
};

/**
 * The students of one school who are asked for a permission and don't have it: for photos, those who may not be
 * pictured. By name, with how many were asked. Null for a school that is not this office's, or an unknown permission.
 */
export async function withoutPermission(
	db: Db,
	actor: PersonActor,
	school: string,
	purposeId: string
): Promise<{ students: ListedStudent[]; asked: number; at: Date } | null> {
	const purpose = permissionPurposes().find(({ id }) => id === purposeId);
	if (!purpose || !(await schools(db, actor)).some(({ id }) => id === school)) return null;
	return within(db, officeScope(actor), async (trx) => {
		const rows = await trx
			.selectFrom('affiliation as a')
			.innerJoin('person_identity as i', 'i.person', 'a.person')
			.select([
				'a.person',
				'i.family_name as familyName',
				'i.given_name as givenName',
				'a.band',
				sql<string[]>`array(
					select c.title from class_member m join class c on c.id = m.class and c.during @> waypost_now()
					where m.person = a.person and m.part = 'student' and m.superseded_at is null and m.during @> waypost_now()
						and c.organisation = a.organisation order by c.title
				)`.as('classes')
			])
			.where('a.organisation', '=', school)
			.where('a.role', '=', 'student')
			.where('a.superseded_at', 'is', null)
			.where(sql<boolean>`a.during @> waypost_now()`)
			.orderBy(sql`lower(i.family_name), lower(i.given_name), a.person`)
			.execute();
		const asked = rows.filter(({ band }) => isAskedFor(purpose, band));
		const at = await now(trx);
		const bases = await basisOf(
			trx,
			asked.map(({ person }) => person),
			at
		);
		const students = asked
			.map((row) => ({ ...row, state: stateOf(bases.get(row.person) ?? noBasis, purposeId, at).state }))
			.filter(({ state }) => state !== 'given');
		return { students, asked: asked.length, at };
	});
}
