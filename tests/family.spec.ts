import type { Browser, Page } from '@playwright/test';
import { within } from '#lib/server/db/scope.ts';
import { codeOn, print } from './harness/letters.ts';
import { openReady } from './harness/ready.ts';
import { expect, test } from './harness/test.ts';

const password = 'kettle lantern orchard seventeen';
const admin = 'admin@wrsd.example';

/** An old phone of a family that reads Spanish: narrow, and without scripts. */
async function oldPhone(browser: Browser, baseURL: string | undefined): Promise<Page> {
	const device = await browser.newContext({
		baseURL: baseURL ?? '',
		locale: 'es-US',
		viewport: { width: 360, height: 640 },
		javaScriptEnabled: false,
		reducedMotion: 'reduce'
	});
	return device.newPage();
}
const heading = (page: Page) => page.getByRole('heading', { level: 1 });
const fitsTheScreen = (page: Page) =>
	expect(page.locator('main').evaluate((main) => main.scrollWidth <= 360)).resolves.toBe(true);

test('a guardian opens a printed invitation on a phone, is confirmed by the office, signs in Spanish, and takes it back', async ({
	page,
	signIn,
	site,
	browser,
	baseURL
}) => {
	const { person: carol } = await site.person('carol.marsh@mail.example');
	await signIn(admin);
	await page.goto(`/manage/invitations/${carol}`);
	const [letter] = await print(page, 'Print a letter');

	const phone = await oldPhone(browser, baseURL);
	await phone.goto('/invitation');
	await phone.getByLabel('Código').fill(codeOn(letter).toLowerCase());
	await phone.getByRole('button', { name: 'Continuar' }).click();
	await expect(heading(phone)).toHaveText('Hola, Carol. Abra su acceso');
	await fitsTheScreen(phone);
	await phone.getByLabel('Con un nombre de usuario').check();
	await phone.getByLabel('Nombre de usuario', { exact: true }).fill('carol-en-casa');
	await phone.getByLabel('Contraseña', { exact: true }).fill(password);
	await phone.getByRole('button', { name: 'Abrir mi acceso' }).click();

	// Nothing of the child is shown before the office has confirmed the link.
	await expect(phone).toHaveURL('/family');
	await expect(phone.getByText('Aquí no hay ningún hijo o hija a su nombre')).toBeVisible();
	await expect(phone.getByText('Theo')).toHaveCount(0);

	await page.goto('/manage/families');
	await page.getByRole('link', { name: 'Check and confirm: Carol Marsh, Theo Marsh' }).click();
	await page.getByRole('button', { name: 'Confirm the link' }).click();
	await expect(page.getByRole('alert')).toBeVisible();
	await page.getByLabel('I saw an identity card or a passport').check();
	await page.getByRole('button', { name: 'Confirm the link' }).click();
	await expect(page.getByText('The link is confirmed.')).toBeVisible();
	const theo = /families\/([\da-f-]{36})/.exec(page.url())?.[1] ?? '';

	await phone.goto('/family');
	await phone.getByRole('link', { name: 'Theo Marsh' }).click();
	await expect(heading(phone)).toHaveText('Theo Marsh');
	await expect(phone.getByText('Aquí no se le muestran lecciones ni certificados.')).toBeVisible();
	await fitsTheScreen(phone);
	await phone.getByRole('link', { name: /Fotos y videos/ }).click();
	await expect(heading(phone)).toHaveText('Fotos y videos');
	await phone.getByLabel('Sí, la escuela puede mostrar a mi hijo o hija').check();
	await phone.getByRole('button', { name: 'Continuar' }).click();
	await expect(phone.getByText('Carol Marsh, por Theo Marsh')).toBeVisible();
	await fitsTheScreen(phone);
	await phone.getByRole('button', { name: 'Firmar' }).click();
	await expect(phone.getByText('Su respuesta “sí” quedó firmada.')).toBeVisible();
	await page.goto(`/manage/families/${theo}`);
	await expect(page.getByRole('listitem').filter({ hasText: 'Photos and videos' })).toContainText(
		'Permission given'
	);
	await phone.getByRole('button', { name: 'Retirar mi sí' }).click();
	await expect(phone.getByText('Se retiró su “sí”. Vale desde este momento.')).toBeVisible();
	await page.reload();
	await expect(page.getByRole('listitem').filter({ hasText: 'Photos and videos' })).not.toContainText(
		'Permission given'
	);
	await phone.context().close();
});

test('of two guardians one may see the record and the other not, and the no of either wins', async ({
	page,
	signIn,
	site,
	post
}) => {
	const { person: jordan } = await site.person('student@wrsd.example');
	await signIn('guardian@wrsd.example');
	await page.goto(`/family/${jordan}`);
	await expect(heading(page)).toHaveText('Jordan Bell');
	await expect(page.getByText('What is asked', { exact: false }).first()).toBeVisible();
	await expect(page.getByRole('listitem').filter({ hasText: 'Photos and videos' })).toContainText(
		'Permission given'
	);

	await signIn('marc.bell@mail.example');
	await page.goto(`/family/${jordan}`);
	await expect(page.getByText('Lessons and certificates are not shown to you here.')).toBeVisible();
	await expect(page.getByRole('main')).not.toContainText(/Your feed|Due /i);
	const photo = `/family/${jordan}/permissions/photo`;
	await openReady(page, photo);
	await page.getByLabel('No, the school may not show my child').check();
	await page.getByRole('button', { name: 'Continue' }).click();
	await page.getByRole('button', { name: 'Sign', exact: true }).click();
	await expect(page.getByText('Your no is signed.')).toBeVisible();

	await signIn('guardian@wrsd.example');
	await page.goto(`/family/${jordan}`);
	await expect(page.getByRole('listitem').filter({ hasText: 'Photos and videos' })).not.toContainText(
		'Permission given'
	);

	// Another family's child is as if there were none, on every page and for every form.
	await signIn('yusuf.haddad@mail.example');
	for (const path of [`/family/${jordan}`, photo]) expect((await page.goto(path))?.status(), path).toBe(404);
	expect((await post(`${photo}?/withdraw`)).status()).toBe(404);
	await page.goto('/family');
	await expect(page.getByRole('main')).not.toContainText('Jordan');
});

test('the office ends a link, and the guardian sees nothing of the child from that moment', async ({
	page,
	signIn,
	site
}) => {
	const [{ person: zoe }, { person: minji }] = [
		await site
			.giveAddress({ given: 'Zoe', family: 'Park', email: 'zoe.park@wrsd.example' })
			.then(() => site.person('zoe.park@wrsd.example')),
		await site.person('minji.park@mail.example')
	];
	await signIn('minji.park@mail.example');
	expect((await page.goto(`/family/${zoe}`))?.status()).toBe(200);

	await signIn('principal@wrsd.example');
	await page.goto(`/manage/people/${zoe}`);
	await page.getByRole('link', { name: 'Guardians and permissions' }).click();
	await page.getByRole('link', { name: /Min-ji Park/ }).click();
	await expect(page).toHaveURL(`/manage/families/${zoe}/links/${minji}`);
	await page.getByText('End the link', { exact: true }).first().click();
	const end = page.locator('form[action="?/end"]');
	await end.getByRole('textbox').fill('The custody order of this week says so.');
	await end.getByRole('button').click();
	await expect(page.getByText('The link is ended.')).toBeVisible();

	await signIn('minji.park@mail.example');
	expect((await page.goto(`/family/${zoe}`))?.status()).toBe(404);
	await page.goto('/family');
	await expect(page.getByRole('main')).not.toContainText('Zoe');
});

test('what a child without an e-mail address is told comes home as a letter, printed by class', async ({
	page,
	signIn,
	site,
	post
}) => {
	const { person: ines } = await within(site.app, { kind: 'system', purpose: 'seed' }, (trx) =>
		trx
			.selectFrom('person_identity')
			.select('person')
			.where('given_name', '=', 'Ines')
			.where('family_name', '=', 'Almeida')
			.executeTakeFirstOrThrow()
	);
	await site.owner.query(
		`insert into sign_in (person, login, password_hash)
		select $1, 'ines-almeida', password_hash from sign_in where login = $2`,
		[ines, admin]
	);
	await signIn(admin);
	await page.goto(`/manage/invitations/${ines}`);
	await page.getByLabel(/^I have made sure who this is/).check();
	expect(await print(page, 'Print the code')).toHaveLength(1);
	await page.goto(`/manage/people/${ines}`);
	await expect(page.getByRole('row', { name: /A new code was printed/ })).toContainText(
		'Waits to be printed'
	);

	await openReady(page, '/manage');
	await page.getByRole('main').getByRole('link', { name: 'Letters' }).click();
	await expect(page.getByText('Choose a school first')).toBeVisible();
	await page.getByLabel('School').selectOption({ label: 'Quiet Brook Elementary School' });
	await page.getByRole('button', { name: 'Show' }).click();
	await expect(page.getByRole('row', { name: /Grade 4, Room 11/ })).toContainText('1');
	const [letter, ...more] = await print(page, 'Print: Grade 4, Room 11');
	expect(more).toEqual([]);
	expect(letter).toContain('For Ines Almeida');
	expect(letter).toContain('Please hand to: Grade 4, Room 11');
	await page.reload();
	await expect(page.getByRole('button', { name: 'Print again: Grade 4, Room 11' })).toBeVisible();
	await expect(page.getByRole('button', { name: 'Print: Grade 4, Room 11' })).toHaveCount(0);

	// The office of another school has nothing of it, whatever it sends.
	const school = new URL(page.url()).searchParams.get('school') ?? '';
	await signIn('principal@wrsd.example');
	const forged = await post('/manage/letters/letters.pdf', { school, again: 'yes' });
	expect(forged.headers()['location']).toBe('/manage/letters');
	await signIn('guardian@wrsd.example');
	expect((await page.goto('/manage/letters'))?.status()).toBe(403);
});
