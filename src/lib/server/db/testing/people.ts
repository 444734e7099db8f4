import { sql } from 'kysely';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { catalogue, coursesFor, mainPolicy } from '#lib/server/catalogue/catalogue.ts';
import { publish } from '#lib/server/catalogue/publish.ts';
import type { Db } from '../database.ts';
import { range } from '../instants.ts';
import type { AffiliationRole, Band, Right } from '../schema.ts';
import { within } from '../scope.ts';

/** A person made for a test. */
export type TestPerson = { person: string; learner: string; email: string };
export type TestDistrict = {
	district: string;
	school: string;
	otherSchool: string;
	/** Holds the district's rights, and is who grants, credits and revokes in tests. */
	administrator: TestPerson;
};

type PersonSettings = {
	givenName?: string;
	familyName?: string;
	role?: AffiliationRole;
	band?: Band;
	school: string;
	/** Bounds of the affiliation; open at both ends unless set. */
	from?: Date | null;
	until?: Date | null;
};

let made = 0;
const longAgo = new Date('2020-01-01T00:00:00Z');
const seed = { kind: 'system', purpose: 'seed' } as const;

/** Publishes the content, and makes a district of two schools with an administrator. */
export async function district(app: Db): Promise<TestDistrict> {
	await publish(app, catalogue());
	const organisation = async (kind: 'district' | 'school', name: string) => {
		const row = await app
			.insertInto('organisation')
			.values({ kind, name })
			.returning('id')
			.executeTakeFirstOrThrow();
		return row.id;
	};
	const whole = await organisation('district', 'Test District');
	const school = await organisation('school', 'North School');
	const otherSchool = await organisation('school', 'South School');
	const administrator = await person(app, {
		role: 'administrator',
		school: whole,
		familyName: 'Administrator'
	});
	const granter = await person(app, { role: 'administrator', school: whole, familyName: 'Superintendent' });
	await granted(app, administrator, 'district-administrator', whole, granter);
	return { district: whole, school, otherSchool, administrator };
}

/** Makes a person with a name, a learner and one affiliation; a teacher unless told otherwise. */
export async function person(app: Db, settings: PersonSettings): Promise<TestPerson> {
	const {
		givenName = 'Test',
		familyName = `Person ${++made}`,
		role = 'teacher',
		band,
		school,
		from = longAgo,
		until = null
	} = settings;
	const email = `person${++made}@wrsd.example`;
	return within(app, seed, async (trx) => {
		const { id } = await trx.insertInto('person').defaultValues().returning('id').executeTakeFirstOrThrow();
		await trx
			.insertInto('person_identity')
			.values({ person: id, given_name: givenName, family_name: familyName, email })
			.execute();
		const learner = await trx
			.insertInto('learner')
			.values({ kind: 'person' })
			.returning('id')
			.executeTakeFirstOrThrow();
		await trx.insertInto('learner_person').values({ learner: learner.id, person: id }).execute();
		await trx
			.insertInto('affiliation')
			.values({ person: id, organisation: school, role, band: band ?? null, during: range(from, until) })
			.execute();
		return { person: id, learner: learner.id, email };
	});
}

/**
 * Gives a person a certification for [from, until): attempt, passed result, completion and period, as if its course
 * had been taken at `from`. From a week ago for a year unless told otherwise. Gives the id of the period.
 */
export async function certified(
	app: Db,
	{ learner }: { learner: string },
	certification: string,
	from: Date = new Date(Date.now() - 7 * 86_400_000),
	until: Date | null = new Date(from.getTime() + 365 * 86_400_000)
): Promise<string> {
	const course = coursesFor(certification)[0];
	if (!course) throw new Error(`no course earns “${certification}”: use credited()`);
	return app.transaction().execute(async (trx) => {
		const version = await trx
			.selectFrom('course_version')
			.select(['id', 'hash'])
			.where('course', '=', course.slug)
			.orderBy('ordinal', 'desc')
			.executeTakeFirstOrThrow();
		const rules = await trx.selectFrom('rule_set').select('id').limit(1).executeTakeFirstOrThrow();
		const earlier = await trx
			.selectFrom('completion')
			.select(({ fn }) => fn.countAll<string>().as('count'))
			.where('learner', '=', learner)
			.where('course', '=', course.slug)
			.executeTakeFirstOrThrow();
		const cycle = Number(earlier.count) + 1;
		await trx
			.insertInto('enrolment')
			.values({ learner, course: course.slug, cycle, course_version: version.id, started_at: from })
			.onConflict((conflict) => conflict.doNothing())
			.execute();
		const common = {
			learner,
			course_version: version.id,
			cycle,
			pass_mark: course.quiz.pass_mark,
			recorded_at: from
		};
		const taken = { course: course.slug, path: course.path, language: 'en', assurance: 'password' } as const;
		const attempt = await trx
			.insertInto('attempt')
			.values({
				...common,
				...taken,
				number: 1,
				draw: '{}',
				expires_at: new Date(from.getTime() + 86_400_000)
			})
			.returning('id')
			.executeTakeFirstOrThrow();
		await trx
			.insertInto('attempt_result')
			.values({
				...common,
				attempt: attempt.id,
				outcome: 'submitted',
				score: 10,
				total: 10,
				critical_missed: 0,
				graded: '{}'
			})
			.execute();
		const completion = await trx
			.insertInto('completion')
			.values({
				...common,
				...taken,
				content_hash: version.hash,
				rule_set: rules.id,
				attempt: attempt.id,
				completed_at: from
			})
			.returning('id')
			.executeTakeFirstOrThrow();
		const period = await trx
			.insertInto('period')
			.values({
				learner,
				certification,
				completion: completion.id,
				during: range(from, until),
				completed_at: from
			})
			.returning('id')
			.executeTakeFirstOrThrow();
		return period.id;
	});
}

/** Records that a person has read the policy in its present version. */
export async function acknowledged(app: Db, { learner }: { learner: string }): Promise<void> {
	const { policy, version } = mainPolicy();
	await app
		.insertInto('acknowledgement')
		.values({ learner, policy, version, language: 'en', assurance: 'password' })
		.execute();
}

/** Everything that running an official account asks of a member of staff. */
export async function mayRunAccounts(app: Db, someone: TestPerson, until?: Date): Promise<void> {
	const from = new Date(Date.now() - 7 * 86_400_000);
	await certified(app, someone, 'staff', from, until);
	await certified(app, someone, 'account-owner', from, until);
	await acknowledged(app, someone);
}

/** Records training from outside, for certifications whose course is not published yet. */
export async function credited(
	app: Db,
	{ learner }: { learner: string },
	certification: string,
	by: TestPerson,
	until: Date | null = null
): Promise<void> {
	await app
		.insertInto('credit')
		.values({
			learner,
			certification,
			during: range(longAgo, until),
			evidence: 'Certificate of a workshop',
			granted_by: by.person
		})
		.execute();
}

/** Takes a certification back, now. */
export async function revoked(
	app: Db,
	{ learner }: { learner: string },
	certification: string,
	by: TestPerson
): Promise<void> {
	await app
		.insertInto('period_change')
		.values({
			learner,
			certification,
			kind: 'revoked',
			changed_by: by.person,
			reason: 'Taken back by a test'
		})
		.execute();
}

/** Gives a right in a school or the district. */
export async function granted(
	app: Db,
	to: TestPerson,
	right: Right,
	organisation: string,
	by: TestPerson
): Promise<void> {
	await app
		.insertInto('scope_grant')
		.values({ person: to.person, right, organisation, during: range(longAgo, null), granted_by: by.person })
		.execute();
}

/** Marks a person's record as merged into another; only the mark, without what a merge moves. */
export async function mergedInto(
	app: Db,
	absorbed: { person: string },
	kept: { person: string },
	by: { person: string }
): Promise<void> {
	await within(app, seed, async (trx) => {
		await trx
			.updateTable('person')
			.set({ merged_into: kept.person })
			.where('id', '=', absorbed.person)
			.execute();
		await trx
			.insertInto('person_merge')
			.values({
				kind: 'merge',
				kept: kept.person,
				absorbed: absorbed.person,
				undoes: null,
				merged_by: by.person,
				reason: 'Two entries of one person',
				moved: '{}'
			})
			.execute();
	});
}

/** The person as a request of theirs would see them: roles and rights of this moment. */
export async function actorOf(app: Db, { person, learner, email }: TestPerson): Promise<PersonActor> {
	return within(app, seed, async (trx) => {
		const identity = await trx
			.selectFrom('person_identity')
			.selectAll()
			.where('person', '=', person)
			.executeTakeFirstOrThrow();
		const affiliations = await trx
			.selectFrom('affiliation as a')
			.innerJoin('organisation as o', 'o.id', 'a.organisation')
			.select([
				'a.organisation',
				'o.name as organisationName',
				'a.role',
				'a.band',
				sql<Date>`lower(a.during)`.as('since')
			])
			.where('a.person', '=', person)
			.where('a.superseded_at', 'is', null)
			.where(sql<boolean>`a.during @> waypost_now()`)
			.execute();
		const rights = await trx
			.selectFrom('scope_grant as g')
			.innerJoin('organisation as o', 'o.id', 'g.organisation')
			.select(['g.right', 'g.organisation', sql<boolean>`o.kind = 'district'`.as('districtWide')])
			.where('g.person', '=', person)
			.where(sql<boolean>`g.during @> waypost_now()`)
			.execute();
		return {
			kind: 'person',
			person,
			learner,
			email,
			givenName: identity.given_name,
			familyName: identity.family_name,
			affiliations,
			rights,
			assurance: 'password',
			session: '00000000-0000-7000-8000-000000000000'
		};
	});
}
