import { expect, test } from './harness/test.ts';
import type { Site } from './harness/site.ts';

const day = 86_400_000;

/** The code of somebody's newest certificate of the staff certification, as it stands on the paper. */
async function codeOf(site: Site, email: string): Promise<string> {
	const { learner } = await site.person(email);
	const { rows } = await site.owner.query<{ code: string }>(
		`select code from certificate where learner = $1 and certification = 'staff' order by recorded_at desc limit 1`,
		[learner]
	);
	return `WP-${rows[0]?.code.match(/.{4}/g)?.join('-')}`;
}

test('whoever passed the quiz acknowledges the policy and holds a certificate', async ({
	page,
	signIn,
	site
}) => {
	const email = 'new.teacher@wrsd.example';
	await site.passQuiz(email, 'staff-initial');
	await signIn(email);
	await page.goto('/learn');
	await page.getByRole('link', { name: 'Read and acknowledge' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Acknowledge the policy');
	await page.getByRole('button', { name: 'Acknowledge' }).click();
	await expect(page.getByRole('alert')).toContainText('Tick the box once you have read the policy.');

	await page.getByRole('checkbox', { name: /I have read Policy 6531\.1/ }).check();
	await page.getByRole('button', { name: 'Acknowledge' }).click();
	await expect(page.getByText('You have earned this certification')).toBeVisible();
	await expect(page.getByText('Maya Lindqvist').last()).toBeVisible();
	await expect(page.getByText('Valid through').first()).toBeVisible();
	await expect(page.getByRole('img', { name: /^QR code\. It opens / })).toBeVisible();
	await expect(page.getByRole('button', { name: 'Print' })).toBeVisible();

	await page.goto('/learn');
	await expect(page.getByText('Valid', { exact: true })).toBeVisible();
	await expect(page.getByRole('link', { name: 'Staff certification' }).first()).toBeVisible();
});

test('the certificate is a PDF to keep', async ({ page, signIn, site }) => {
	await signIn('certified.teacher@wrsd.example');
	await page.goto(`/certificates/${await codeOf(site, 'certified.teacher@wrsd.example')}`);
	const address = await page.getByRole('link', { name: 'Open as PDF' }).getAttribute('href');
	const response = await page.request.get(address ?? '');
	expect(response.status()).toBe(200);
	expect(response.headers()['content-type']).toBe('application/pdf');
	expect(response.headers()['cache-control']).toBe('no-store');
	const pdf = await response.body();
	expect(pdf.subarray(0, 5).toString('latin1')).toBe('%PDF-');
	expect(pdf.toString('latin1')).toMatch(/\/MarkInfo|\/StructTreeRoot/);
});

test('anybody can check a code, and sees no more than the paper shows', async ({ page, site }) => {
	const code = await codeOf(site, 'certified.teacher@wrsd.example');
	await page.goto('/verify');
	await page.getByLabel('Certificate code').fill(code.toLowerCase().replaceAll('-', ' '));
	await page.getByRole('button', { name: 'Check' }).click();
	await expect(page).toHaveURL(`/verify/${code}`);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(
		'This certificate is real and valid today.'
	);
	await expect(page.getByText('T. Rivera')).toBeVisible();
	const shown = await page.content();
	expect(shown).not.toContain('Tomás');
	expect(shown).not.toContain('certified.teacher');
});

test('the state on the public page follows the clock', async ({ page, site }) => {
	const code = await codeOf(site, 'second.teacher@wrsd.example');
	await site.setClock(new Date(Date.now() + 3 * 365 * day));
	await page.goto(`/verify/${code}`);
	await expect(page.getByRole('heading', { level: 1 })).toContainText(
		'This certificate is real, but expired on'
	);
	const revoked = await codeOf(site, 'sean.obrien@wrsd.example');
	await site.setClock(null);
	await page.goto(`/verify/${revoked}`);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(
		'This certificate is real, but it has been revoked.'
	);
});

test('an unknown code is told as such, and a slip of the pen is explained beside the field', async ({
	page
}) => {
	const response = await page.goto('/verify/WP-0000-0000-0000-0000');
	expect(response?.status()).toBe(404);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('We don’t know this certificate');
	await page.goto('/verify');
	await page.getByLabel('Certificate code').fill('WP-7K3M');
	await page.getByRole('button', { name: 'Check' }).click();
	await expect(page.getByRole('alert')).toContainText('A code has 16 letters and digits');
	await expect(page.getByLabel('Certificate code')).toHaveValue('WP-7K3M');
});

test('another person’s certificate and its PDF look like none', async ({ page, signIn, site }) => {
	const code = await codeOf(site, 'certified.teacher@wrsd.example');
	for (const stranger of [
		'second.teacher@wrsd.example',
		'student@wrsd.example',
		'principal.central@wrsd.example'
	]) {
		await signIn(stranger);
		expect((await page.goto(`/certificates/${code}`))?.status(), stranger).toBe(404);
		expect(await page.content()).not.toContain('Rivera');
		expect((await page.request.get(`/certificates/${code}/certificate.pdf`)).status(), stranger).toBe(404);
	}
	await page.context().clearCookies();
	await page.goto(`/certificates/${code}`);
	await expect(page).toHaveURL(/\/sign-in/);
});
