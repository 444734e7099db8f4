import { sql } from 'kysely';
import { hashPassword } from '#lib/server/auth/passwords.ts';
import { catalogue, district } from '#lib/server/catalogue/catalogue.ts';
import { publish } from '#lib/server/catalogue/publish.ts';
import type { Db } from '#lib/server/db/database.ts';
import { range } from '#lib/server/db/instants.ts';
import { within } from '#lib/server/db/scope.ts';
import { seedClasses } from './classes.ts';
import { seedInvitations } from './invitations.ts';
import { seedFamilies } from './families.ts';
import { demoPeople, schools, type DemoPerson, type School } from './people.ts';
import { seedRegistrations } from './registrations.ts';
import { demoPassword } from './sign-ins.ts';
import { finishCourse, takeLessons, takeQuiz } from './take-course.ts';

const dayMs = 86_400_000;
export type Cast = Record<string, { person: string; learner: string; organisation: string }>;
export type Stage = {
	app: Db;
	/** Runs `work` as if it were so many days ago, through Waypost's own clock. */
	daysAgo<T>(days: number, work: () => Promise<T>): Promise<T>;
};

/**
 * Fills an empty database with the demo district. Nothing is written as if it had happened: the clock is set back,
 * and the people's stories are lived through the same functions that serve real people, oldest first.
 */
export async function seedDemo(app: Db, owner: Db): Promise<{ people: number }> {
	const { rows } = await sql<{ now: Date }>`select waypost_now() as now`.execute(owner);
	const now = rows[0]?.now ?? new Date();
	const before = await owner
		.selectFrom('clock_setting')
		.select(sql<string>`clock_offset::text`.as('clock_offset'))
		.executeTakeFirstOrThrow();
	const stage: Stage = {
		app,
		async daysAgo(days, work) {
			const at = new Date(now.getTime() - days * dayMs);
			await sql`update clock_setting set clock_offset = ${at.toISOString()}::timestamptz - clock_timestamp()`.execute(
				owner
			);
			return work();
		}
	};
	try {
		await stage.daysAgo(1_500, () => publish(app, catalogue()));
		const cast = await stage.daysAgo(1_499, () => makePeople(app, now));
		const admin = cast['admin'];
		if (!admin) throw new Error('the demo has no administrator');
		const scenes = demoPeople.flatMap((person) => scenesOf(person, cast, stage, admin.person));
		scenes.push(
			...seedClasses(cast, stage),
			...seedRegistrations(cast, stage),
			...seedInvitations(cast, stage),
			...seedFamilies(cast, stage)
		);
		for (const scene of scenes.sort((a, b) => b.days - a.days)) await stage.daysAgo(scene.days, scene.play);
	} finally {
		await sql`update clock_setting set clock_offset = ${before.clock_offset}::interval`.execute(owner);
	}
	return { people: demoPeople.length };
}

export type Scene = { days: number; play: () => Promise<void> };

function scenesOf(person: DemoPerson, cast: Cast, { app }: Stage, admin: string): Scene[] {
	const known = cast[person.key];
	if (!known) throw new Error(`${person.key} is not in the cast`);
	const who = { learner: known.learner, assurance: 'password' as const, language: 'en' };
	const { story } = person;
	const scenes: Scene[] = [];
	const course = (slug: string, days: number) =>
		scenes.push(
			{ days: days + 2, play: () => takeLessons(app, who, slug) },
			{ days: days + 0.1, play: () => takeQuiz(app, who, slug) },
			{ days, play: () => finishCourse(app, who, slug) }
		);
	for (const days of story.staff ?? []) course('staff-initial', days);
	if (story.owner !== undefined) course('account-owner', story.owner);
	if (story.family !== undefined) course('family-core', story.family);
	if (story.lessons !== undefined)
		scenes.push({
			days: Math.min(story.since - 1, 12),
			play: () => takeLessons(app, who, 'staff-initial', story.lessons)
		});
	for (const days of story.failed ?? [])
		scenes.push({ days, play: () => takeQuiz(app, who, 'staff-initial', 4) });
	if (story.revoked !== undefined)
		scenes.push({
			days: story.revoked,
			play: async () => {
				await app
					.insertInto('period_change')
					.values({
						learner: known.learner,
						certification: 'staff',
						kind: 'revoked',
						changed_by: admin,
						reason: 'Shared a class page’s password with students after two written warnings.'
					})
					.execute();
			}
		});
	const { waived } = story;
	if (waived)
		scenes.push({
			days: waived.from,
			play: async () => {
				await app
					.insertInto('waiver')
					.values({
						learner: known.learner,
						course: 'staff-initial',
						during: sql<string>`tstzrange(waypost_now(), waypost_now() + make_interval(days => ${waived.days}))`,
						reason: 'On parental leave until the spring; takes the course on return.',
						granted_by: admin
					})
					.execute();
			}
		});
	if (story.reviewerCredit)
		scenes.push({
			days: 130,
			play: async () => {
				await app
					.insertInto('credit')
					.values({
						learner: known.learner,
						certification: 'reviewer-admin',
						during: sql<string>`tstzrange(waypost_now(), waypost_now() + interval '2 years')`,
						evidence: 'Reviewers’ workshop of the district, attendance list of that day.',
						granted_by: admin
					})
					.execute();
			}
		});
	return scenes;
}

async function makePeople(app: Db, now: Date): Promise<Cast> {
	const passwordHash = await hashPassword(demoPassword);
	return within(app, { kind: 'system', purpose: 'seed' }, async (trx) => {
		const organisation = async (kind: 'district' | 'school', name: string, sourcedId: string) =>
			(
				await trx
					.insertInto('organisation')
					.values({ kind, name, sourced_id: sourcedId })
					.returning('id')
					.executeTakeFirstOrThrow()
			).id;
		const places: Record<string, string> = {
			district: await organisation('district', district().name, 'org-district')
		};
		for (const school of Object.keys(schools) as School[])
			places[school] = await organisation('school', schools[school], `org-${school}`);

		const grantor = await trx
			.insertInto('person')
			.values({ kind: 'system' })
			.returning('id')
			.executeTakeFirstOrThrow();
		const cast: Cast = {};
		for (const [index, person] of demoPeople.entries()) {
			const { id } = await trx
				.insertInto('person')
				.values({ kind: 'human' })
				.returning('id')
				.executeTakeFirstOrThrow();
			const { id: learner } = await trx
				.insertInto('learner')
				.values({ kind: 'person' })
				.returning('id')
				.executeTakeFirstOrThrow();
			const place = places[person.school] as string;
			await trx
				.insertInto('person_identity')
				.values({
					person: id,
					given_name: person.given,
					family_name: person.family,
					email: person.email ?? null,
					sourced_id: `demo-${1_000 + index}`,
					employee_id: ['student', 'guardian'].includes(person.role) ? null : `E${4_000 + index}`
				})
				.execute();
			await trx.insertInto('learner_person').values({ learner, person: id }).execute();
			const began = new Date(now.getTime() - person.story.since * dayMs);
			const left =
				person.story.left === undefined ? null : new Date(now.getTime() - person.story.left * dayMs);
			await trx
				.insertInto('affiliation')
				.values({
					person: id,
					organisation: place,
					role: person.role,
					band: person.band ?? null,
					during: range(began, left)
				})
				.execute();
			for (const right of person.rights ?? [])
				await trx
					.insertInto('scope_grant')
					.values({
						person: id,
						right,
						organisation: place,
						during: range(began, null),
						granted_by: grantor.id
					})
					.execute();
			if (person.signIn && person.email)
				await trx
					.insertInto('sign_in')
					.values({ person: id, login: person.email, password_hash: passwordHash })
					.execute();
			cast[person.key] = { person: id, learner, organisation: place };
		}
		return cast;
	});
}
