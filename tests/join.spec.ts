import { courseOf, readThrough } from './harness/lesson.ts';
import { startQuiz, takeQuiz } from './harness/quiz.ts';
import { expect, test } from './harness/test.ts';

const slug = 'family-core';
const someone = {
	given_name: 'Rosalind',
	family_name: 'Achterberg',
	email: 'rosalind@mail.example',
	password: 'kettle lantern orchard seventeen'
};

test('a parent takes the lessons and the check as a visitor, and only then makes a sign-in, with the evidence carried over', async ({
	page,
	site
}) => {
	test.setTimeout(120_000);
	await page.goto('/join');
	await expect(page.getByRole('heading', { name: 'What you need for a sign-in' })).toBeVisible();
	await expect(page.getByText('Not yet', { exact: true })).toBeVisible();
	await expect(page.getByLabel('Password')).toHaveCount(0);
	await page.getByRole('link', { name: 'Start with lesson 1' }).click();
	for (const lesson of courseOf(slug).lessons) {
		await readThrough(page, slug, lesson);
		// For a visitor, the page where families come in is the overview of this course.
		await expect(page).toHaveURL(/\/join/);
	}
	await page.goto('/join');
	await expect(page.getByLabel('Password')).toHaveCount(0);

	const questions = await startQuiz(page, site, slug);
	await takeQuiz(page, questions, (_, index) => index === 0);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(
		'Thank you. Here is what we would like you to take along'
	);
	await expect(page.getByText(questions[0]?.variant.rationale ?? '')).toBeVisible();
	await page.getByRole('link', { name: 'Go on', exact: true }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('One last step: make your sign-in');

	// Wrong input first: each fault is said beside its field, and nothing typed is lost.
	await page.getByLabel('First name').fill(someone.given_name);
	await page.getByLabel('E-mail address').fill('rosalind at mail');
	await page.getByLabel('Password', { exact: true }).fill('short');
	await page.getByRole('button', { name: 'Make my sign-in' }).click();
	await expect(page.getByRole('alert')).toContainText('Enter your last name.');
	await expect(page.getByRole('alert')).toContainText('Enter an e-mail address like name@example.org.');
	await expect(page.getByLabel('First name')).toHaveValue(someone.given_name);
	await expect(page.getByLabel('E-mail address')).toHaveValue('rosalind at mail');

	await page.getByLabel('Last name').fill(someone.family_name);
	await page.getByLabel('E-mail address').fill(someone.email);
	await page.getByLabel('Password', { exact: true }).fill('too short yet');
	await page.getByRole('button', { name: 'Make my sign-in' }).click();
	await expect(page.getByRole('alert')).toContainText('Make the password longer: at least 15 characters.');
	await page.getByLabel('Password', { exact: true }).fill(someone.password);
	await page.getByRole('button', { name: 'Make my sign-in' }).click();

	await expect(page).toHaveURL(/\/learn/);
	await expect(page.getByText('Hello Rosalind.')).toBeVisible();
	await expect(page.getByText('Families’ course').first()).toBeVisible();
	await expect(page.getByText('Does not expire')).toBeVisible();
	await page.goto(`/learn/${slug}`);
	await expect(page.getByText(/You completed this course on /)).toBeVisible();
	const { learner } = await site.person(someone.email);
	const { rows } = await site.owner.query('select kind from learner where id = $1', [learner]);
	expect(rows).toEqual([{ kind: 'visitor' }]);

	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.goto('/sign-in');
	await page.getByLabel('E-mail address').fill(someone.email);
	await page.getByLabel('Password', { exact: true }).fill(someone.password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page.getByText('Hello Rosalind.')).toBeVisible();
});

test('posting the form without the lessons is refused by the server, and makes nobody', async ({
	post,
	site
}) => {
	const people = async () => (await site.owner.query('select from sign_in')).rowCount;
	const before = await people();
	const refused = await post('/join', { ...someone, email: 'short.cut@mail.example' });
	expect(refused.status()).toBe(403);
	expect(await people()).toBe(before);
});

test('half of the lessons open nothing', async ({ page, post, site }) => {
	await page.goto('/join');
	await page.getByRole('link', { name: 'Start with lesson 1' }).click();
	await page.getByRole('button', { name: /^Next: / }).click();
	await expect(page).toHaveURL(/\/2$/);
	const refused = await post('/join', { ...someone, email: 'half.way@mail.example' });
	expect(refused.status()).toBe(403);
	expect((await site.owner.query(`select from sign_in where login = 'half.way@mail.example'`)).rowCount).toBe(
		0
	);
	await page.goto('/join');
	await page.getByRole('link', { name: 'Go on', exact: true }).click();
	await expect(page).toHaveURL(/\/2$/);
});

test('a visitor gets into nothing but the families’ course', async ({ page }) => {
	await page.goto('/join');
	await page.getByRole('link', { name: 'Start with lesson 1' }).click();
	await page.getByRole('button', { name: /^Next: / }).click();
	await expect(page).toHaveURL(/\/2$/);
	await page.goto('/learn/staff-initial');
	await expect(page).toHaveURL(/\/sign-in/);
	await page.goto('/learn');
	await expect(page).toHaveURL('/join');
	await page.goto('/policy/acknowledge');
	await expect(page).toHaveURL(/\/sign-in/);
});

test('who is signed in already is led to their training', async ({ page, signIn }) => {
	await signIn('guardian@wrsd.example');
	await page.goto('/join');
	await page.getByRole('link', { name: 'Go to your training' }).click();
	await expect(page).toHaveURL('/learn');
});
