import { beforeAll, describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import { catalogue, use } from '#lib/server/catalogue/catalogue.ts';
import { publish } from '#lib/server/catalogue/publish.ts';
import type { Catalogue, Course } from '#lib/server/catalogue/read-catalogue.ts';
import { versionOrdinal } from '#lib/server/catalogue/read-catalogue.ts';
import { within } from '#lib/server/db/scope.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { finishCourse, takeLessons, takeQuiz } from '#lib/server/demo/take-course.ts';
import * as attempts from '#lib/server/learning/attempts.ts';
import { coursesUnderWay } from '#lib/server/learning/evidence.ts';
import type { Who } from '#lib/server/learning/lessons.ts';
import { newLearner } from '#lib/server/learning/testing/new-learner.ts';
import { courseView, settle } from './completions.ts';

const { app, owner, setClock } = await testDatabase();
const original = catalogue();
const slug = 'staff-initial';
/** The version after the published one, by a kind of change. */
const after = (kind: 'patch' | 'major') => {
	const [major = 0, minor = 0, patch = 0] = (original.courses[slug]?.version ?? '').split('.').map(Number);
	return kind === 'major' ? `${major + 1}.0.0` : `${major}.${minor}.${patch + 1}`;
};
const day = 86_400_000;
const start = new Date('2026-09-01T14:00:00Z');
const onDay = (days: number) => setClock(new Date(start.getTime() + days * day));

const view = async (who: Who) => (await courseView(app, who.learner, slug))!;
const certify = async (who: Who) => {
	await takeLessons(app, who, slug);
	await takeQuiz(app, who, slug);
	await finishCourse(app, who, slug);
};
const periodsOf = async (who: Who) =>
	(
		await sql<{ from: Date; until: Date }>`select lower(during) as from, upper(during) as until from period
			where learner = ${who.learner} order by lower(during)`.execute(app)
	).rows;
/** The catalogue with another edition of the staff course. */
function edition(
	version: string,
	kind: 'patch' | 'minor' | 'major',
	change: (course: Course) => Partial<Course>
): Catalogue {
	const course = original.courses[slug] as Course;
	const next: Course = {
		...course,
		version,
		ordinal: versionOrdinal(version),
		change: kind,
		...change(course),
		hash: `hash-${version}`
	};
	return { ...original, courses: { ...original.courses, [slug]: next } };
}

beforeAll(async () => {
	await onDay(-100);
	await publish(app, original);
});

describe('a completion', () => {
	test('comes from all lessons, the quiz and the acknowledgement, and from nothing less', async () => {
		await onDay(0);
		const who = await newLearner(app);
		await takeLessons(app, who, slug);
		await takeQuiz(app, who, slug);
		expect((await view(who)).completed).toBeNull();
		await finishCourse(app, who, slug);
		const { completed, status } = await view(who);
		expect(completed).toMatchObject({ cycle: 1, path: 'full', version: original.courses[slug]?.version });
		expect(status.state).toBe('valid');
		// One year, through the local midnight in the district's zone.
		expect(status.validUntil?.toISOString()).toBe('2027-09-01T04:00:00.000Z');
	});

	test('is recorded once, however often and however parallel it is settled', async () => {
		const who = await newLearner(app);
		await takeLessons(app, who, slug);
		await takeQuiz(app, who, slug);
		await Promise.all(Array.from({ length: 6 }, () => finishCourse(app, who, slug)));
		expect((await view(who)).held.completions).toHaveLength(1);
	});

	test('can’t rest on a failed attempt, another learner’s or another version’s', async () => {
		const [failed, passed] = [await newLearner(app), await newLearner(app)];
		await takeLessons(app, failed, slug);
		await takeQuiz(app, failed, slug, 12);
		await certify(passed);
		const results = await app
			.selectFrom('attempt_result')
			.selectAll()
			.where('learner', 'in', [failed.learner, passed.learner])
			.execute();
		const done = await app
			.selectFrom('completion')
			.selectAll()
			.where('learner', '=', passed.learner)
			.executeTakeFirstOrThrow();
		for (const result of results)
			await expect(
				app
					.insertInto('completion')
					.values({
						learner: failed.learner,
						course: slug,
						course_version: done.course_version,
						content_hash: 'x',
						cycle: 1,
						path: 'full',
						language: 'en',
						pass_mark: 80,
						rule_set: done.rule_set,
						assurance: 'password',
						attempt: result.attempt
					})
					.execute()
			).rejects.toMatchObject({ code: '23503' });
		await expect(
			app
				.insertInto('completion')
				.values({
					learner: failed.learner,
					course: slug,
					course_version: done.course_version,
					content_hash: 'x',
					cycle: 1,
					path: 'full',
					language: 'en',
					pass_mark: 80,
					rule_set: done.rule_set,
					assurance: 'password',
					attempt: null
				})
				.execute()
		).rejects.toMatchObject({ code: '23514' });
	});
});

describe('renewal', () => {
	test('opens sixty days before the end, and renewing early loses no days', async () => {
		await onDay(0);
		const who = await newLearner(app);
		await certify(who);
		await onDay(300);
		expect((await view(who)).progress.cycle).toBe(1);
		await onDay(310);
		expect((await view(who)).progress.cycle).toBe(2);
		expect(await coursesUnderWay(app, who.learner)).toEqual([]);
		await takeLessons(app, who, slug, 1);
		expect(await coursesUnderWay(app, who.learner)).toEqual([slug]);
		await certify(who);
		expect(await coursesUnderWay(app, who.learner)).toEqual([]);
		const [first, second] = await periodsOf(who);
		expect(second?.from).toEqual(first?.until);
		expect(second?.until.toISOString()).toBe('2028-09-01T04:00:00.000Z');
	});

	test('in grace starts on the day of completion, and backdates nothing', async () => {
		await onDay(0);
		const who = await newLearner(app);
		await certify(who);
		await onDay(380);
		expect((await view(who)).status.state).toBe('in_grace');
		await certify(who);
		const [, second] = await periodsOf(who);
		expect(Math.abs((second?.from.getTime() ?? 0) - (start.getTime() + 380 * day))).toBeLessThan(60_000);
	});

	test('a refresher waits for the certification that it renews: past grace, neither a lesson nor the quiz begins', async () => {
		const refresher = 'staff-refresher';
		const [first, ...others] = original.courses[refresher]?.lessons ?? [];
		const at = async (who: Who) => (await courseView(app, who.learner, refresher))!;
		await onDay(0);
		const [early, late, ready] = [await newLearner(app), await newLearner(app), await newLearner(app)];
		for (const who of [early, late, ready]) await certify(who);
		await onDay(390);
		expect((await at(early)).status.state).toBe('in_grace');
		expect(await at(early)).toMatchObject({ heldBack: false, progress: { testOut: { passMark: 90 } } });
		await takeLessons(app, early, refresher);
		await takeLessons(app, ready, refresher);
		await takeLessons(app, late, refresher, 1);
		await app.transaction().execute(async (trx) => {
			const { course, progress } = await at(early);
			expect(await attempts.start(trx, early, course, progress)).toMatchObject({ ok: true });
		});

		await onDay(398);
		expect(await at(late)).toMatchObject({
			heldBack: true,
			missing: ['staff'],
			progress: { next: null, quiz: { state: 'locked' }, testOut: null }
		});
		expect((await at(late)).progress.lessons.map(({ slug, state }) => [slug, state])).toEqual([
			[first?.slug, 'done'],
			...others.map(({ slug }) => [slug, 'locked'])
		]);
		await expect(takeLessons(app, late, refresher)).rejects.toThrow(/was not finished: locked/);
		await expect(takeQuiz(app, ready, refresher)).rejects.toThrow(/did not start: locked/);
		expect((await view(ready)).status.state).toBe('expired');

		// What was begun in time is handed in, and counts from the day of completion.
		await takeQuiz(app, early, refresher);
		await finishCourse(app, early, refresher);
		expect((await view(early)).status.state).toBe('valid');
	});

	test('a revocation covers the period renewed early, and a full course after it ends it', async () => {
		await onDay(0);
		const who = await newLearner(app);
		await certify(who);
		await onDay(320);
		await certify(who);
		const judge = await owner
			.insertInto('person')
			.values({ kind: 'system' })
			.returning('id')
			.executeTakeFirst()
			.catch(() => undefined);
		expect(judge).toBeUndefined();
		await app.transaction().execute(async (trx) => {
			await sql`select set_config('waypost.scope', 'system:seed', true)`.execute(trx);
			const { id } = await trx
				.insertInto('person')
				.values({ kind: 'human' })
				.returning('id')
				.executeTakeFirstOrThrow();
			await trx
				.insertInto('period_change')
				.values({
					learner: who.learner,
					certification: 'staff',
					kind: 'revoked',
					changed_by: id,
					reason: 'A reason of some length.'
				})
				.execute();
		});
		await onDay(400);
		expect((await view(who)).status.state).toBe('revoked');
		await certify(who);
		expect((await view(who)).status.state).toBe('valid');
	});

	test('two periods of one certification never overlap, whoever writes them', async () => {
		await onDay(0);
		const who = await newLearner(app);
		await certify(who);
		const completion = await app
			.selectFrom('completion')
			.selectAll()
			.where('learner', '=', who.learner)
			.executeTakeFirstOrThrow();
		await expect(
			app
				.insertInto('period')
				.values({
					learner: who.learner,
					certification: 'staff',
					completion: completion.id,
					during: '[2026-10-01,2027-10-01)',
					completed_at: completion.completed_at
				})
				.execute()
		).rejects.toMatchObject({ code: expect.stringMatching(/^23(505|P01)$/) });
	});
});

describe('a new edition', () => {
	test('of a typo fixed mid-course costs nobody a finished lesson', async () => {
		await onDay(0);
		const who = await newLearner(app);
		await takeLessons(app, who, slug, 3);
		const fixed = edition(after('patch'), 'patch', (course) => ({
			lessons: course.lessons.map((lesson, index) =>
				index === 0 ? { ...lesson, hash: 'typo-fixed' } : lesson
			)
		}));
		use(fixed);
		await publish(app, fixed);
		expect((await view(who)).progress.lessons.map((lesson) => lesson.state)).toEqual([
			'done',
			'done',
			'done',
			'now',
			'locked',
			'locked'
		]);
		await certify(who);
		expect((await view(who)).completed).toMatchObject({ version: after('patch') });
		use(original);
	});

	test('is refused when the text changed under an unchanged number', async () => {
		const sly = edition(after('patch'), 'patch', () => ({}));
		sly.courses[slug]!.hash = 'another-hash';
		await expect(publish(app, sly)).rejects.toThrow(`unchanged version ${after('patch')}`);
	});

	test('an older build beside a newer one takes nothing back', async () => {
		const published = await publish(app, original);
		expect(published.courses).toEqual([]);
		const who = await newLearner(app);
		const settled = await app.transaction().execute((trx) => settle(trx, who, slug));
		expect(settled).toEqual({ completed: false, certificate: null });
	});
});

test('what two records of one person earned counts for both, and once they are taken apart never overlaps', async () => {
	await onDay(0);
	const [own, other] = [await newLearner(app), await newLearner(app)];
	await certify(own);
	await onDay(100);
	await certify(other);
	const { id: person } = await within(app, { kind: 'system', purpose: 'seed' }, (trx) =>
		trx.insertInto('person').defaultValues().returning('id').executeTakeFirstOrThrow()
	);
	const link = (learner: string) => app.insertInto('learner_person').values({ learner, person }).execute();
	await link(own.learner);
	await link(other.learner);
	await onDay(420);
	expect((await view(own)).status.state).toBe('valid');
	await certify(own);
	const [, renewed] = await periodsOf(own);
	const [theirs] = await periodsOf(other);
	expect(renewed?.from).toEqual(theirs?.until);

	await app.deleteFrom('learner_person').where('learner', '=', other.learner).execute();
	await onDay(440);
	expect((await view(own)).status.state).toBe('expired');
	await certify(own);
	expect((await view(own)).status.state).toBe('valid');
	const [, between, later] = await periodsOf(own);
	expect(between?.until).toEqual(later?.from);
});
