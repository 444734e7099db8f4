import { actorOf } from '#lib/server/db/testing/people.ts';
import { submittedBy } from '#lib/server/register/testing/registered.ts';
import {
	beginDraft,
	fillForm,
	formPages,
	signAndSubmit,
	signAsCoOwner,
	tickAll
} from './harness/registration.ts';
import { axeEverywhere } from './harness/page-checks.ts';
import type { Site } from './harness/site.ts';
import { expect, test } from './harness/test.ts';

const day = 86_400_000;
const grace = 'second.teacher@wrsd.example';
const tomas = 'certified.teacher@wrsd.example';
const priya = 'priya.nair@wrsd.example';
const principal = 'principal@wrsd.example';

/** A registration that both have signed and that waits for its review, made without going through the form again. */
async function waitingFor(
	site: Site,
	{ name, handle, owner = grace }: { name: string; handle: string; owner?: string }
): Promise<string> {
	const [by, coOwner] = [await site.person(owner), await site.person(tomas)];
	const school = (await actorOf(site.app, by)).affiliations[0]?.organisation ?? '';
	return (await submittedBy(site.app, { owner: by, coOwner, school, name, handle })).id;
}

async function stateOf(site: Site, id: string): Promise<string> {
	const { rows } = await site.owner.query<{ state: string }>(
		'select state from registration_current where registration = $1',
		[id]
	);
	return rows[0]?.state ?? 'none';
}

test('a classroom account is registered, signed by both, approved by the principal, and listed for everybody', async ({
	page,
	signIn,
	site
}) => {
	test.setTimeout(120_000);
	const account = { name: 'Room 4A Garden', handle: 'room4a_garden', coOwner: 'Tomás Rivera' };
	await signIn(grace);
	await page.goto('/accounts');
	await expect(page.getByText('You hold everything that is needed.')).toBeVisible();
	await page.getByRole('link', { name: 'Register an account' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Register an official account');
	await page.getByRole('button', { name: 'Begin a draft' }).click();
	await expect(page.getByRole('alert')).toContainText('Choose the type of account');
	await page.getByRole('radio', { name: 'Classroom account' }).check();
	await page.getByRole('button', { name: 'Begin a draft' }).click();
	await fillForm(page, account);
	for (const answer of [account.name, `@${account.handle}`, 'Tomás Rivera', 'Photo and video app'])
		await expect(page.getByText(answer, { exact: true })).toBeVisible();

	// Each statement is signed by itself, with its clause.
	await page.getByRole('link', { name: 'They are right: go on to sign' }).click();
	const statements = page.getByRole('checkbox');
	await expect(statements).toHaveCount(14);
	for (const box of await statements.all()) await expect(box).not.toBeChecked();
	await expect(page.getByRole('link', { name: 'III.5a', exact: true })).toBeVisible();
	await statements.first().check();
	await page.getByRole('button', { name: 'Sign and submit' }).click();
	await expect(page.getByRole('alert')).toContainText('Some statements are not ticked');
	await expect(page.getByRole('alert')).toContainText('District e-mail');
	await expect(statements.first()).toBeChecked();
	for (const box of await statements.all()) await box.check();
	await page.getByRole('button', { name: 'Sign and submit' }).click();
	await expect(page.getByText('Submitted. Your co-owner signs next')).toBeVisible();
	const id = page.url().match(/[0-9a-f-]{36}/)?.[0] ?? '';
	const { rows: decisions } = await site.owner.query(
		'select gate, purpose, allow, jsonb_array_length(reasons) > 0 as reasoned from gate_decision where registration = $1',
		[id]
	);
	expect(decisions).toEqual([
		{ gate: 'register-classroom-account', purpose: 'open', allow: true, reasoned: true }
	]);

	// The principal sees at once that the co-owner has not signed, and can't approve.
	await signIn(principal);
	await page.goto(`/review/${id}`);
	await expect(page.getByText('It can be approved when every statement is signed.')).toBeVisible();
	await expect(page.getByRole('button', { name: 'Approve this account' })).toHaveCount(0);

	await signIn(tomas);
	await page.goto('/accounts');
	await page.getByRole('link', { name: 'Read and sign' }).click();
	await tickAll(page);
	await page.getByRole('button', { name: 'Sign as co-owner' }).click();
	await expect(page.getByText('You have signed every statement of this registration.')).toBeVisible();

	await signIn(principal);
	await page.goto('/review');
	await page.getByRole('link', { name: account.name }).click();
	const evidence = page
		.getByRole('article')
		.filter({ has: page.getByRole('heading', { name: 'District e-mail' }) });
	await expect(evidence.getByText(`${account.handle}@wrsd.example`)).toBeVisible();
	await expect(evidence.getByText('Owner: signed', { exact: true })).toBeVisible();
	await expect(evidence.getByText('Co-owner: signed', { exact: true })).toBeVisible();
	await page.getByRole('button', { name: 'Approve this account' }).click();
	await expect(
		page.getByText('Approved. The account is active and listed in the public register.')
	).toBeVisible();

	await page.context().clearCookies();
	await page.goto('/accounts');
	expect(page.url()).toContain('/sign-in?next=%2Faccounts');
	await page.goto('/official-accounts');
	await page.getByRole('link', { name: account.name }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(account.name);
	await expect(page.getByText('Official and active')).toBeVisible();
	const shown = await page.content();
	for (const name of ['Adeyemi', 'Rivera', `${account.handle}@wrsd.example`])
		expect(shown).not.toContain(name);
});

test('wrong input is answered beside its field in plain words, and nothing typed is lost', async ({
	page,
	signIn
}) => {
	test.setTimeout(90_000);
	const account = { name: 'Room 4B Stars', handle: 'room4b_stars', coOwner: 'Tomás Rivera' };
	await signIn(grace);
	const id = await beginDraft(page);
	await page.getByRole('button', { name: 'Save and continue' }).click();
	await expect(
		page.getByRole('alert').getByRole('link', { name: 'Write the name of the account' })
	).toBeVisible();

	await page.getByRole('textbox', { name: 'Name of the account' }).fill(account.name);
	const description = page.getByRole('textbox', { name: 'Description shown on the account' });
	await description.fill('Call me at 508-555-0142 about our stars.');
	await page.getByRole('button', { name: 'Save and continue' }).click();
	await expect(description).toHaveAccessibleDescription(/This looks like a phone number/);
	await expect(description).toHaveValue('Call me at 508-555-0142 about our stars.');
	await description.fill('What we see in the sky.');
	await page.getByRole('button', { name: 'Save and continue' }).click();

	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Where is the account?');
	const url = page.getByRole('textbox', { name: 'Web address of the account' });
	await url.fill('http://photos.example/room4b');
	await page.getByRole('button', { name: 'Save and continue' }).click();
	await expect(url).toHaveAccessibleDescription(/Use the address that begins with https/);
	await expect(url).toHaveValue('http://photos.example/room4b');
	await page.reload();
	await expect(url).toHaveValue('http://photos.example/room4b');

	await page.goto(`/accounts/${id}/email`);
	const email = page.getByRole('textbox', { name: 'District e-mail address' });
	await email.fill('grace@mail.example');
	await page.getByRole('button', { name: 'Save and continue' }).click();
	await expect(email).toHaveAccessibleDescription(/“grace@mail\.example” is outside the district/);
	await expect(email).toHaveValue('grace@mail.example');
	await expect(page.getByRole('alert')).toContainText('ends in @wrsd.example');
	await axeEverywhere(page);
});

test('a draft is left, resumed at the place, and checked before it can be signed', async ({
	page,
	signIn
}) => {
	const account = { name: 'Room 4C Maps', handle: 'room4c_maps', coOwner: 'Tomás Rivera' };
	await signIn(grace);
	const id = await beginDraft(page);
	const [name, platform] = formPages(page, account);
	await name?.answer();
	await page.getByRole('button', { name: 'Save and continue' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(platform?.heading ?? '');
	await page.getByRole('textbox', { name: 'The account’s handle' }).fill('@room4c_ma');
	await page.getByRole('button', { name: 'Save and leave' }).click();

	await expect(page).toHaveURL('/accounts');
	const row = page.getByRole('article').filter({ hasText: account.name });
	await expect(row.getByText('Draft', { exact: true })).toBeVisible();
	// It goes on at the first page that is not finished, from where the form leads on in its order.
	await row.getByRole('link', { name: 'Go on with the draft' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(platform?.heading ?? '');
	await expect(page.getByRole('textbox', { name: 'The account’s handle' })).toHaveValue('@room4c_ma');
	await page.goto(`/accounts/${id}/check`);
	await expect(page.getByText('These answers are needed before you can sign')).toBeVisible();
	await expect(page.getByRole('link', { name: 'They are right: go on to sign' })).toHaveCount(0);
	await expect(page.getByText('@room4c_ma')).toBeVisible();

	// Not by the address of the last page either.
	await page.goto(`/accounts/${id}/attest?rev=2`);
	await page.goto(`/accounts/${id}/attest`);
	await expect(page).toHaveURL(`/accounts/${id}/check`);
});

test('only certified colleagues of the school are offered as co-owner', async ({ page, signIn }) => {
	await signIn(grace);
	const id = await beginDraft(page);
	await page.goto(`/accounts/${id}/colleague`);
	const offered = page.getByRole('group', { name: 'Co-owner' });
	await expect(offered.getByRole('radio', { name: 'Tomás Rivera' })).toBeVisible();
	for (const name of [/Lindqvist/, /Novak/, /Adeyemi/, /O’Brien/, /Ahmadi/])
		await expect(offered.getByRole('radio', { name })).toHaveCount(0);
});

test('who is not certified may draft, and is told at the end what is missing', async ({
	page,
	signIn,
	site
}) => {
	test.setTimeout(90_000);
	await signIn('new.teacher@wrsd.example');
	await page.goto('/accounts');
	await expect(page.getByText('Some things are missing before an account can be submitted.')).toBeVisible();
	await expect(page.getByText('Staff certification is missing. It takes about 50 minutes.')).toBeVisible();
	const id = await beginDraft(page);
	await fillForm(page, { name: 'Room 1 Beginnings', handle: 'room1_beginnings', coOwner: 'Tomás Rivera' });
	await page.getByRole('link', { name: 'They are right: go on to sign' }).click();
	await tickAll(page);
	await page.getByRole('button', { name: 'Sign and submit' }).click();
	await expect(page.getByText('Not submitted yet: something is missing')).toBeVisible();
	await expect(page.getByText(/Staff certification is missing/)).toBeVisible();
	await expect(page.getByRole('alert')).toContainText('Staff certification is missing');
	await expect(page.getByRole('checkbox').first()).toBeChecked();
	expect(['none', 'draft']).toContain(await stateOf(site, id));
	await page.goto(`/accounts/${id}/check`);
	await expect(page.getByText('Room 1 Beginnings')).toBeVisible();
	await page.goto('/accounts');
	await expect(page.getByRole('link', { name: 'Room 1 Beginnings' })).toBeVisible();
});

test('another’s draft and registration look like none, whoever asks', async ({
	page,
	post,
	signIn,
	site
}) => {
	await signIn(grace);
	const id = await beginDraft(page);
	for (const stranger of [tomas, principal, 'admin@wrsd.example', 'lapsed.teacher@wrsd.example']) {
		await signIn(stranger);
		for (const path of ['', '/name', '/go-on', '/check', '/attest?rev=1', '/co-owner'])
			expect((await page.goto(`/accounts/${id}${path}`))?.status(), `${stranger} ${path}`).toBe(404);
		expect((await post(`/accounts/${id}/name`, { display_name: 'Taken over' })).status()).toBe(404);
		expect((await post(`/accounts/${id}/attest?rev=1`)).status()).toBe(404);
		expect((await page.goto(`/review/${id}`))?.status()).not.toBe(200);
	}
	const { rows } = await site.owner.query('select body from registration_draft where registration = $1', [
		id
	]);
	expect(JSON.stringify(rows)).not.toContain('Taken over');
	await signIn('student@wrsd.example');
	expect((await page.goto('/accounts'))?.status()).toBe(403);
	expect((await page.goto('/review'))?.status()).toBe(403);
});

test('the principal asks for a change with a reason; the owner mends it and submits a new revision', async ({
	page,
	signIn,
	site
}) => {
	test.setTimeout(120_000);
	const id = await waitingFor(site, { name: 'Room 4D Rain', handle: 'room4d_rain' });
	await signIn(principal);
	await page.goto(`/review/${id}`);
	await page.getByRole('button', { name: 'Ask for this change' }).click();
	await expect(page.getByRole('alert')).toContainText('Write the reason in ten characters or more');
	const reason = 'Please say in the description which class it is.';
	await page.getByRole('textbox', { name: 'What is to be changed, and why?' }).fill(reason);
	await page.getByRole('button', { name: 'Ask for this change' }).click();
	await expect(page.getByText('Your reason went back to the owner.')).toBeVisible();

	await signIn(grace);
	await page.goto(`/accounts/${id}`);
	await expect(page.getByText(reason).first()).toBeVisible();
	await page.goto('/accounts');
	await page
		.getByRole('article')
		.filter({ hasText: 'Room 4D Rain' })
		.getByRole('link', { name: 'Change my answers' })
		.click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Check your answers');
	await expect(page.getByText(reason)).toBeVisible();
	await page.goto(`/accounts/${id}/name?from=check`);
	await page
		.getByRole('textbox', { name: 'Description shown on the account' })
		.fill('What class 4D measures when it rains.');
	await page.getByRole('button', { name: 'Save and continue' }).click();
	await signAndSubmit(page);
	await signIn(tomas);
	await page.goto(`/accounts/${id}/co-owner`);
	await expect(page.getByText(reason)).toBeVisible();
	await expect(page.getByRole('table', { name: 'Changed since revision 1' })).toContainText(
		'What class 4D measures when it rains.'
	);
	await signAsCoOwner(page, id);
	await signIn(principal);
	await page.goto(`/review/${id}`);
	await expect(page.getByText('What class 4D measures when it rains.').first()).toBeVisible();
	await expect(page.getByText('You decide on revision 2, which you see here.')).toBeVisible();
	expect(await stateOf(site, id)).not.toBe('active');
});

test('approval is refused when a certification has run out since the account was submitted', async ({
	page,
	signIn,
	site
}) => {
	test.setTimeout(120_000);
	const id = await waitingFor(site, { owner: priya, name: 'Room 5 Rocks', handle: 'room5_rocks' });
	const { learner } = await site.person(priya);
	const { rows } = await site.owner.query<{ end: Date }>(
		`select upper(during) as end from period_current where learner = $1 and certification = 'staff'
		order by upper(during) desc limit 1`,
		[learner]
	);
	await signIn(principal);
	await page.goto(`/review/${id}`);
	// From here on only grace is left, which keeps what is there and opens nothing.
	await site.setClock(new Date((rows[0]?.end ?? new Date()).getTime() + day));
	await page.getByRole('button', { name: 'Approve this account' }).click();
	await expect(page.getByText('Not approved: the gate says no').first()).toBeVisible();
	await expect(page.getByText(/Staff certification .*grace/).first()).toBeVisible();
	expect(await stateOf(site, id)).not.toBe('active');
	await page.goto('/official-accounts?q=Room+5+Rocks');
	await expect(page.getByText('No official account fits this search')).toBeVisible();
});

test('an account leaves the public register the moment grace runs out, with no job running', async ({
	page,
	signIn,
	site
}) => {
	test.setTimeout(120_000);
	const id = await waitingFor(site, { name: 'Room 4E Echo', handle: 'room4e_echo' });
	await signIn(principal);
	await page.goto(`/review/${id}`);
	await page.getByRole('button', { name: 'Approve this account' }).click();
	await expect(page.getByText('Approved. The account is active')).toBeVisible();
	const { rows } = await site.owner.query<{ keep_until: Date }>(
		'select keep_until from registration_current where registration = $1',
		[id]
	);
	const end = rows[0]?.keep_until ?? new Date(0);
	expect(end.getTime()).toBeGreaterThan(Date.now() + 100 * day);

	await page.context().clearCookies();
	const listed = page.getByRole('link', { name: 'Room 4E Echo' });
	await site.setClock(new Date(end.getTime() - 60_000));
	await page.goto('/official-accounts?q=Room+4E');
	await expect(listed).toBeVisible();
	await site.setClock(new Date(end.getTime() + 1_000));
	await page.reload();
	await expect(page.getByText('No official account fits this search')).toBeVisible();
	expect((await page.goto(`/official-accounts/${id}`))?.status()).toBe(404);
	expect(await stateOf(site, id)).toBe('active');
});

test('revoking a certification takes the account out of the register at once', async ({ page, site }) => {
	const name = 'Thomas Hill Pond Project';
	await page.goto('/official-accounts');
	await expect(page.getByRole('link', { name })).toBeVisible();
	const owner = await site.person('aisha.bello@wrsd.example');
	const admin = await site.person('admin@wrsd.example');
	await site.app
		.insertInto('period_change')
		.values({
			learner: owner.learner,
			certification: 'staff',
			kind: 'revoked',
			changed_by: admin.person,
			reason: 'Taken back for a test'
		})
		.execute();
	await page.reload();
	await expect(page.getByRole('link', { name })).toHaveCount(0);
});

test('nobody approves their own registration, though they be a reviewer', async ({
	page,
	post,
	signIn,
	site
}) => {
	test.setTimeout(120_000);
	const id = await waitingFor(site, { name: 'Room 4F Fog', handle: 'room4f_fog' });
	const admin = await site.person('admin@wrsd.example');
	for (const email of [grace, tomas]) {
		const { person } = await site.person(email);
		await site.owner.query(
			`insert into scope_grant (person, "right", organisation, during, granted_by)
			select $1, 'reviewer', organisation, tstzrange(waypost_now() - interval '1 hour', null), $2
			from registration where id = $3`,
			[person, admin.person, id]
		);
		await signIn(email);
		await page.goto(`/review/${id}`);
		await expect(page.getByText('You can’t decide on this one')).toBeVisible();
		await expect(page.getByRole('button', { name: 'Approve this account' })).toHaveCount(0);
		const refused = await post(`/review/${id}?/approve`, { revision: '1' });
		expect(refused.status(), email).toBe(409);
	}
	expect(await stateOf(site, id)).not.toBe('active');
});

test('a reviewer decides on the revision that they saw, once, and in their own school only', async ({
	page,
	post,
	signIn,
	site
}) => {
	test.setTimeout(120_000);
	const id = await waitingFor(site, { name: 'Room 4G Glow', handle: 'room4g_glow' });
	await signIn('principal.central@wrsd.example');
	expect((await page.goto(`/review/${id}`))?.status()).toBe(404);
	expect((await post(`/review/${id}?/approve`, { revision: '1' })).status()).toBe(404);
	await page.goto('/review');
	await expect(page.getByText('Room 4G Glow')).toHaveCount(0);

	await signIn(principal);
	expect((await post(`/review/${id}?/approve`, { revision: '2' })).status()).toBe(409);
	expect(await stateOf(site, id)).not.toBe('active');
	const verdicts = await Promise.all(
		Array.from({ length: 4 }, () => post(`/review/${id}?/approve`, { revision: '1' }))
	);
	expect(verdicts.map((verdict) => verdict.status()).sort()).toEqual([303, 409, 409, 409]);
	const { rowCount } = await site.owner.query(
		`select from registration_move where registration = $1 and to_state = 'active'`,
		[id]
	);
	expect(rowCount).toBe(1);
});

test('one web address is registered once', async ({ page, signIn }) => {
	await signIn(grace);
	await beginDraft(page);
	const taken = { name: 'Room 4H Hats', handle: 'room6b_robotics', coOwner: 'Tomás Rivera' };
	const [name, platform] = formPages(page, taken);
	await name?.answer();
	await page.getByRole('button', { name: 'Save and continue' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(platform?.heading ?? '');
	await platform?.answer();
	await page.getByRole('button', { name: 'Save and continue' }).click();
	await expect(page.getByRole('textbox', { name: 'Web address of the account' })).toHaveAccessibleDescription(
		/Mountain View Middle School has registered an account with this address already/
	);
});
