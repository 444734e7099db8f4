import http from 'node:http';
import { demoPassword } from '#lib/server/demo/sign-ins.ts';
import { freePort } from '../src/cli/port.mjs';
import { startServer } from '../src/cli/server.mjs';
import { expect, test } from './harness/test.ts';

const teacher = 'new.teacher@wrsd.example';

test('somebody signs in with e-mail and password, is greeted by name, and signs out', async ({ page }) => {
	await page.goto('/sign-in');
	await page.getByLabel('E-mail address').fill(teacher);
	await page.getByLabel('Password', { exact: true }).fill(demoPassword);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page).toHaveURL('/learn');
	await expect(page.getByText('Hello Maya.')).toBeVisible();

	await page.getByRole('button', { name: 'Sign out' }).click();
	await expect(page.getByText('You are signed out on this device.')).toBeVisible();
	await page.goto('/learn');
	await expect(page.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();
});

test('a wrong password and an unknown address get the same words, and the address stays typed', async ({
	page
}) => {
	const said: string[] = [];
	for (const email of [teacher, 'nobody.at.all@wrsd.example']) {
		await page.goto('/sign-in');
		await page.getByLabel('E-mail address').fill(email);
		await page.getByLabel('Password', { exact: true }).fill('quite the wrong password');
		await page.getByRole('button', { name: 'Sign in' }).click();
		const problem = page.getByRole('alert');
		await expect(problem).toBeFocused();
		said.push(await problem.innerText());
		await expect(page.getByLabel('E-mail address')).toHaveValue(email);
	}
	expect(said[0]).toContain('don’t go together');
	expect(said[1]).toBe(said[0]);
});

test('who was sent to sign in comes back to the page they asked for, and never to another site', async ({
	page
}) => {
	const enter = async () => {
		await page.getByLabel('E-mail address').fill(teacher);
		await page.getByLabel('Password', { exact: true }).fill(demoPassword);
		await page.getByRole('button', { name: 'Sign in' }).click();
	};
	await page.goto('/learn/staff-initial');
	await expect(page.getByText('Sign in to go on to the page you asked for.')).toBeVisible();
	await enter();
	await expect(page).toHaveURL('/learn/staff-initial');

	await page.getByRole('button', { name: 'Sign out' }).click();
	for (const elsewhere of ['https://elsewhere.example/', '//elsewhere.example/', '/\\elsewhere.example']) {
		await page.context().clearCookies();
		await page.goto(`/sign-in?next=${encodeURIComponent(elsewhere)}`);
		await enter();
		await expect(page).toHaveURL('/learn');
	}
});

test('one sees where one is signed in, and signs out there or everywhere', async ({
	page,
	browser,
	baseURL,
	signIn
}) => {
	await signIn('second.teacher@wrsd.example');
	const elsewhere = await browser.newContext({ baseURL: baseURL ?? '' });
	const other = await elsewhere.newPage();
	await other.goto('/sign-in');
	await other.getByLabel('E-mail address').fill('second.teacher@wrsd.example');
	await other.getByLabel('Password', { exact: true }).fill(demoPassword);
	await other.getByRole('button', { name: 'Sign in' }).click();
	await expect(other).toHaveURL('/learn');

	await page.goto('/sessions');
	await expect(page.getByText('This device', { exact: true }).first()).toBeVisible();
	await page
		.getByRole('button', { name: /^Sign out there: / })
		.first()
		.click();
	await expect(page.getByText('That device is signed out.')).toBeVisible();
	await other.goto('/learn');
	await expect(other.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();

	await page.getByRole('button', { name: 'Sign out on every device' }).click();
	await expect(page.getByText('You are signed out on every device.')).toBeVisible();
	await page.goto('/learn');
	await expect(page).toHaveURL(/\/sign-in/);
	await elsewhere.close();
});

test('the language that somebody chose stays, before and after signing in', async ({ page, signIn }) => {
	await page.goto('/');
	await page.getByRole('banner').getByRole('button', { name: 'Español' }).click();
	await expect(page.locator('html')).toHaveAttribute('lang', 'es');
	await page.goto('/help');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ayuda');
	await signIn(teacher);
	await page.goto('/learn');
	await expect(page.locator('html')).toHaveAttribute('lang', 'es');
	await page.getByRole('banner').getByRole('button', { name: 'Português' }).click();
	await expect(page.locator('html')).toHaveAttribute('lang', 'pt-BR');
	await expect(page).toHaveURL('/learn');
});

test('pages allow scripts and styles of their own only, and can’t be framed', async ({ page, signIn }) => {
	await signIn(teacher);
	for (const path of ['/', '/learn', '/learn/staff-initial', '/policy', '/no-such-page']) {
		const response = await page.goto(path);
		const headers = response?.headers() ?? {};
		const policy = Object.fromEntries(
			(headers['content-security-policy'] ?? '').split('; ').map((part) => {
				const [name = '', ...values] = part.split(' ');
				return [name, values.join(' ')];
			})
		);
		expect(policy['default-src'], path).toBe("'self'");
		expect(policy['script-src'], path).toMatch(/^'self' 'nonce-[\w+/=-]+'$/);
		expect(policy['style-src'], path).not.toContain('unsafe');
		expect(policy['style-src-elem'] ?? '', path).not.toContain('unsafe');
		expect(policy['object-src'], path).toBe("'none'");
		expect(policy['base-uri'], path).toBe("'self'");
		expect(policy['frame-ancestors'], path).toBe("'none'");
		expect(headers['x-content-type-options'], path).toBe('nosniff');
		expect(headers['referrer-policy'], path).toBe('same-origin');
	}
});

test('no page asks another company for anything, and the browser refuses none of our own', async ({
	page,
	signIn,
	baseURL
}) => {
	const foreign: string[] = [];
	const complaints: string[] = [];
	page.on('request', (request) => {
		if (!request.url().startsWith(baseURL ?? '') && !request.url().startsWith('data:'))
			foreign.push(request.url());
	});
	page.on('console', (message) => {
		if (message.type() === 'error') complaints.push(`${page.url()}: ${message.text()}`);
	});
	await page.goto('/');
	await page.goto('/policy');
	await page.goto('/styleguide');
	await signIn(teacher);
	for (const path of [
		'/learn',
		'/learn/staff-initial',
		'/learn/staff-initial/what-it-covers/1',
		'/sessions'
	]) {
		await page.goto(path, { waitUntil: 'networkidle' });
	}
	expect(foreign).toEqual([]);
	expect(complaints).toEqual([]);
});

test('what is shown to a person is stored nowhere, and what is public holds no person', async ({
	page,
	signIn
}) => {
	for (const path of ['/', '/policy', '/help']) {
		expect((await page.request.get(path)).headers()['cache-control'], path).not.toContain('public');
	}
	await signIn(teacher);
	for (const path of ['/learn', '/learn/staff-initial', '/sessions', '/policy']) {
		expect((await page.request.get(path)).headers()['cache-control'], path).toBe('no-store');
	}
});

test('the session’s cookie is out of reach of scripts and of other sites', async ({ page, signIn }) => {
	await signIn(teacher);
	const cookies = await page.context().cookies();
	const session = cookies.find(({ name }) => name === 'session');
	expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
	await page.goto('/learn');
	expect(await page.evaluate(() => document.cookie)).not.toContain('session');
});

test('behind HTTPS the cookie is bound to its host, and browsers are told to stay with HTTPS', async ({
	site
}) => {
	const port = await freePort();
	const origin = 'https://waypost.example';
	const server = await startServer({
		host: '127.0.0.1',
		port,
		origin,
		databaseUrl: site.appUrl,
		env: { WAYPOST_DEMO: '1', LOG_LEVEL: 'error' }
	});
	const body = new URLSearchParams({ email: teacher, password: demoPassword }).toString();
	const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
		const headers = {
			host: 'waypost.example',
			origin,
			accept: 'text/html',
			'content-type': 'application/x-www-form-urlencoded'
		};
		http
			.request({ host: '127.0.0.1', port, path: '/sign-in', method: 'POST', headers, agent: false }, resolve)
			.on('error', reject)
			.end(body);
	});
	response.resume();
	server.kill();
	await server.exited;
	expect(response.statusCode).toBe(303);
	const session = response.headers['set-cookie']?.find((cookie) => cookie.startsWith('__Host-session='));
	expect(session).toMatch(/; Path=\/;.*HttpOnly/i);
	expect(session).toMatch(/; Secure/i);
	expect(session).toMatch(/; SameSite=Lax/i);
	expect(session).not.toMatch(/; Domain/i);
	expect(response.headers['strict-transport-security']).toMatch(/max-age=\d{8,}/);
});

test('a form that another site sends is refused', async ({ page, signIn }) => {
	await signIn(teacher);
	for (const path of ['/sign-out', '/sessions?/everywhere', '/learn/staff-initial/quiz?/start']) {
		const answer = await page.request.post(path, {
			form: {},
			headers: { origin: 'https://elsewhere.example' }
		});
		expect(answer.status(), path).toBe(403);
	}
	await page.goto('/learn');
	await expect(page.getByText('Hello Maya.')).toBeVisible();
});
