import { demoPassword } from '#lib/server/demo/sign-ins.ts';
import { codeOn, pagesOf, print } from './harness/letters.ts';
import { openMail } from './harness/mail.ts';
import { openReady, ready } from './harness/ready.ts';
import { expect, test } from './harness/test.ts';

const password = 'kettle lantern orchard seventeen';
const admin = 'admin@wrsd.example';
const principal = 'principal@wrsd.example';

test('a guardian opens their sign-in from the mail, with the address that the school has', async ({
	page
}) => {
	await openMail(page, 'carol.marsh@mail.example', /^Your invitation to Waypost/);
	await page.getByRole('link', { name: 'Open my sign-in' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello Carol. Open your sign-in');
	// What is selected in a filled field is no longer selected once the page’s script has come.
	await ready(page);
	await expect(page.getByText('Marsh')).toHaveCount(0);
	await expect(page.getByLabel('With my e-mail address')).toBeChecked();
	await expect(page.getByLabel('E-mail address', { exact: true })).toHaveValue('carol.marsh@mail.example');
	await page.getByLabel('E-mail address', { exact: true }).fill('somebody.else@mail.example');
	await page.getByLabel('Password', { exact: true }).fill(password);
	await page.getByRole('button', { name: 'Open my sign-in' }).click();
	await expect(page.getByRole('alert')).toContainText('The school does not have this address for you.');
	await page.getByLabel('E-mail address', { exact: true }).fill('carol.marsh@mail.example');
	await page.getByRole('button', { name: 'Open my sign-in' }).click();
	await expect(page).toHaveURL('/family');

	// The same link, by somebody who finds the mail later.
	await page.getByRole('button', { name: 'Sign out' }).click();
	await openMail(page, 'carol.marsh@mail.example', /^Your invitation to Waypost/);
	await page.getByRole('link', { name: 'Open my sign-in' }).click();
	await expect(page.getByText('It was used already.')).toBeVisible();
});

test('the office prints letters for a class; a student without e-mail types the code, and signs in with a user name ever after', async ({
	page,
	signIn,
	browser,
	baseURL
}) => {
	await signIn(admin);
	await openReady(page, '/manage/invitations');
	await expect(page.getByText('Choose a school first')).toBeVisible();
	await page.getByLabel('School').selectOption({ label: 'Quiet Brook Elementary School' });
	await page.getByRole('button', { name: 'Show' }).click();
	await page.getByLabel('Class').selectOption({ label: 'Grade 4, Room 11' });
	await page.getByRole('button', { name: 'Show' }).click();
	await expect(page.getByText('1 to 8 of 8')).toBeVisible();
	await page.getByLabel('Choose Almeida, Ines').check();
	await page.getByLabel('Choose Reyes, Dana').check();
	const letters = await print(page, 'Print letters');
	expect(letters).toHaveLength(2);
	const [ines] = letters;
	expect(ines).toContain('For Ines Almeida');
	expect(ines).toContain('Please hand to: Grade 4, Room 11');

	const device = await browser.newContext({ baseURL: baseURL ?? '', reducedMotion: 'reduce' });
	const phone = await device.newPage();
	await phone.goto('/sign-in');
	await phone.getByRole('link', { name: 'Open your sign-in with it' }).click();
	await expect(phone.getByRole('heading', { level: 1 })).toHaveText('Open your sign-in with a code');
	await phone.getByLabel('Code').fill('KEY-7K3M');
	await phone.getByRole('button', { name: 'Go on' }).click();
	await expect(phone.getByRole('alert')).toContainText('this has 4');
	await expect(phone.getByLabel('Code')).toHaveValue('KEY-7K3M');
	await phone.getByLabel('Code').fill(codeOn(ines).toLowerCase().replaceAll('-', ' '));
	await phone.getByRole('button', { name: 'Go on' }).click();
	await expect(phone.getByRole('heading', { level: 1 })).toHaveText('Hello Ines. Open your sign-in');
	await expect(phone.getByText('Quiet Brook Elementary School invites you')).toBeVisible();
	await phone.getByLabel('User name', { exact: true }).fill('ines almeida');
	await phone.getByLabel('Password', { exact: true }).fill(password);
	await phone.getByRole('button', { name: 'Open my sign-in' }).click();
	await expect(phone.getByRole('alert')).toContainText('Use letters from a to z');
	await phone.getByLabel('User name', { exact: true }).fill('Inés-2026');
	await phone.getByRole('button', { name: 'Open my sign-in' }).click();
	await expect(phone).toHaveURL(/\/learn(\?|$)/);
	await phone.getByRole('button', { name: 'Sign out' }).click();
	await phone.getByLabel('E-mail address or user name').fill('ines-2026');
	await phone.getByLabel('Password', { exact: true }).fill(password);
	await phone.getByRole('button', { name: 'Sign in' }).click();
	await expect(phone).toHaveURL(/\/learn(\?|$)/);
	await device.close();

	await page.getByLabel('Invitation', { exact: true }).selectOption({ label: 'Has a sign-in' });
	await page.getByRole('button', { name: 'Show' }).click();
	await expect(page.getByRole('row', { name: /Reyes, Dana/ })).toHaveCount(0);
	await expect(page.getByRole('row', { name: /Almeida, Ines/ })).toContainText('Has a sign-in');
	await page.getByLabel('Invitation', { exact: true }).selectOption({ label: 'Waiting' });
	await page.getByRole('button', { name: 'Show' }).click();
	const dana = page.getByRole('row', { name: /Reyes, Dana/ });
	await expect(dana).toContainText('letter, through');
	await dana.getByRole('button', { name: 'Withdraw the invitation of Reyes, Dana' }).click();
	await expect(page.getByText('The invitation is withdrawn.')).toBeVisible();
	await page.goto(`/invitation/${codeOn(letters[1])}`);
	await expect(page.getByText('It was replaced or taken back.')).toBeVisible();
});

test('everybody of a choice is invited by mail at once, and those without an address are named as a number', async ({
	page,
	signIn
}) => {
	await signIn(admin);
	await openReady(page, '/manage/invitations');
	await page.getByLabel('School').selectOption({ label: 'Mountain View Middle School' });
	await page.getByRole('button', { name: 'Show' }).click();
	await page.getByRole('button', { name: 'Send mails' }).click();
	await expect(page.getByRole('alert')).toContainText('Tick somebody in the list');
	await page.getByLabel(/^Everybody of this choice/).check();
	await page.getByRole('button', { name: 'Send mails' }).click();
	await expect(page.getByText(/Mails on their way: [1-9]/)).toBeVisible();
	await expect(page.getByText(/Without an e-mail address, print letters for them: [1-9]/)).toBeVisible();
	await openMail(page, 'chidi.abara@wrsd.example', /^Your invitation to Waypost/);
});

test('somebody who can’t get in any more gets a new code from the office, which checks who asks', async ({
	page,
	signIn,
	browser,
	baseURL,
	post,
	site
}) => {
	const elsewhere = await browser.newContext({ baseURL: baseURL ?? '', reducedMotion: 'reduce' });
	const maya = await elsewhere.newPage();
	await maya.goto('/sign-in');
	await maya.getByLabel('E-mail address').fill('new.teacher@wrsd.example');
	await maya.getByLabel('Password', { exact: true }).fill(demoPassword);
	await maya.getByRole('button', { name: 'Sign in' }).click();
	await expect(maya).toHaveURL('/learn');

	await signIn(principal);
	await openReady(page, '/manage/invitations');
	await page.getByRole('link', { name: 'Somebody can’t get in any more' }).click();
	await page.getByLabel('Family name').fill('lind');
	await page.getByRole('button', { name: 'Search' }).click();
	await page.getByRole('link', { name: 'Print a code for Lindqvist, Maya' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('A code for Maya Lindqvist');
	// Without the statement nothing is printed, whatever page it is sent from.
	const { person } = await site.person('new.teacher@wrsd.example');
	const refused = await post(`/manage/invitations/${person}/letter.pdf`);
	expect(refused.status()).toBe(303);
	expect(refused.headers()['location']).toContain('?unchecked');
	await page.goto(refused.headers()['location'] ?? '');
	await expect(page.getByRole('alert')).toContainText('Say that you have made sure who this is');
	await page.getByLabel(/^I have made sure who this is/).check();
	const [letter] = await print(page, 'Print the code');
	expect(letter).toContain('Your way back into Waypost');

	await maya.goto(`/invitation/${codeOn(letter)}`);
	await expect(maya.getByRole('heading', { level: 1 })).toHaveText('Hello Maya. Choose a new password');
	await expect(maya.getByText('new.teacher@wrsd.example')).toBeVisible();
	await maya.getByLabel('New password', { exact: true }).fill(password);
	await maya.getByRole('button', { name: 'Save the new password' }).click();
	await expect(maya.getByText('Your new password is saved. Sign in with it.')).toBeVisible();
	await maya.goto('/learn');
	await expect(maya).toHaveURL(/\/sign-in/);
	await maya.getByLabel('E-mail address').fill('new.teacher@wrsd.example');
	await maya.getByLabel('Password', { exact: true }).fill(password);
	await maya.getByRole('button', { name: 'Sign in' }).click();
	await expect(maya).toHaveURL(/\/learn(\?|$)/);
	await elsewhere.close();
	await openMail(page, 'new.teacher@wrsd.example', 'A new code for your Waypost sign-in was printed');
});

test('invitations are for administrators, each within their own schools', async ({
	page,
	signIn,
	post,
	site
}) => {
	const theo = (
		await site.owner
			.query(`select set_config('waypost.scope', 'system:seed', false)`)
			.then(() =>
				site.owner.query(
					`select person from person_identity where given_name = 'Theo' and family_name = 'Marsh'`
				)
			)
	).rows[0].person as string;
	expect((await post('/manage/invitations/letters.pdf', { person: theo })).headers()['location']).toContain(
		'/sign-in'
	);
	await signIn('certified.teacher@wrsd.example');
	for (const path of ['/manage/invitations', '/manage/invitations/recover', `/manage/invitations/${theo}`])
		expect((await page.goto(path))?.status(), path).toBe(403);
	expect((await post('/manage/invitations/letters.pdf', { person: theo })).status()).toBe(403);
	expect((await post(`/manage/invitations/${theo}/letter.pdf`, { checked: 'yes' })).status()).toBe(403);

	// The principal of another school: the list is their own, and a forged form prints nothing.
	await signIn(principal);
	await openReady(page, '/manage/invitations');
	await expect(page.getByText('Marsh')).toHaveCount(0);
	await expect(page.getByLabel('School').locator('option')).toHaveText(['Mountain View Middle School']);
	const forged = await post('/manage/invitations/letters.pdf', { person: theo, whom: 'ticked' });
	expect(forged.headers()['location']).toContain('problem=none-made');
	expect((await page.goto(`/manage/invitations/${theo}`))?.status()).toBe(404);
	const { person: administrator } = await site.person(admin);
	expect((await page.goto(`/manage/invitations/${administrator}`))?.status()).toBe(404);
});

test('on a shared device whoever comes later is asked whose lessons these are, and may start afresh', async ({
	page,
	signIn
}) => {
	const later = () => page.context().clearCookies({ name: 'here' });
	await page.goto('/join');
	await page.getByRole('link', { name: 'Start with lesson 1' }).click();
	await page.getByRole('button', { name: /^Next: / }).click();
	await expect(page).toHaveURL(/\/2$/);
	const lesson = page.url();
	// At once, nobody is asked.
	await page.goto('/join');
	await expect(page.getByRole('link', { name: 'Go on', exact: true })).toBeVisible();

	await later();
	await page.goto(lesson);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Is this you, or do you start afresh?');
	await page.getByRole('button', { name: 'Go on with my lessons' }).click();
	await expect(page).toHaveURL(lesson);

	await later();
	await page.goto('/join');
	await page.getByRole('button', { name: 'Start afresh' }).click();
	await expect(page).toHaveURL('/join');
	await expect(page.getByRole('link', { name: 'Start with lesson 1' })).toBeVisible();
	expect((await page.context().cookies()).map(({ name }) => name)).not.toContain('visitor');

	// Somebody with a sign-in is asked as well, and takes the lessons into their own record.
	await page.getByRole('link', { name: 'Start with lesson 1' }).click();
	await page.getByRole('button', { name: /^Next: / }).click();
	await expect(page).toHaveURL(/\/2$/);
	await page.goto('/sign-in');
	await page.getByLabel('E-mail address').fill('guardian@wrsd.example');
	await page.getByLabel('Password', { exact: true }).fill(demoPassword);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page.getByText('They are taken into the record of Lucía')).toBeVisible();
	await page.getByRole('button', { name: 'They are mine' }).click();
	await expect(page).toHaveURL('/learn');
	expect((await page.context().cookies()).map(({ name }) => name)).not.toContain('visitor');
	await signIn('guardian@wrsd.example');
	await page.goto('/join/again');
	await expect(page).toHaveURL('/learn');
});

test.describe('without JavaScript', () => {
	test.use({ javaScriptEnabled: false });

	test('letters are printed and a code is used all the same', async ({ page, signIn, post, site }) => {
		await signIn(admin);
		await openReady(page, '/manage/invitations');
		await page.getByLabel('School').selectOption({ label: 'Thomas Hill K-8 School' });
		await page.getByLabel('Who').selectOption({ label: 'Students' });
		await page.getByRole('button', { name: 'Show' }).click();
		await expect(page.getByLabel('Choose Ortiz, Sam')).toBeVisible();
		const school = await page.getByLabel('School').inputValue();
		const sam = await page.getByLabel('Choose Ortiz, Sam').getAttribute('value');
		const answer = await post('/manage/invitations/letters.pdf', {
			school,
			person: sam ?? '',
			whom: 'ticked'
		});
		expect(answer.headers()).toMatchObject({
			'content-type': 'application/pdf',
			'cache-control': 'no-store'
		});
		const [letter] = await pagesOf(await answer.body());
		await page.getByRole('button', { name: 'Sign out' }).click();
		await page.goto('/invitation');
		await page.getByLabel('Code').fill(codeOn(letter));
		await page.getByRole('button', { name: 'Go on' }).click();
		await page.getByLabel('Password', { exact: true }).fill(password);
		await page.getByRole('button', { name: 'Open my sign-in' }).click();
		await expect(page).toHaveURL(/\/learn(\?|$)/);
		const logged = await site.owner.query(
			`select rows from access_log where detail ->> 'what' = 'invitation-letters' order by id desc limit 1`
		);
		expect(logged.rows).toEqual([{ rows: '1' }]);
	});
});
