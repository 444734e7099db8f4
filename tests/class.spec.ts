import type { Page } from '@playwright/test';
import { course as findCourse } from '#lib/server/catalogue/catalogue.ts';
import { within } from '#lib/server/db/scope.ts';
import { demoPassword } from '#lib/server/demo/sign-ins.ts';
import { axeEverywhere, noSidewaysScroll } from './harness/page-checks.ts';
import type { Site } from './harness/site.ts';
import { expect, test } from './harness/test.ts';

const teacher = 'elementary.teacher@wrsd.example';
const slug = 'student-k2';
const course = findCourse(slug)!;
const minute = 60_000;

/** Goes to the class of the first graders. */
async function openClass(page: Page): Promise<void> {
	await page.goto('/teach');
	await page.getByRole('link', { name: 'Grade 1, Room 4' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Grade 1, Room 4');
}

/** Begins a lesson of the course and goes through all its screens to the list of who took part. */
async function leadLesson(
	page: Page,
	site: Site,
	number: number,
	by: 'link' | 'key' = 'link'
): Promise<void> {
	const lesson = course.lessons[number - 1]!;
	await page.getByRole('button', { name: new RegExp(`Lead.*: ${lesson.title}$`) }).click();
	// The keys are listened to once the script runs, as this button is there.
	if (by === 'key') await expect(page.getByRole('button', { name: 'Full screen' })).toBeVisible();
	for (const [index, section] of lesson.sections.entries()) {
		await expect(page.getByRole('heading', { level: 1 })).toHaveText(section.title);
		await expect(page.getByText('Andersson')).toHaveCount(0);
		// What is said to the grown-up beside a child is not for the wall.
		await expect(page.getByRole('note')).toHaveCount(0);
		await expect(page.getByText('If you or someone else needs help')).toBeHidden();
		if (index === lesson.sections.length - 1) break;
		if (by === 'key') await page.keyboard.press('PageDown');
		else await page.getByRole('link', { name: 'Next' }).click();
	}
	await site.setClock(new Date((await clockOf(site)).getTime() + lesson.minutes * minute));
	await page.getByRole('link', { name: 'Who took part?' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Who took part?');
}

async function clockOf(site: Site): Promise<Date> {
	const { rows } = await site.owner.query<{ now: Date }>('select waypost_now() as now');
	return rows[0]!.now;
}

/** Gives a child of the class a sign-in, which the youngest have not. */
async function signInOf(site: Site, familyName: string): Promise<string> {
	const login = `${familyName.toLowerCase()}@wrsd.example`;
	const { person } = await within(site.app, { kind: 'system', purpose: 'seed' }, (trx) =>
		trx
			.selectFrom('person_identity')
			.select('person')
			.where('family_name', '=', familyName)
			.executeTakeFirstOrThrow()
	);
	await site.owner.query(
		`insert into sign_in (person, login, password_hash)
		select $1, $2, password_hash from sign_in where login = 'admin@wrsd.example' on conflict do nothing`,
		[person, login]
	);
	return login;
}

test('a teacher leads the lessons of a course, and a child who took part has completed it', async ({
	page,
	site,
	signIn,
	post
}) => {
	test.setTimeout(180_000);
	await signIn(teacher);
	await page.goto('/learn');
	await page.getByRole('navigation').getByRole('link', { name: 'My classes' }).click();
	await openClass(page);
	await expect(page.getByText('7 of 8 children have it')).toBeVisible();
	await expect(page.getByRole('row', { name: /Mila Andersson/ })).toContainText('1 of 4');

	await leadLesson(page, site, 2, 'key');
	// None is ticked beforehand, and nothing that was ticked is lost to a slip.
	await expect(page.getByRole('checkbox', { checked: true })).toHaveCount(0);
	await page.getByRole('button', { name: 'Record it' }).click();
	await expect(page.getByRole('alert')).toContainText('Tick at least one child who took part.');
	await expect(page.getByRole('alert')).toContainText('Enter your password.');
	await page.getByRole('checkbox', { name: 'Mila Andersson' }).check();
	await page.getByRole('checkbox', { name: 'Owen Brandt' }).check();
	await page.getByLabel('Your password', { exact: true }).fill('not the password');
	await page.getByRole('button', { name: 'Record it' }).click();
	await expect(page.getByRole('alert')).toContainText('This is not your password.');
	await expect(page.getByRole('checkbox', { checked: true })).toHaveCount(2);
	await page.getByLabel('Your password', { exact: true }).fill(demoPassword);
	await page.getByRole('button', { name: 'Record it' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Recorded for 2 children');
	await expect(page.getByText('6 children do not have this lesson yet:')).toBeVisible();

	for (const number of [3, 4]) {
		await openClass(page);
		await leadLesson(page, site, number);
		await page.getByRole('button', { name: 'Tick all' }).click();
		await expect(page.getByRole('checkbox', { checked: true })).toHaveCount(8);
		await page.getByLabel('Your password', { exact: true }).fill(demoPassword);
		await page.getByRole('button', { name: 'Record it' }).click();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('Recorded for 8 children');
	}
	await expect(page.getByText('2 of 8 children have completed the course.')).toBeVisible();
	await page.getByRole('link', { name: 'To the class' }).click();
	await expect(page.getByRole('row', { name: /Mila Andersson/ })).toContainText('Completed');

	await post('/sign-out');
	const child = await signInOf(site, 'Andersson');
	await post('/sign-in', { email: child, password: demoPassword });
	await page.goto(`/learn/${slug}`);
	await expect(page.getByText('You completed this course on')).toBeVisible();
	await expect(page.getByRole('link', { name: 'See the certificate' })).toBeVisible();
	await page.goto(`/learn/${slug}/quiz`);
	await expect(page).toHaveURL(`/learn/${slug}`);
});

test('a lesson is not recorded before half of its time, and the page says from when on', async ({
	page,
	signIn
}) => {
	await signIn(teacher);
	await openClass(page);
	await page.getByRole('button', { name: `Lead it again: ${course.lessons[0]!.title}` }).click();
	const place = new URL(page.url()).pathname.replace(/\/1$/, '');
	await page.goto(`${place}/took-part`);
	await expect(page.getByText('You can record it from')).toBeVisible();
	await page.getByRole('checkbox', { name: 'Mila Andersson' }).check();
	await page.getByLabel('Your password', { exact: true }).fill(demoPassword);
	await page.getByRole('button', { name: 'Record it' }).click();
	await expect(page.getByRole('alert')).toContainText('You can record it from');
	await expect(page.getByRole('checkbox', { name: 'Mila Andersson' })).toBeChecked();
});

test('an exercise before the class answers and notes nothing; Escape leaves', async ({
	page,
	site,
	signIn
}) => {
	await signIn(teacher);
	await openClass(page);
	const other = findCourse('student-35')!;
	await page.getByRole('link', { name: other.title }).click();
	const lesson = other.lessons.find(({ exercises }) => exercises.some(({ type }) => type === 'sort'))!;
	await page.getByRole('button', { name: new RegExp(`: ${lesson.title}$`) }).click();
	const exercise = lesson.exercises.find(({ type }) => type === 'sort')!;
	if (exercise.type !== 'sort') throw new Error('no sorting exercise');
	const section = lesson.sections.find(({ exercises }) => exercises.includes(exercise.id))!;
	await page.goto(page.url().replace(/\d+$/, String(section.index)));
	const posts: string[] = [];
	page.on('request', (request) => {
		if (request.method() === 'POST') posts.push(request.url());
	});
	const practice = page.getByRole('region', { name: exercise.title });
	for (const { text, group } of exercise.cards) {
		const label = exercise.groups.find(({ id }) => id === group)!.label;
		await practice.getByRole('group', { name: text, exact: true }).getByLabel(label, { exact: true }).check();
	}
	await expect(practice.getByText(`All ${exercise.cards.length} right`)).toBeVisible();
	expect(posts).toEqual([]);
	const { rows } = await site.owner.query(`select * from exercise_worked where course = 'student-35'`);
	expect(rows).toEqual([]);
	await page.getByRole('heading', { level: 1 }).click();
	await page.keyboard.press('Escape');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Grade 1, Room 4');
	await expect(page.getByText(`You are leading “${lesson.title}”.`)).toBeVisible();
});

test('a class is nobody’s but its teacher’s: not a colleague’s, a principal’s, an administrator’s or a child’s', async ({
	page,
	site,
	signIn,
	post
}) => {
	await signIn(teacher);
	await openClass(page);
	const room = new URL(page.url()).pathname;
	const lesson = course.lessons[0]!.slug;
	await post('/sign-out');
	for (const [who, status] of [
		['certified.teacher@wrsd.example', 404],
		['principal.central@wrsd.example', 404],
		['admin@wrsd.example', 404],
		['student@wrsd.example', 403],
		['guardian@wrsd.example', 403]
	] as const) {
		await signIn(who);
		for (const path of [
			'',
			`/${slug}/${lesson}/1`,
			`/${slug}/${lesson}/took-part`,
			`/${slug}/${lesson}/recorded`
		]) {
			const answer = await page.request.get(room + path, { maxRedirects: 0 });
			expect(answer.status(), `${who} ${path}`).toBe(status);
			expect(await answer.text()).not.toContain('Andersson');
		}
		expect((await post(`${room}?/lead`, { course: slug, lesson })).status(), who).toBe(status);
		const { learner } = await site.person(who);
		const form = { learner, password: demoPassword };
		expect((await post(`${room}/${slug}/${lesson}/took-part`, form)).status(), who).toBe(status);
		await page.goto('/learn');
		await expect(page.getByRole('link', { name: 'My classes' })).toHaveCount(0);
		await post('/sign-out');
	}
	const answer = await page.request.get(room, { maxRedirects: 0 });
	expect(answer.status()).toBe(303);
	expect(answer.headers()['location']).toContain('/sign-in');
});

test('a teacher without a class is told where classes come from', async ({ page, signIn }) => {
	await signIn('certified.teacher@wrsd.example');
	await page.goto('/teach');
	await expect(page.getByText('You have no class here yet')).toBeVisible();
	await expect(page.getByText('Classes come from the school’s roster.')).toBeVisible();
	await axeEverywhere(page);
});

test('the pages of a class are accessible in light and dark, on the wall and on a phone', async ({
	page,
	site,
	signIn
}) => {
	test.setTimeout(180_000);
	await signIn(teacher);
	await page.goto('/teach');
	await axeEverywhere(page);
	await openClass(page);
	await axeEverywhere(page);
	const lesson = course.lessons[0]!;
	await page.getByRole('button', { name: `Lead it again: ${lesson.title}` }).click();
	await page.waitForURL(/\/1$/);
	const place = new URL(page.url()).pathname.replace(/\/1$/, '');
	for (const { index } of lesson.sections) {
		await page.goto(`${place}/${index}`);
		await axeEverywhere(page);
		await page.setViewportSize({ width: 1920, height: 1080 });
		await noSidewaysScroll(page);
	}
	await page.goto(`${place}/took-part`);
	await page.getByRole('button', { name: 'Record it' }).click();
	await expect(page.getByRole('alert')).toBeVisible();
	await axeEverywhere(page);
	await site.setClock(new Date((await clockOf(site)).getTime() + 10 * minute));
	await page.getByRole('checkbox', { name: 'Zuri Cole' }).check();
	await page.getByLabel('Your password', { exact: true }).fill(demoPassword);
	await page.getByRole('button', { name: 'Record it' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Recorded for 1 child');
	await axeEverywhere(page);
});

test.describe('without JavaScript', () => {
	test.use({ javaScriptEnabled: false });

	test('a lesson is led, an exercise answered, and who took part recorded', async ({
		page,
		site,
		signIn
	}) => {
		test.setTimeout(120_000);
		await signIn(teacher);
		await openClass(page);
		await leadLesson(page, site, 1);
		await expect(page.getByRole('button', { name: 'Tick all' })).toHaveCount(0);
		await page.getByRole('checkbox', { name: 'Tariq Siddiqui' }).check();
		await page.getByRole('button', { name: 'Record it' }).click();
		await expect(page.getByRole('alert')).toContainText('Enter your password.');
		await expect(page.getByRole('checkbox', { name: 'Tariq Siddiqui' })).toBeChecked();
		await page.getByLabel('Your password', { exact: true }).fill(demoPassword);
		await page.getByRole('button', { name: 'Record it' }).click();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('Recorded for 1 child');
		await expect(page.getByText('Every child of the class has this lesson now.')).toBeVisible();
	});
});
