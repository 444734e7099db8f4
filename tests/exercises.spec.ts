import type { Locator, Page } from '@playwright/test';
import type { ExerciseOf, ExerciseType } from '#lib/lesson/exercise.ts';
import { findExercise, keysOf, mouse, solve, type Hand } from './harness/exercise.ts';
import { openReady } from './harness/ready.ts';
import { expect, test } from './harness/test.ts';

const student = 'student@wrsd.example';
type Fixtures = { page: Page; signIn(email: string): Promise<void>; site: { takeLessons: TakeLessons } };
type TakeLessons = (email: string, course: string) => Promise<void>;

/** Where each kind is met, by whom, and how it is worked. */
const kinds = [
	{ type: 'repair', course: 'student-68', who: student, says: 'a post is repaired part by part' },
	{ type: 'settings', course: 'student-68', who: student, says: 'settings say what follows from them' },
	{ type: 'plan', course: 'student-68', who: student, says: 'a plan is put together' },
	{ type: 'claim', course: 'student-68', who: student, says: 'claims are weighed' },
	{
		type: 'tap',
		course: 'student-k2',
		who: 'young.student@wrsd.example',
		says: 'a child answers with pictures'
	},
	{
		type: 'queue',
		course: 'reviewer-admin',
		who: 'principal@wrsd.example',
		says: 'registrations are reviewed'
	}
] as const;

async function open<Type extends ExerciseType>(
	{ page, signIn, site }: Fixtures,
	{ type, course, who }: { type: Type; course: string; who: string }
): Promise<{ practice: Locator; exercise: ExerciseOf<Type> }> {
	const { exercise, path } = findExercise(course, type);
	await site.takeLessons(who, course);
	await signIn(who);
	await openReady(page, path);
	return { practice: page.getByRole('region', { name: exercise.title, exact: true }), exercise };
}

async function work(
	fixtures: Fixtures,
	kind: (typeof kinds)[number],
	hand: Hand,
	{ script = true } = {}
): Promise<void> {
	const { practice, exercise } = await open(fixtures, kind);
	const check = script
		? {}
		: { check: () => hand.press(practice.getByRole('button', { name: /^(Check|Show my plan)$/ })) };
	if (exercise.type === 'repair') await solve.repair(practice, exercise, hand, check);
	else if (exercise.type === 'settings') await solve.settings(practice, exercise, hand, check);
	else if (exercise.type === 'plan') await solve.plan(practice, exercise, hand, check);
	else if (exercise.type === 'claim') await solve.claim(practice, exercise, hand, check);
	else if (exercise.type === 'tap') await solve.tap(practice, exercise, hand);
	else await solve.queue(practice, exercise, hand);
	if (exercise.done) await expect(practice.getByText(exercise.done)).toBeVisible();
	await expect(practice.getByText('Worked through', { exact: true })).toBeVisible();
}

for (const kind of kinds) {
	test(`with a mouse: ${kind.says}`, async ({ page, signIn, site }) => {
		await work({ page, signIn, site }, kind, mouse);
	});

	test(`by keyboard alone: ${kind.says}`, async ({ page, signIn, site }) => {
		await work({ page, signIn, site }, kind, keysOf(page));
	});
}

test.describe('without JavaScript, the server answers:', () => {
	test.use({ javaScriptEnabled: false });
	for (const kind of kinds) {
		test(kind.says, async ({ page, signIn, site }) => {
			await work({ page, signIn, site }, kind, mouse, { script: false });
		});
	}
});

/** What the page posts from now on. */
function postsOf(page: Page): string[] {
	const posts: string[] = [];
	page.on('request', (request) => {
		if (request.method() === 'POST') posts.push(`${request.url()}\n${request.postData() ?? ''}`);
	});
	return posts;
}

test('what was planned does not leave the device, only that it was planned', async ({
	page,
	signIn,
	site
}) => {
	const kind = { type: 'plan', course: 'student-68', who: student } as const;
	const { practice, exercise } = await open({ page, signIn, site }, kind);
	const posts = postsOf(page);
	await solve.plan(practice, exercise, mouse);
	await expect(practice.getByText('Worked through', { exact: true })).toBeVisible();
	for (const post of posts) {
		expect(post).toContain('?/worked');
		expect(post).not.toContain('part-');
	}
});

test('what was typed as an alternative text does not leave the device', async ({ page, signIn, site }) => {
	const kind = {
		type: 'alt-text',
		course: 'account-owner',
		who: 'certified.teacher@wrsd.example'
	} as const;
	const { practice, exercise } = await open({ page, signIn, site }, kind);
	const posts = postsOf(page);
	await practice.getByLabel('Your alternative text').fill(`Zebra stripes. ${exercise.model}`);
	await practice.getByRole('button', { name: 'Check' }).click();
	await expect(practice.getByText('One good way to say it')).toBeVisible();
	await expect(practice.getByText('Worked through', { exact: true })).toBeVisible();
	for (const post of posts) expect(post).not.toContain('Zebra');
});

test('a plan is printed alone: its sheet, and nothing else of the page', async ({ page, signIn, site }) => {
	const kind = { type: 'plan', course: 'student-68', who: student } as const;
	await page.addInitScript(() => {
		window.print = () => {
			document.body.dataset.printed = document.body.innerText;
		};
	});
	const { practice, exercise } = await open({ page, signIn, site }, kind);
	await solve.plan(practice, exercise, mouse);
	const print = practice.getByRole('button', { name: 'Print this plan', includeHidden: true });
	await expect(print).toBeVisible();
	await page.emulateMedia({ media: 'print' });
	// Paper shows no buttons, so it is pressed without being seen.
	await print.dispatchEvent('click');
	const printed = (await page.locator('body').getAttribute('data-printed')) ?? '';
	const lines = printed.split('\n').filter((line) => line.trim() !== '');
	expect(lines[0]).toBe(exercise.sheet);
	for (const part of exercise.parts) expect(lines).toContain(part.label);
	for (const line of exercise.lines ?? []) expect(printed).toContain(line);
	expect(printed).not.toContain(exercise.title);
	expect(lines).toHaveLength(1 + 2 * exercise.parts.length + (exercise.lines?.length ?? 0));
	// Afterwards the page prints as a page again.
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

test('the style guide shows every kind of exercise at work, and tells the server nothing', async ({
	page
}) => {
	const posts = postsOf(page);
	await page.goto('/styleguide', { waitUntil: 'networkidle' });
	const exercises = page.getByRole('region', { name: 'Exercises', exact: true });
	await expect(exercises.getByText('Practice', { exact: true })).toHaveCount(14);

	const claim = exercises.getByRole('region', { name: /^Claim:/ });
	// Fourteen kinds of exercise come to life one after the other.
	await expect(async () => {
		const tooFar = claim.getByRole('radio', { name: 'It goes too far' });
		await tooFar.check();
		await tooFar.dispatchEvent('change');
		await expect(claim.getByText('All 1 right')).toBeVisible({ timeout: 1_000 });
	}).toPass();
	await expect(claim.getByText('Worked through', { exact: true })).toBeVisible();
	const queue = exercises.getByRole('region', { name: /^Queue:/ });
	await queue.getByRole('checkbox', { name: 'There are too few beds.' }).check();
	await queue.getByRole('radio', { name: 'Ask for a change' }).check();
	await queue.getByRole('button', { name: 'Check' }).click();
	await expect(queue.getByText('All 1 right')).toBeVisible();
	const tap = exercises.getByRole('region', { name: /^Tap:/ });
	await tap.getByRole('button', { name: 'What is outside' }).click();
	await expect(tap.getByText('Yes! Up goes the kite.')).toBeVisible();
	const reveal = exercises.getByRole('region', { name: /^Reveal:/ });
	await reveal.getByRole('button', { name: 'I have worked through this' }).click();
	await expect(reveal.getByText('Worked through', { exact: true })).toBeVisible();
	expect(posts).toEqual([]);
});
