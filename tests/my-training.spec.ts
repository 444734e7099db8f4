import { expect, test } from './harness/test.ts';
import { courseOf, lessonOf } from './harness/lesson.ts';

const teacher = 'new.teacher@wrsd.example';

test('a new teacher sees on one page what is required, why, by when, and the one next step', async ({
	page,
	signIn
}) => {
	await signIn(teacher);
	await page.goto('/learn');
	const first = lessonOf('staff-initial', 1);
	await expect(page.getByText('Hello Maya. One thing to do next.')).toBeVisible();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Lesson 1: ${first.title}`);
	await expect(page.getByText(`About ${first.minutes} minutes.`)).toBeVisible();
	await expect(
		page.getByText(/Required of you as teacher at Mountain View Middle School since /)
	).toBeVisible();
	await expect(page.getByText(/^Due .*\b\d{4}$/)).toBeVisible();

	const trail = page.getByRole('list', { name: 'Lessons' }).getByRole('listitem');
	await expect(trail).toHaveCount(courseOf('staff-initial').lessons.length + 2);
	await expect(trail.first()).toHaveAttribute('aria-current', 'step');
	await expect(trail.nth(1)).toContainText('Not open yet');
	await expect(trail.nth(1).getByRole('link')).toHaveCount(0);

	await page.getByRole('link', { name: 'Start', exact: true }).first().click();
	await expect(page).toHaveURL(`/learn/staff-initial/${first.slug}/1`);
});

test('“Register an official account” says what is missing, links to it, and lets a draft begin all the same', async ({
	page,
	signIn
}) => {
	await signIn(teacher);
	await page.goto('/learn');
	const card = page
		.locator('section')
		.filter({ has: page.getByRole('heading', { name: 'Register an official account' }) });
	await expect(card.getByText('Not yet')).toBeVisible();
	await expect(card.getByText(/Still needed:\s*Staff certification is missing\./)).toBeVisible();
	await expect(card.getByText(/Official account owner is missing\./)).toBeVisible();
	await expect(card.getByText(/Policy 6531\.1 has not been acknowledged/)).toBeVisible();
	await expect(card.getByRole('link', { name: /^Staff certification is missing/ })).toHaveAttribute(
		'href',
		/\/learn\/staff-initial/
	);
	await expect(card.getByRole('link', { name: 'Begin a draft all the same' })).toBeVisible();
	await card.getByRole('link', { name: 'Why is this required?' }).click();
	await expect(page.locator(':target')).toBeInViewport();
});

test('who holds everything is told that nothing is waiting, and may register', async ({ page, signIn }) => {
	await signIn('certified.teacher@wrsd.example');
	await page.goto('/learn');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('You are all set');
	await expect(page.getByText('You may', { exact: true })).toBeVisible();
	await expect(page.getByRole('link', { name: 'Begin a registration' })).toBeVisible();
	await expect(page.getByText(/^Valid through /).first()).toBeVisible();
});

test('a course that somebody began though nothing asks for it is there when they come back', async ({
	page,
	signIn
}) => {
	await signIn('second.teacher@wrsd.example');
	const first = lessonOf('family-core', 1);
	await page.goto(`/learn/family-core/${first.slug}/1`);
	await page.getByRole('button', { name: /^Next: / }).click();
	await expect(page).toHaveURL(/\/2$/);
	await page.goto('/learn');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Lesson 1: ${first.title}`);
	await expect(page.getByText(/^Not required of you\. /)).toBeVisible();
	await page.getByRole('link', { name: 'Go on', exact: true }).first().click();
	await expect(page).toHaveURL(`/learn/family-core/${first.slug}/2`);
});

test('a lapsed certification is shown as expired, and its renewal is the next step', async ({
	page,
	signIn
}) => {
	await signIn('lapsed.teacher@wrsd.example');
	await page.goto('/learn');
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Lesson 1:');
	await expect(page.getByText('Expired', { exact: true })).toBeVisible();
	await expect(page.getByText(/Staff certification ended after .* needs to be renewed\./)).toBeVisible();
});

test('a teacher who went past the date is told so, and a waived one is left alone', async ({
	page,
	signIn
}) => {
	await signIn('laura.peretti@wrsd.example');
	await page.goto('/learn');
	await expect(page.getByText(/^Was due /)).toBeVisible();
	await signIn('beth.sorensen@wrsd.example');
	await page.goto('/learn');
	await expect(page.getByText(/^Was due /)).toHaveCount(0);
});

test('a certification that ends soon can be renewed early', async ({ page, signIn }) => {
	await signIn('ana.costa@wrsd.example');
	await page.goto('/learn');
	await expect(page.getByText('Ends soon', { exact: true })).toBeVisible();
	await page.goto('/learn/staff-initial');
	await expect(
		page.getByText('You can renew now: take the course again. Renewing early loses no days.')
	).toBeVisible();
});

test('a course that is held back says what it waits for, and offers nothing that would be refused', async ({
	page,
	signIn
}) => {
	await signIn('lapsed.teacher@wrsd.example');
	await page.goto('/learn/staff-refresher');
	const main = page.getByRole('main');
	await expect(main.getByText('This course opens once you hold: Staff certification')).toBeVisible();
	await expect(main.getByText('One policy stood still, two laws moved')).toBeVisible();
	await expect(main.getByRole('link', { name: 'One policy stood still, two laws moved' })).toHaveCount(0);
	await expect(main.getByText('You can renew now')).toHaveCount(0);
	await expect(main.getByText('Know this already?')).toHaveCount(0);
	await expect(main.getByText('Opens after lesson')).toHaveCount(0);
	await main.getByRole('link', { name: 'Staff certification' }).click();
	await expect(page).toHaveURL('/learn/staff-initial');
});

test('nobody opens a course of another audience by its address', async ({ page, signIn }) => {
	await signIn('student@wrsd.example');
	const response = await page.goto('/learn/staff-initial');
	expect(response?.status()).toBe(403);
	await expect(page.getByText('This course is for others.')).toBeVisible();
});
