import { sql } from 'kysely';
import { course as findCourse } from '#lib/server/catalogue/catalogue.ts';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { carried } from '#lib/server/catalogue/versions.ts';
import type { Db } from '#lib/server/db/database.ts';
import { range } from '#lib/server/db/instants.ts';
import type { AffiliationRole, Right } from '#lib/server/db/schema.ts';
import { within } from '#lib/server/db/scope.ts';
import { issue, type Audience } from '../certificates.ts';

const seed = { kind: 'system', purpose: 'seed' } as const;

/** A school of the district. */
export async function makeSchool(db: Db, name: string): Promise<string> {
	const row = await db
		.insertInto('organisation')
		.values({ kind: 'school', name })
		.returning('id')
		.executeTakeFirstOrThrow();
	return row.id;
}

/** A person with a role in a school since 2020, ready to ask for pages. */
export async function makePerson(
	db: Db,
	{
		givenName,
		familyName,
		role,
		school,
		rights = []
	}: {
		givenName: string;
		familyName: string;
		role: AffiliationRole;
		school: string;
		rights?: Right[];
	}
): Promise<PersonActor> {
	return within(db, seed, async (trx) => {
		const person = await trx.insertInto('person').defaultValues().returning('id').executeTakeFirstOrThrow();
		await trx
			.insertInto('person_identity')
			.values({
				person: person.id,
				given_name: givenName,
				family_name: familyName,
				email: null,
				sourced_id: null,
				employee_id: null
			})
			.execute();
		const since = new Date('2020-08-26T04:00:00Z');
		await trx
			.insertInto('affiliation')
			.values({ person: person.id, organisation: school, role, band: null, during: range(since, null) })
			.execute();
		const learner = await trx
			.insertInto('learner')
			.values({ kind: 'person' })
			.returning('id')
			.executeTakeFirstOrThrow();
		await trx.insertInto('learner_person').values({ learner: learner.id, person: person.id }).execute();
		return {
			kind: 'person',
			person: person.id,
			learner: learner.id,
			givenName,
			familyName,
			email: null,
			affiliations: [{ organisation: school, organisationName: 'a school', role, band: null, since }],
			rights: rights.map((right) => ({ right, organisation: school })),
			assurance: 'password',
			session: person.id
		};
	});
}

/** Has a person complete a course at an instant, with a period and its certificate. Gives the code and the completion. */
export async function certify(
	db: Db,
	holder: PersonActor,
	{
		slug,
		audience,
		title,
		completedAt,
		from = completedAt,
		until,
		cycle = 1
	}: {
		slug: string;
		audience: Audience;
		title: string;
		completedAt: Date;
		from?: Date;
		until: Date | null;
		cycle?: number;
	}
): Promise<{ code: string; completion: string; period: string }> {
	const course = findCourse(slug);
	if (!course) throw new Error(`there is no course ${slug}`);
	return within(db, { kind: 'system', purpose: 'certificate' }, async (trx) => {
		const { learner } = holder;
		const version = await carried(trx, course);
		const rules = await trx.selectFrom('rule_set').select('id').executeTakeFirstOrThrow();
		const taken = {
			learner,
			course: slug,
			course_version: version.id,
			cycle,
			path: course.path,
			language: 'en',
			assurance: 'password' as const
		};
		const attempt = await trx
			.insertInto('attempt')
			.values({
				...taken,
				number: 1,
				draw: '[]',
				pass_mark: 80,
				expires_at: sql<Date>`waypost_now() + interval '1 day'`
			})
			.returning('id')
			.executeTakeFirstOrThrow();
		await trx
			.insertInto('attempt_result')
			.values({
				attempt: attempt.id,
				learner,
				course_version: version.id,
				cycle,
				outcome: 'submitted',
				score: 12,
				total: 12,
				critical_missed: 0,
				pass_mark: 80,
				graded: '{}'
			})
			.execute();
		const completion = await trx
			.insertInto('completion')
			.values({
				...taken,
				content_hash: version.hash,
				pass_mark: 80,
				rule_set: rules.id,
				attempt: attempt.id,
				completed_at: completedAt
			})
			.returning('id')
			.executeTakeFirstOrThrow();
		const period = await trx
			.insertInto('period')
			.values({
				learner,
				certification: course.certification,
				completion: completion.id,
				during: range(from, until),
				completed_at: completedAt
			})
			.returning('id')
			.executeTakeFirstOrThrow();
		const { code } = await issue(trx, {
			period: period.id,
			learner,
			course: slug,
			courseVersion: version.id,
			certification: course.certification,
			audience,
			title,
			language: 'en',
			validFrom: from,
			validUntil: until,
			validThrough: until && new Date(until.getTime() - 86_400_000).toISOString().slice(0, 10),
			holder: { givenName: holder.givenName, familyName: holder.familyName }
		});
		return { code, completion: completion.id, period: period.id };
	});
}
