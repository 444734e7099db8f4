import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import { course as findCourse } from '#lib/server/catalogue/catalogue.ts';
import { within, type Scope } from '#lib/server/db/scope.ts';
import * as people from '#lib/server/db/testing/people.ts';
import type { TestDistrict, TestPerson } from '#lib/server/db/testing/people.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { takeLessons } from '#lib/server/demo/take-course.ts';
import * as led from '#lib/server/learning/led-lessons.ts';
import * as classes from '#lib/server/people/classes.ts';
import { classCourse, tookPart } from './class-lessons.ts';
import { courseView } from './completions.ts';

const { app, owner, setClock } = await testDatabase();
const seed = { kind: 'system', purpose: 'seed' } as const;
const slug = 'student-k2';
const course = findCourse(slug)!;
const start = new Date('2026-10-05T14:00:00Z');
const minute = 60_000;
let clock = start.getTime();
const pass = async (minutes: number) => setClock(new Date((clock += minutes * minute)));

let district: TestDistrict;
let teacher: TestPerson;
let colleague: TestPerson;
let former: TestPerson;
let room: string;
let otherRoom: string;
let children: TestPerson[];
let foreign: TestPerson;
let gone: TestPerson;

const from = new Date('2026-08-26T04:00:00Z');
const child = (familyName: string, school = district.school) =>
	people.person(app, { school, role: 'student', band: 'K-2', familyName });
const join = (to: string, someone: TestPerson, part: 'teacher' | 'student', until: Date | null = null) =>
	within(app, seed, (trx) => classes.join(trx, { class: to, person: someone.person, part, from, until }));
const place = (lesson: number, of = slug) => ({
	class: room,
	course: of,
	lesson: findCourse(of)!.lessons[lesson - 1]!.slug
});
const lead = async (
	lesson: number,
	who: TestPerson[],
	{ by = teacher, of = slug }: { by?: TestPerson; of?: string } = {}
) => {
	await led.begin(app, by.person, place(lesson, of));
	await pass(findCourse(of)!.lessons[lesson - 1]!.minutes);
	return tookPart(app, by.person, {
		...place(lesson, of),
		learners: who.map(({ learner }) => learner),
		language: 'en'
	});
};
const view = async ({ learner }: TestPerson, of = slug) => (await courseView(app, learner, of))!;
const statesOf = async (someone: TestPerson) =>
	(await view(someone)).progress.lessons.map(({ state }) => state);

beforeAll(async () => {
	await setClock(start);
	district = await people.district(app);
	teacher = await people.person(app, { school: district.school });
	colleague = await people.person(app, { school: district.school });
	former = await people.person(app, { school: district.school });
	children = await Promise.all(['Adams', 'Baker', 'Chen', 'Diaz'].map((name) => child(name)));
	foreign = await child('Foreign');
	gone = await child('Gone');
	[room, otherRoom] = await within(app, seed, async (trx) => {
		const made = (title: string) =>
			classes.make(trx, { organisation: district.school, title, band: 'K-2', from });
		return [await made('Grade 1, Room 4'), await made('Grade 2, Room 6')] as const;
	});
	await join(room, teacher, 'teacher');
	await join(room, former, 'teacher', new Date('2026-09-15T04:00:00Z'));
	for (const someone of children) await join(room, someone, 'student');
	await join(room, gone, 'student', new Date('2026-09-30T04:00:00Z'));
	await join(otherRoom, colleague, 'teacher');
	await join(otherRoom, foreign, 'student');
});
beforeEach(async () => {
	await pass(60);
	await app.deleteFrom('led_open').execute();
});

describe('a lesson that a teacher leads', () => {
	test('counts for the children who took part, and for nobody else', async () => {
		const [first, second, absent] = children as [TestPerson, TestPerson, TestPerson];
		const answer = await lead(1, [first, second]);
		expect(answer).toMatchObject({ ok: true, recorded: 2, completed: 0 });
		expect(await statesOf(first)).toEqual(['done', 'now', 'locked', 'locked']);
		expect(await statesOf(absent)).toEqual(['now', 'locked', 'locked', 'locked']);
		const done = await app
			.selectFrom('lesson_done')
			.selectAll()
			.where('learner', '=', first.learner)
			.execute();
		expect(done).toMatchObject([{ path: 'teacher-led', assurance: 'led', cycle: 1 }]);
	});

	test('may be led again for the children who were away, and the ones who came twice lose nothing', async () => {
		const [first, , absent] = children as [TestPerson, TestPerson, TestPerson];
		expect(await lead(1, [first, absent])).toMatchObject({ ok: true, recorded: 2 });
		expect(await statesOf(absent)).toEqual(['done', 'now', 'locked', 'locked']);
		expect(await statesOf(first)).toEqual(['done', 'now', 'locked', 'locked']);
	});

	test('completes the course with the last one, without a quiz, and certifies each child', async () => {
		const [first, second, third] = children as [TestPerson, TestPerson, TestPerson];
		for (const lesson of [2, 3]) await lead(lesson, [first, second, third]);
		expect(await lead(4, [first, second])).toMatchObject({ ok: true, recorded: 2, completed: 2 });
		const { completed, status } = await view(first);
		expect(completed).toMatchObject({ cycle: 1, path: 'teacher-led', version: course.version });
		expect(status.state).toBe('valid');
		expect((await view(third)).completed).toBeNull();
		expect((await view(third)).progress.quiz.state).toBe('locked');
		// Later, in a second session, the child who was away.
		expect(await lead(4, [first, third])).toMatchObject({ ok: true, completed: 1 });
		expect((await view(third)).completed).toMatchObject({ path: 'teacher-led' });
		const rows = await app
			.selectFrom('completion')
			.select('id')
			.where('learner', '=', first.learner)
			.execute();
		expect(rows).toHaveLength(1);
	});

	test('counts as led for a child who had taken it alone before', async () => {
		const fourth = children[3]!;
		await takeLessons(app, { learner: fourth.learner, assurance: 'password', language: 'en' }, slug, 1);
		for (const lesson of [1, 2, 3, 4]) await lead(lesson, [fourth]);
		expect((await view(fourth)).completed).toMatchObject({ path: 'teacher-led' });
	});

	test('may be of another band’s course, where a class needs it', async () => {
		expect(led.coursesToLead('K-2')[0]?.slug).toBe(slug);
		expect(led.coursesToLead('K-2').map(({ slug }) => slug)).toContain('student-35');
		expect(await lead(1, [children[0]!], { of: 'student-35' })).toMatchObject({ ok: true });
	});

	test('is recorded once when the button is pressed twice', async () => {
		await led.begin(app, teacher.person, place(2));
		await pass(10);
		const press = () =>
			tookPart(app, teacher.person, { ...place(2), learners: [children[0]!.learner], language: 'en' });
		const answers = await Promise.all([press(), press(), press()]);
		expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
		expect(answers.filter((answer) => !answer.ok && answer.reason === 'not-begun')).toHaveLength(2);
	});

	test('goes on when it is begun again the same day, and is begun anew the next day', async () => {
		const begun = await led.begin(app, teacher.person, place(1));
		await pass(3);
		expect(await led.begin(app, teacher.person, place(1))).toEqual(begun);
		await pass(24 * 60);
		expect(await led.running(app, teacher.person)).toBeNull();
		const anew = await led.begin(app, teacher.person, place(1));
		expect(anew.ok && begun.ok && anew.beganAt > begun.beganAt).toBe(true);
	});

	test('shows its teacher who has done which lesson', async () => {
		const seen = await classCourse(app, teacher.person, room, slug);
		expect(seen?.students.map(({ familyName }) => familyName)).toEqual(['Adams', 'Baker', 'Chen', 'Diaz']);
		expect(seen?.students.every(({ completed }) => completed)).toBe(true);
		expect(seen?.led.get(course.lessons[0]!.slug)?.times).toBe(3);
		expect(await classCourse(app, teacher.person, room, 'staff-initial')).toBeNull();
	});
});

describe('a lesson is not recorded', () => {
	const attempt = async (lesson: number, learners: string[], by = teacher) =>
		tookPart(app, by.person, { ...place(lesson), learners, language: 'en' });

	test('that was never begun, or another than the one that was', async () => {
		expect(await attempt(1, [children[0]!.learner])).toEqual({ ok: false, reason: 'not-begun' });
		await led.begin(app, teacher.person, place(2));
		await pass(30);
		expect(await attempt(1, [children[0]!.learner])).toEqual({ ok: false, reason: 'not-begun' });
	});

	test('before half of its minutes have passed', async () => {
		await led.begin(app, teacher.person, place(1));
		await pass(1);
		const answer = await attempt(1, [children[0]!.learner]);
		expect(answer).toMatchObject({ ok: false, reason: 'too-soon' });
		const from = !answer.ok && answer.reason === 'too-soon' ? answer.from.getTime() : 0;
		expect(Math.round((from - clock) / minute)).toBe(2);
	});

	test('for nobody, for a child of another class, for one who has left, for an adult, for the teacher', async () => {
		await led.begin(app, teacher.person, place(1));
		await pass(30);
		expect(await attempt(1, [])).toEqual({ ok: false, reason: 'nobody' });
		for (const someone of [foreign, gone, colleague, teacher])
			expect(await attempt(1, [children[0]!.learner, someone.learner])).toEqual({
				ok: false,
				reason: 'not-in-class'
			});
	});

	test('by somebody who does not teach the class, or no longer does, whatever else they are', async () => {
		for (const someone of [colleague, former, district.administrator, children[0]!]) {
			expect(await led.begin(app, someone.person, place(1))).toEqual({ ok: false, reason: 'not-your-class' });
			expect(await attempt(1, [children[1]!.learner], someone)).toEqual({
				ok: false,
				reason: 'not-your-class'
			});
		}
	});

	test('of a course that no teacher leads, or of no lesson', async () => {
		const of = (course: string, lesson: string) =>
			led.begin(app, teacher.person, { class: room, course, lesson });
		expect(await of('staff-initial', 'what-it-covers')).toEqual({ ok: false, reason: 'not-for-classes' });
		expect(await of(slug, 'no-such-lesson')).toEqual({ ok: false, reason: 'unknown-lesson' });
	});
});

describe('the database refuses, whatever the application says', () => {
	const versionOf = async (of = slug) =>
		(await app.selectFrom('course_version').select('id').where('course', '=', of).executeTakeFirstOrThrow())
			.id;
	const session = async (over: Record<string, unknown> = {}) => ({
		class: room,
		teacher: teacher.person,
		course_version: await versionOf(),
		lesson: course.lessons[0]!.slug,
		language: 'en',
		began_at: new Date(clock - 60 * minute),
		held_on: new Date(clock).toISOString().slice(0, 10),
		...over
	});
	const refused = (code: string) => expect.objectContaining({ code });
	const open = async (someone = teacher, in_ = room) => {
		await app
			.insertInto('led_open')
			.values({ teacher: someone.person, class: in_, course: slug, lesson: course.lessons[0]!.slug })
			.execute();
	};
	const insert = async (over: Record<string, unknown> = {}) => {
		const values = await session(over);
		return app
			.insertInto('led_session')
			.values(values as never)
			.returning(['id', 'began_at'])
			.executeTakeFirstOrThrow();
	};

	test('a session that was not begun, or was begun with another class or lesson', async () => {
		await expect(insert()).rejects.toEqual(refused('WP011'));
		await open();
		await pass(30);
		await expect(insert({ class: otherRoom })).rejects.toEqual(refused('WP011'));
		await expect(insert({ lesson: course.lessons[1]!.slug })).rejects.toEqual(refused('WP011'));
		await expect(insert({ course_version: await versionOf('staff-initial') })).rejects.toEqual(
			refused('WP011')
		);
	});

	test('a beginning put back: the clock of the database counts, at both ends', async () => {
		const columns = sql`insert into led_open (teacher, class, course, lesson, began_at) values (
			${teacher.person}, ${room}, ${slug}, ${course.lessons[0]!.slug}, waypost_now() - interval '1 hour')`;
		await expect(columns.execute(app)).rejects.toEqual(refused('42501'));
		await columns.execute(owner);
		await expect(insert()).rejects.toEqual(refused('WP011'));
		await expect(insert({ recorded_at: new Date(clock + 60 * minute) })).rejects.toEqual(refused('WP011'));
		await expect(
			sql`update led_open set began_at = waypost_now() - interval '1 hour'`.execute(app)
		).rejects.toEqual(refused('42501'));
		await pass(30);
		const made = await insert({ began_at: new Date(0) });
		expect(made.began_at.getTime()).toBeGreaterThan(clock - 31 * minute);
		await expect(insert()).rejects.toMatchObject({ code: '23505' });
	});

	test('a lesson that was begun yesterday and forgotten', async () => {
		await open();
		await pass(13 * 60);
		await expect(insert()).rejects.toEqual(refused('WP011'));
	});

	test('a session of a former teacher, a colleague of another class, or a teacher who left the school', async () => {
		for (const someone of [former, colleague]) {
			await open(someone);
			await pass(30);
			await expect(insert({ teacher: someone.person })).rejects.toEqual(refused('WP011'));
		}
		const left = await people.person(app, { school: district.school });
		await join(otherRoom, left, 'teacher');
		await sql`update affiliation set superseded_at = waypost_now() where person = ${left.person}`.execute(
			app
		);
		await open(left, otherRoom);
		await pass(30);
		await expect(insert({ teacher: left.person, class: otherRoom })).rejects.toEqual(refused('WP011'));
	});

	test('a participant who is foreign, has left, is an adult or the teacher', async () => {
		const adult = await people.person(app, { school: district.school });
		await join(room, adult, 'student');
		for (const someone of [foreign, gone, adult, teacher, colleague]) {
			await app.deleteFrom('led_open').execute();
			await open();
			await pass(30);
			const cheat = app.transaction().execute(async (trx) => {
				const version = await versionOf();
				const lesson = course.lessons[0]!;
				const made = await trx
					.insertInto('led_session')
					.values((await session()) as never)
					.returning('id')
					.executeTakeFirstOrThrow();
				await trx
					.insertInto('lesson_done')
					.values({
						learner: someone.learner,
						course_version: version,
						lesson: lesson.slug,
						cycle: 1,
						lesson_hash: lesson.hash,
						path: 'teacher-led',
						language: 'en',
						assurance: 'led'
					})
					.execute();
				await trx
					.insertInto('led_participant')
					.values({
						session: made.id,
						learner: someone.learner,
						course_version: version,
						lesson: lesson.slug,
						cycle: 1
					})
					.execute();
			});
			await expect(cheat).rejects.toEqual(refused('WP012'));
		}
	});

	test('a child added to a session afterwards', async () => {
		const held = await app
			.selectFrom('led_session')
			.selectAll()
			.orderBy('began_at', 'desc')
			.executeTakeFirstOrThrow();
		const fresh = await child('Later');
		await join(room, fresh, 'student');
		const late = app
			.insertInto('led_participant')
			.values({
				session: held.id,
				learner: fresh.learner,
				course_version: held.course_version,
				lesson: held.lesson,
				cycle: 1
			})
			.execute();
		await expect(late).rejects.toEqual(refused('WP012'));
	});

	test('a lesson or a course that calls itself teacher-led and was led by nobody', async () => {
		const alone = await child('Alone');
		const lesson = course.lessons[0]!;
		const version = await versionOf();
		const common = {
			learner: alone.learner,
			course_version: version,
			cycle: 1,
			language: 'en',
			assurance: 'led'
		} as const;
		await expect(
			app
				.insertInto('lesson_done')
				.values({ ...common, lesson: lesson.slug, lesson_hash: lesson.hash, path: 'teacher-led' })
				.execute()
		).rejects.toEqual(refused('WP013'));
		const rules = await app.selectFrom('rule_set').select('id').executeTakeFirstOrThrow();
		await expect(
			app
				.insertInto('completion')
				.values({
					...common,
					course: slug,
					content_hash: course.hash,
					path: 'teacher-led',
					pass_mark: 0,
					rule_set: rules.id,
					attempt: null
				})
				.execute()
		).rejects.toEqual(refused('WP013'));
	});

	test('a change of what was recorded, for the owner of the tables too', async () => {
		for (const db of [app, owner])
			for (const table of ['led_session', 'led_participant'])
				for (const change of [
					`update ${table} set recorded_at = now()`,
					`delete from ${table}`,
					`truncate ${table} cascade`
				])
					await expect(sql.raw(change).execute(db)).rejects.toMatchObject({
						code: db === app ? '42501' : 'WP001'
					});
	});

	test('somebody who puts themselves or others into a class', async () => {
		for (const scope of [
			{ kind: 'self', actor: colleague.person },
			{ kind: 'district', actor: district.administrator.person }
		] as const)
			await expect(
				within(app, scope, (trx) =>
					classes.join(trx, { class: room, person: colleague.person, part: 'teacher', from })
				)
			).rejects.toEqual(refused('42501'));
		await expect(join(room, teacher, 'student')).rejects.toMatchObject({ code: '23P01' });
	});
});

describe('the names of a class', () => {
	const names = (actor: TestPerson, of = room) =>
		within(app, { kind: 'class', actor: actor.person, class: of }, async (trx) => {
			const seen = await trx.selectFrom('person_identity').select('person').execute();
			return seen.map(({ person }) => person).filter((person) => person !== actor.person);
		});

	test('are seen by its teacher: its children of today, and no colleague, no child who left', async () => {
		const seen = await names(teacher);
		expect(seen).toEqual(expect.arrayContaining(children.map(({ person }) => person)));
		for (const someone of [gone, foreign, colleague, former]) expect(seen).not.toContain(someone.person);
	});

	test('are not seen by a former teacher, a colleague, a child, or an administrator of another school', async () => {
		const elsewhere = await people.person(app, { school: district.otherSchool, role: 'principal' });
		await people.granted(
			app,
			elsewhere,
			'school-administrator',
			district.otherSchool,
			district.administrator
		);
		for (const someone of [former, colleague, children[0]!, elsewhere, district.administrator]) {
			expect(await names(someone)).toEqual([]);
			expect(await classes.studentsOf(app, someone.person, room)).toEqual([]);
		}
		expect(await names(teacher, otherRoom)).toEqual([]);
		const scope: Scope = { kind: 'schools', actor: elsewhere.person, schools: [district.otherSchool] };
		const seen = await within(app, scope, (trx) =>
			trx.selectFrom('person_identity').select('person').execute()
		);
		expect(seen).toEqual([{ person: elsewhere.person }]);
	});

	test('are seen by administrators of the school and the district in their own scopes', async () => {
		const schools: Scope = { kind: 'schools', actor: colleague.person, schools: [district.school] };
		const whole: Scope = { kind: 'district', actor: district.administrator.person };
		for (const scope of [schools, whole]) {
			const seen = await within(app, scope, (trx) =>
				trx.selectFrom('person_identity').select('person').execute()
			);
			expect(seen.map(({ person }) => person)).toEqual(
				expect.arrayContaining(children.map(({ person }) => person))
			);
		}
	});

	test('a scope that names no class, or nonsense, shows nobody', async () => {
		expect(await names(teacher, '')).toEqual([]);
	});
});

test('a class is listed for those who teach it now', async () => {
	expect((await classes.taughtBy(app, teacher.person)).map(({ title }) => title)).toEqual([
		'Grade 1, Room 4'
	]);
	expect(await classes.taughtBy(app, former.person)).toEqual([]);
	expect(await classes.taught(app, colleague.person, room)).toBeNull();
});
