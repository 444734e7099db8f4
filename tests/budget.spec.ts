import type { Browser, Page } from '@playwright/test';
import type { LessonSection } from '#lib/server/catalogue/read-catalogue.ts';
import { courseOf } from './harness/lesson.ts';
import { attemptOf, questionsOf, startQuiz } from './harness/quiz.ts';
import { expect, test } from './harness/test.ts';

const kB = 1000;
/** Per page, compressed, in a browser that has nothing of us yet. */
const SCRIPT_BUDGET = 70 * kB;
const WHOLE_BUDGET = 200 * kB;

type Weight = { script: number; whole: number; requests: number };

/** What a page costs somebody who comes with an empty cache, in bytes as they go over the wire. */
async function weigh(
	browser: Browser,
	address: string,
	cookies: { name: string; value: string; url: string }[]
): Promise<Weight> {
	const context = await browser.newContext({ reducedMotion: 'reduce' });
	await context.addCookies(cookies);
	const page = await context.newPage();
	const weights: Promise<{ isScript: boolean; bytes: number }>[] = [];
	page.on('requestfinished', (request) => {
		if (request.url().startsWith('data:')) return;
		const weight = Promise.all([request.sizes(), request.response()]).then(
			([{ responseBodySize }, response]) => ({
				isScript: /javascript/.test(response?.headers()['content-type'] ?? ''),
				bytes: responseBodySize
			})
		);
		weights.push(weight);
	});
	const answer = await page.goto(address, { waitUntil: 'networkidle' });
	expect(answer?.status(), address).toBe(200);
	const all = await Promise.all(weights);
	await context.close();
	const sum = (parts: typeof all) => parts.reduce((total, { bytes }) => total + bytes, 0);
	return { script: sum(all.filter(({ isScript }) => isScript)), whole: sum(all), requests: all.length };
}

/** Of each lesson the screen with most to show. All screens of a lesson bring the same code. */
function fullestScreens(slug: string): string[] {
	return courseOf(slug).lessons.map((lesson) => {
		const shown = (section: LessonSection) =>
			JSON.stringify(lesson.exercises.filter(({ id }) => section.exercises.includes(id))).length;
		const [fullest] = lesson.sections.toSorted((a, b) => shown(b) - shown(a));
		return `/learn/${slug}/${lesson.slug}/${fullest?.index}`;
	});
}

const measured: (Weight & { path: string })[] = [];

type Cookies = Parameters<typeof weigh>[2];

async function expectWithinBudget(browser: Browser, baseURL: string, paths: string[], cookies: Cookies = []) {
	for (const path of paths) {
		const weight = await weigh(browser, `${baseURL}${path}`, cookies);
		measured.push({ path, ...weight });
		expect.soft(weight.script, `JavaScript of ${path}`).toBeLessThanOrEqual(SCRIPT_BUDGET);
		expect.soft(weight.whole, `all of ${path}`).toBeLessThanOrEqual(WHOLE_BUDGET);
	}
}

/** The sign-in of the page's browser, to be given to others. */
async function cookiesOf(page: Page, url: string): Promise<Cookies> {
	return (await page.context().cookies()).map(({ name, value }) => ({ name, value, url }));
}

test.afterAll(() => {
	const heaviest = measured.toSorted((a, b) => b.script - a.script)[0];
	if (heaviest) console.log(`Heaviest of ${measured.length} pages: ${JSON.stringify(heaviest)}`);
});

test('public pages and forms stay within the budget', async ({ browser, site }) => {
	await expectWithinBudget(browser, site.baseURL, [
		'/',
		'/sign-in',
		'/join',
		'/policy',
		'/help',
		'/verify',
		`/learn/family-core/${courseOf('family-core').lessons[0]?.slug}/1`
	]);
});

test('lessons with every kind of exercise, and questions of every kind, stay within the budget', async ({
	page,
	browser,
	signIn,
	site
}) => {
	test.setTimeout(120_000);
	const email = 'nadia.kowalski@wrsd.example';
	await site.takeLessons(email, 'staff-initial');
	await signIn(email);
	const questions = await startQuiz(page, site, 'staff-initial');
	const attempt = attemptOf(page);
	const kinds = new Map((await questionsOf(site, attempt)).map(({ item }, index) => [item.type, index + 1]));
	expect(questions.length).toBeGreaterThan(kinds.size);
	const paths = [
		'/learn',
		'/learn/staff-initial',
		'/policy/acknowledge',
		'/sessions',
		`/learn/staff-initial/quiz/${attempt}/check`
	];
	for (const number of kinds.values()) paths.push(`/learn/staff-initial/quiz/${attempt}/${number}`);
	paths.push(...fullestScreens('staff-initial'));
	await expectWithinBudget(browser, site.baseURL, paths, await cookiesOf(page, site.baseURL));
});

test('the fullest screen of each lesson for children, which is read aloud, stays within the budget', async ({
	page,
	browser,
	signIn,
	site
}) => {
	test.setTimeout(120_000);
	const [email, course] = ['eli.stein@wrsd.example', 'student-35'];
	await site.giveAddress({ given: 'Eli', family: 'Stein', email });
	await site.giveSignIn(email);
	await site.takeLessons(email, course);
	await signIn(email);
	await expectWithinBudget(
		browser,
		site.baseURL,
		fullestScreens(course),
		await cookiesOf(page, site.baseURL)
	);
});

test('the fullest screen of each lesson for the youngest, which is all pictures, stays within the budget', async ({
	page,
	browser,
	signIn,
	site
}) => {
	const [email, course] = ['young.student@wrsd.example', 'student-k2'];
	await site.takeLessons(email, course);
	await signIn(email);
	await expectWithinBudget(
		browser,
		site.baseURL,
		fullestScreens(course),
		await cookiesOf(page, site.baseURL)
	);
});
