import type { Page } from '@playwright/test';
import { TOTP } from 'otpauth';
import { demoPassword } from '#lib/server/demo/sign-ins.ts';
import { courseOf, lessonOf } from './harness/lesson.ts';
import { openMail } from './harness/mail.ts';
import { axe, axeEverywhere, axeInTheDark, axeOnPhone } from './harness/page-checks.ts';
import { startQuiz, takeQuiz } from './harness/quiz.ts';
import { beginDraft, formPages, signAndSubmit, tickAll } from './harness/registration.ts';
import { expect, test } from './harness/test.ts';

// Both workers share this file, which is the longest.
test.describe.configure({ mode: 'parallel' });

async function open(page: Page, path: string, status = 200): Promise<void> {
	const response = await page.goto(path);
	expect(response?.status(), path).toBe(status);
}

const staff = 'staff-initial';

const publicPages: [path: string, status?: number][] = [
	['/policy#III.5a'],
	['/'],
	['/sign-in'],
	['/sign-in?next=/learn'],
	['/join'],
	['/official-accounts'],
	['/official-accounts?q=nothing-like-this'],
	['/policy'],
	['/help'],
	['/accessibility'],
	['/verify'],
	['/verify?code=WP-1'],
	['/verify/WP-0000-0000-0000-0000', 404],
	['/no-such-page', 404],
	['/learn/no-such-course', 404],
	// Authors' preview is not in a build.
	['/preview/staff-initial/what-it-covers/1', 404],
	['/first-administrator/no-such-link'],
	['/sign-in/passkey'],
	['/class'],
	['/sign-in/forgot'],
	['/sign-in/forgot?asked'],
	['/sign-in/reset/no-such-link'],
	['/invitation'],
	['/invitation/KEY-7K3M-9QXD-2FHT-8VWC'],
	['/demo/mail']
];

test('every public page is accessible', async ({ page }) => {
	test.setTimeout(240_000);
	for (const [path, status] of publicPages) {
		await open(page, path, status);
		await axeEverywhere(page);
	}
});

for (const locale of ['Español', 'Português']) {
	test(`accessible in ${locale}, whose words are longer`, async ({ page, signIn }) => {
		await page.goto('/');
		await page.getByRole('banner').getByRole('button', { name: locale }).click();
		await expect(page.locator('html')).not.toHaveAttribute('lang', 'en');
		await axeEverywhere(page);
		await signIn('lapsed.teacher@wrsd.example');
		for (const path of [
			'/learn',
			'/learn/staff-initial',
			'/sessions',
			'/join',
			'/verify',
			'/help',
			'/policy'
		]) {
			await open(page, path);
			await page.setViewportSize({ width: 320, height: 900 });
			await axe(page);
		}
	});
}

test('the style guide, which shows every component and drawing, is accessible', async ({ page }) => {
	await open(page, '/styleguide');
	await axeEverywhere(page);
	await open(page, '/styleguide/drawings');
	await axeEverywhere(page);
});

const ownPages: Record<string, [path: string, status?: number][]> = {
	'new.teacher@wrsd.example': [
		['/learn'],
		[`/learn/${staff}`],
		[`/learn/${staff}?locked=quiz`],
		['/learn/account-owner'],
		['/policy/acknowledge'],
		['/accounts'],
		['/manage/coverage', 403],
		['/manage/invitations', 403]
	],
	'certified.teacher@wrsd.example': [
		['/learn'],
		[`/learn/${staff}`],
		[`/learn/${staff}/quiz`],
		['/policy/acknowledge'],
		['/sessions'],
		['/accounts'],
		['/accounts/new'],
		['/second-factor'],
		['/class'],
		['/record']
	],
	'lapsed.teacher@wrsd.example': [['/learn'], ['/learn/staff-refresher']],
	'student@wrsd.example': [['/learn'], [`/learn/${staff}`, 403], ['/accounts', 403]],
	'guardian@wrsd.example': [['/learn'], ['/learn/family-core'], ['/family']],
	'sean.obrien@wrsd.example': [['/learn']],
	'principal@wrsd.example': [
		['/review'],
		['/manage/records'],
		['/manage/records?status=waived'],
		['/manage/roster', 403],
		['/manage/coverage'],
		['/manage'],
		['/manage/people'],
		['/manage/audit', 403],
		['/manage/invitations'],
		['/manage/invitations?problem=nobody'],
		['/manage/invitations/recover?name=lind'],
		['/manage/invitations/recover?name=zz'],
		['/manage/letters']
	],
	'admin@wrsd.example': [
		['/manage/records?as_of=2999-01-01'],
		['/manage/roster'],
		['/manage/roster/conflicts'],
		['/manage/people?q=nobody-of-that-name'],
		['/manage/people?presence=any&role=king'],
		['/manage/rights?all'],
		['/manage/rights/new?q=kim'],
		['/manage/invitations'],
		['/manage/letters?problem=none'],
		['/manage/families?find=bell']
	],
	'auditor@wrsd.example': [['/manage/audit'], ['/manage/audit?actor=baptiste']]
};

for (const [who, pages] of Object.entries(ownPages)) {
	test(`every page of ${who} is accessible`, async ({ page, signIn }) => {
		test.setTimeout(240_000);
		await signIn(who);
		for (const [path, status] of pages) {
			await open(page, path, status);
			await axeEverywhere(page);
		}
	});
}

for (const [slug, reader] of [
	[staff, 'certified.teacher@wrsd.example'],
	['account-owner', 'certified.teacher@wrsd.example'],
	['family-core', 'guardian@wrsd.example']
] as const) {
	for (const lesson of courseOf(slug).lessons) {
		test(`every part of the lesson “${lesson.title}” is accessible`, async ({ page, signIn }) => {
			test.setTimeout(90_000);
			await signIn(reader);
			for (const section of lesson.sections) {
				await open(page, `/learn/${slug}/${lesson.slug}/${section.index}`);
				if (section.index === 1) await axeEverywhere(page);
				else if (section.exercises.length > 0) await axeOnPhone(page);
				else await axeInTheDark(page);
			}
		});
	}
}

for (const lesson of courseOf('student-k2').lessons) {
	test(`every screen of “${lesson.title}”, for the youngest, is accessible`, async ({
		page,
		signIn,
		site
	}) => {
		test.setTimeout(240_000);
		await site.takeLessons('young.student@wrsd.example', 'student-k2');
		await signIn('young.student@wrsd.example');
		for (const { index } of lesson.sections) {
			await open(page, `/learn/student-k2/${lesson.slug}/${index}`);
			await (index === 1 ? axeEverywhere(page) : axeOnPhone(page));
		}
	});
}

test('the questions for the youngest are accessible', async ({ page, signIn, site }) => {
	test.setTimeout(240_000);
	const email = 'young.student@wrsd.example';
	await site.takeLessons(email, 'student-k2');
	await signIn(email);
	const questions = await startQuiz(page, site, 'student-k2');
	const base = page.url().replace(/\/\d+$/, '');
	for (const place of [...questions.keys().map((index) => index + 1), 'check']) {
		await open(page, `${base}/${place}`);
		await axeEverywhere(page);
	}
});

test('an exercise that was answered wrongly, and one that was worked through, are accessible', async ({
	page,
	signIn
}) => {
	await signIn('certified.teacher@wrsd.example');
	const lesson = lessonOf(staff, 1);
	const exercise = lesson.exercises[0];
	if (exercise?.type !== 'sort') throw new Error('lesson 1 has no sorting exercise');
	const section = lesson.sections.find(({ exercises }) => exercises.includes(exercise.id));
	await open(page, `/learn/${staff}/${lesson.slug}/${section?.index}`);
	const label = exercise.groups[0]?.label ?? '';
	await expect(async () => {
		for (const { text } of exercise.cards.slice(0, 3)) {
			const choice = page.getByRole('group', { name: text, exact: true }).getByLabel(label, { exact: true });
			await choice.check();
			await choice.dispatchEvent('change');
		}
		await expect(page.getByText(/ right so far$/)).toBeVisible({ timeout: 1_000 });
	}).toPass();
	await axeEverywhere(page);
});

test('the lesson page that says which exercise is left is accessible', async ({ page, signIn }) => {
	await signIn('nadia.kowalski@wrsd.example');
	const lesson = lessonOf(staff, 1);
	await page.goto(`/learn/${staff}/${lesson.slug}`);
	for (const section of lesson.sections.slice(1)) {
		await page.getByRole('button', { name: /^Next: / }).click();
		await expect(page).toHaveURL(new RegExp(`/${section.index}$`));
	}
	await page.getByRole('button', { name: 'Finish this lesson' }).click();
	await expect(page.getByRole('heading', { name: 'Something is left before you finish' })).toBeVisible();
	await axeEverywhere(page);
});

test('a quiz is accessible: its start, each kind of question, the check, and the result when it is passed', async ({
	page,
	signIn,
	site
}) => {
	test.setTimeout(120_000);
	const email = 'samir.rahman@wrsd.example';
	await site.takeLessons(email, staff);
	await signIn(email);
	await open(page, `/learn/${staff}/quiz`);
	await axeEverywhere(page);
	const questions = await startQuiz(page, site, staff);
	const base = page.url().replace(/\/\d+$/, '');
	const kinds = new Set<string>();
	for (const [index, { item }] of questions.entries()) {
		if (kinds.has(item.type)) continue;
		kinds.add(item.type);
		await open(page, `${base}/${index + 1}`);
		await axeEverywhere(page);
	}
	await open(page, `${base}/check`);
	await page.getByRole('button', { name: 'Hand in' }).click();
	await expect(page.getByRole('alert')).toBeVisible();
	await axeEverywhere(page);
	await open(page, `${base}/1`);
	await takeQuiz(page, questions, () => false);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('You passed');
	await axeEverywhere(page);
});

test('the result of a quiz that is not passed is accessible', async ({ page, signIn, site }) => {
	const email = 'greg.hollis@wrsd.example';
	await site.takeLessons(email, staff);
	await signIn(email);
	await open(page, `/learn/${staff}/quiz`);
	const questions = await startQuiz(page, site, staff);
	await takeQuiz(page, questions, (_, index) => index < 5);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not passed yet');
	await axeEverywhere(page);
});

test('a certificate, on the screen of its holder and on the public page, is accessible', async ({
	page,
	signIn
}) => {
	await signIn('certified.teacher@wrsd.example');
	await page.goto('/learn');
	await page.getByRole('link', { name: 'See the certificate' }).first().click();
	await expect(page.getByText('Your certificate')).toBeVisible();
	await axeEverywhere(page);
	await page.getByRole('link', { name: /\/verify\// }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(
		'This certificate is real and valid today.'
	);
	await axeEverywhere(page);
});

test('an invitation is accessible: its mail, the form with a mistake, and the question whose lessons these are', async ({
	page
}) => {
	test.setTimeout(120_000);
	await openMail(page, 'carol.marsh@mail.example', /^Your invitation to Waypost/);
	await axeEverywhere(page);
	await page.getByRole('link', { name: 'Open my sign-in' }).click();
	await axeEverywhere(page);
	await page.getByRole('button', { name: 'Open my sign-in' }).click();
	await expect(page.getByRole('alert')).toBeVisible();
	await axeEverywhere(page);
	await page.goto('/join');
	await page.getByRole('link', { name: 'Start with lesson 1' }).click();
	await page.getByRole('button', { name: /^Next: / }).click();
	await expect(page).toHaveURL(/\/2$/);
	await open(page, '/join/again');
	await axeEverywhere(page);
});

test('a way back in is accessible, with the statement missing', async ({ page, signIn, site }) => {
	await signIn('principal@wrsd.example');
	const { person } = await site.person('new.teacher@wrsd.example');
	await open(page, `/manage/invitations/${person}?unchecked`);
	await axeEverywhere(page);
	const { person: oneself } = await site.person('principal@wrsd.example');
	await open(page, `/manage/invitations/${oneself}`);
	await axeEverywhere(page);
});

test('forms with mistakes are accessible', async ({ page }) => {
	await page.goto('/sign-in');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page.getByRole('alert')).toBeVisible();
	await axeEverywhere(page);
	await page.goto('/verify');
	await page.getByRole('button', { name: 'Check' }).click();
	await expect(page.getByRole('alert')).toBeVisible();
	await axeEverywhere(page);
});

test('a registration is accessible: each page with its mistakes, the check, the statements, the signature', async ({
	page,
	signIn
}) => {
	test.setTimeout(240_000);
	await signIn('second.teacher@wrsd.example');
	const id = await beginDraft(page);
	for (const { heading, answer } of formPages(page, {
		name: 'Room 7',
		handle: 'room7',
		coOwner: 'Tomás Rivera'
	})) {
		await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
		// The page of the dates comes with good answers; every other one says what is missing.
		if (heading !== 'From when, and until when?') {
			await page.getByRole('button', { name: 'Save and continue' }).click();
			await expect(page.getByRole('alert')).toBeVisible();
		}
		await axeEverywhere(page);
		await answer();
		await page.getByRole('button', { name: 'Save and continue' }).click();
	}
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Check your answers');
	await axeEverywhere(page);
	await page.getByRole('link', { name: 'They are right: go on to sign' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign the statements');
	await page.getByRole('button', { name: 'Sign and submit' }).click();
	await expect(page.getByRole('alert')).toBeVisible();
	await axeEverywhere(page);
	await page.goto(`/accounts/${id}/check`);
	await signAndSubmit(page);
	await axeEverywhere(page);
	await signIn('certified.teacher@wrsd.example');
	for (const path of ['/accounts', `/accounts/${id}/co-owner`, `/accounts/${id}`]) {
		await open(page, path);
		await axeEverywhere(page);
	}
});

test('the refusal of a registration, with its reasons, is accessible', async ({ page, signIn }) => {
	await signIn('new.teacher@wrsd.example');
	await beginDraft(page);
	for (const { heading, answer } of formPages(page, {
		name: 'Room 2',
		handle: 'room2',
		coOwner: 'Tomás Rivera'
	})) {
		await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
		await answer();
		await page.getByRole('button', { name: 'Save and continue' }).click();
	}
	await page.getByRole('link', { name: 'They are right: go on to sign' }).click();
	await tickAll(page);
	await page.getByRole('button', { name: 'Sign and submit' }).click();
	await expect(page.getByText('Not submitted yet: something is missing')).toBeVisible();
	await axeEverywhere(page);
});

test('setting up an authenticator app, its recovery codes and the step after the password are accessible', async ({
	page,
	signIn
}) => {
	test.setTimeout(240_000);
	const email = 'marcus.lee@wrsd.example';
	await signIn(email);
	await page.goto('/second-factor?next=/learn');
	await page.getByRole('button', { name: 'Confirm with my password' }).click();
	await expect(page.getByRole('alert')).toBeVisible();
	await axeEverywhere(page);
	await page.getByLabel('Password', { exact: true }).fill(demoPassword);
	await page.getByRole('button', { name: 'Confirm with my password' }).click();
	await page.getByRole('button', { name: 'Set up an app' }).click();
	await expect(page.getByText('Scan this square code')).toBeVisible();
	await axeEverywhere(page);
	const secret = (await page.locator('code').first().innerText()).replaceAll(' ', '');
	await page.getByLabel('Code from your authenticator app').fill(new TOTP({ secret }).generate());
	await page.getByRole('button', { name: 'Finish' }).click();
	await expect(page.getByText('Keep these recovery codes now')).toBeVisible();
	await axeEverywhere(page);
	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.getByLabel('E-mail address').fill(email);
	await page.getByLabel('Password', { exact: true }).fill(demoPassword);
	await page.getByRole('button', { name: 'Sign in', exact: true }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('One more step');
	await page.getByText('use a recovery code').click();
	await page.getByRole('button', { name: 'Use this code' }).click();
	await expect(page.getByRole('alert')).toBeVisible();
	await axeEverywhere(page);
});

test('picture sign-in is accessible: cards and devices for the teacher, names and pictures for the child', async ({
	page,
	signIn
}) => {
	test.setTimeout(300_000);
	const heading = page.getByRole('heading', { level: 1 });
	await page.goto('/class');
	await page.getByRole('button', { name: 'Go' }).click();
	await expect(page.getByRole('alert')).toBeVisible();
	await axeEverywhere(page);
	await signIn('elementary.teacher@wrsd.example');
	await page.goto('/teach');
	await page.getByRole('link', { name: 'Grade 1, Room 4' }).click();
	await page.getByRole('link', { name: 'Picture sign-in' }).click();
	await page.getByRole('button', { name: 'Show a code for today' }).click();
	await page.getByRole('button', { name: 'Make the cards' }).click();
	await expect(page.getByRole('alert')).toBeVisible();
	await axeEverywhere(page);
	const code = await page.getByText('Code for today').locator('xpath=following-sibling::b').innerText();
	const path = new URL(page.url()).pathname;
	await page.getByRole('group', { name: 'Children who get' }).getByRole('checkbox').first().check();
	await page.getByRole('button', { name: 'Make the cards' }).click();
	await expect(heading).toHaveText('Print these cards now');
	await axeEverywhere(page);
	await page.getByRole('button', { name: 'Sign out' }).click();

	await page.goto('/class');
	await page.getByLabel('Class code').fill(code);
	await page.getByRole('button', { name: 'Go' }).click();
	await expect(heading).toHaveText('Wait for your teacher');
	await axeEverywhere(page);
	await signIn('elementary.teacher@wrsd.example');
	await page.goto(path);
	await axeEverywhere(page);
	await page.getByRole('button', { name: 'Use this device for the class' }).click();
	await expect(heading).toHaveText('Who are you?');
	await axeEverywhere(page);
	await page.getByRole('main').getByRole('list').getByRole('link').first().click();
	await expect(page.getByText('Tap your first picture')).toBeVisible();
	await axeEverywhere(page);
	for (let tries = 0; tries < 5; tries += 1) {
		for (const picture of ['sun', 'moon', 'star', 'milk'])
			await page.getByRole('button', { name: picture, exact: true }).click();
		await expect(page.getByText(tries < 4 ? 'That was not it.' : 'Your teacher can see it')).toBeVisible();
		if (tries === 0) await axeEverywhere(page);
	}
	await axeEverywhere(page);
});

test('a person’s record, two records side by side, and the forms of a right are accessible', async ({
	page,
	signIn,
	site
}) => {
	test.setTimeout(120_000);
	const { person } = await site.person('certified.teacher@wrsd.example');
	const { person: other } = await site.person('second.teacher@wrsd.example');
	const { rows: grants } = await site.owner.query<{ id: string }>(
		`select id from scope_grant where "right" = 'auditor' limit 1`
	);
	await signIn('admin@wrsd.example');
	for (const path of [
		`/manage/people/${person}`,
		`/manage/people/${person}/merge?q=adeyemi`,
		`/manage/people/${person}/merge?with=${other}`,
		`/manage/rights/new?person=${person}`,
		`/manage/rights/${grants[0]?.id}/end`
	]) {
		await open(page, path);
		await axeEverywhere(page);
	}
	await open(page, `/manage/rights/new?person=${person}`);
	await page.getByRole('button', { name: 'Grant a right' }).click();
	await expect(page.getByRole('alert')).toBeVisible();
	await axeEverywhere(page);
});

test('a child’s pages are accessible to the family and to the office', async ({ page, signIn, site }) => {
	test.setTimeout(120_000);
	const { person: child } = await site.person('student@wrsd.example');
	const { person: guardian } = await site.person('guardian@wrsd.example');
	const office = `/manage/families/${child}`;
	for (const [who, paths] of [
		['guardian@wrsd.example', [`/family/${child}`, `/family/${child}/permissions/photo`]],
		[
			'admin@wrsd.example',
			[
				office,
				`${office}/links/${guardian}`,
				`${office}/flags`,
				`${office}/add`,
				`${office}/permissions/photo`,
				`/manage/people/${child}`
			]
		]
	] as const) {
		await signIn(who);
		for (const path of paths) {
			await open(page, path);
			await axeEverywhere(page);
		}
	}
});
