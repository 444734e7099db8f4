import type { Page } from '@playwright/test';
import { expect, test } from './harness/test.ts';
import { axeEverywhere } from './harness/page-checks.ts';

const principal = 'principal@wrsd.example';
const owner = 'chidi.abara@wrsd.example';
const waiting = 'Science Lab 7';

async function openReview(page: Page): Promise<string> {
	await page.goto('/review');
	await page.getByRole('link', { name: waiting }).click();
	await expect(page.getByRole('heading', { level: 1, name: waiting })).toBeVisible();
	return new URL(page.url()).pathname;
}

test('who is no reviewer, or of another school, does not get to see a registration', async ({
	page,
	signIn
}) => {
	await signIn(principal);
	const path = await openReview(page);
	await page.context().clearCookies();
	expect((await page.goto(path))?.url()).toContain('/sign-in');
	await signIn('certified.teacher@wrsd.example');
	expect((await page.goto(path))?.status()).toBe(403);
	await signIn('principal.central@wrsd.example');
	expect((await page.goto(path))?.status()).toBe(404);
	await expect(page.getByText(waiting)).toHaveCount(0);
});

test('a change or a rejection needs a reason, and what was typed stays', async ({ page, signIn }) => {
	await signIn(principal);
	await openReview(page);
	await page.getByLabel('What is to be changed, and why?').fill('Too short');
	await page.getByRole('button', { name: 'Ask for this change' }).click();
	await expect(page.getByRole('alert')).toBeVisible();
	await expect(page.getByLabel('What is to be changed, and why?')).toHaveValue('Too short');

	// Nor does a wrong button take what was written for another verdict.
	await page.getByLabel('What is to be changed, and why?').fill('The handle names a pupil; take it out.');
	await page.getByRole('button', { name: 'Reject this registration' }).click();
	await expect(page.getByRole('alert').getByRole('link')).toHaveAttribute('href', '#reject-reason');
	await expect(page.getByLabel('What is to be changed, and why?')).toHaveValue(
		'The handle names a pupil; take it out.'
	);
});

test('approval is refused with the reason when a certification has ended meanwhile; in order again, the account goes into the register, and leaves it when a certification stops allowing it', async ({
	page,
	signIn,
	site
}) => {
	test.setTimeout(240_000);
	const registrant = await site.person(owner);
	const admin = await site.person('admin@wrsd.example');
	const change = (kind: 'revoked' | 'restored') =>
		site.app
			.insertInto('period_change')
			.values({
				learner: registrant.learner,
				certification: 'staff',
				kind,
				changed_by: admin.person,
				reason: 'A reason that is long enough.'
			})
			.execute();
	await signIn(principal);
	await openReview(page);
	await axeEverywhere(page);
	await page.setViewportSize({ width: 1280, height: 900 });
	await change('revoked');
	await page.getByRole('button', { name: 'Approve this account' }).click();
	await expect(page.getByRole('alert').getByText('Not approved: the gate says no')).toBeVisible();
	const refused = await site.owner.query(
		'select allow, reasons from gate_decision where not allow order by decided_at desc limit 1'
	);
	expect(JSON.stringify(refused.rows[0]?.reasons)).toContain('revoked');
	await page.goto('/official-accounts');
	await expect(page.getByRole('link', { name: waiting })).toHaveCount(0);

	await change('restored');
	await openReview(page);
	await page.getByRole('button', { name: 'Approve this account' }).click();
	await expect(
		page.getByText('Approved. The account is active and listed in the public register.')
	).toBeVisible();
	const listed = page.getByRole('link', { name: waiting });
	await page.goto('/official-accounts');
	await expect(listed).toBeVisible();
	await axeEverywhere(page);
	await page.setViewportSize({ width: 1280, height: 900 });
	await listed.click();
	await axeEverywhere(page);

	const { rows } = await site.owner.query<{ until: Date }>(
		`select keep_until as until from registration_current c join registration_revision r on r.registration = c.registration
		where r.body ->> 'display_name' = $1 and c.state = 'active'`,
		[waiting]
	);
	const until = rows[0]?.until;
	if (!until) throw new Error('the active account has no end');
	await site.setClock(new Date(until.getTime() - 60_000));
	await page.goto('/official-accounts');
	await expect(listed).toBeVisible();
	await site.setClock(new Date(until.getTime() + 1_000));
	await page.goto('/official-accounts');
	await expect(listed).toHaveCount(0);
	await site.setClock(null);
	await change('revoked');
	await page.goto('/official-accounts');
	await expect(listed).toHaveCount(0);
});

test('nobody reads another person’s draft', async ({ page, signIn, site }) => {
	const { rows } = await site.owner.query<{ id: string }>(
		"select registration as id from registration_current where state = 'draft' limit 1"
	);
	await signIn('second.teacher@wrsd.example');
	for (const path of ['', '/check', '/attest', '/name'])
		expect((await page.goto(`/accounts/${rows[0]?.id}${path}`))?.status(), path).toBe(404);
});
