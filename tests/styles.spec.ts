import type { Page } from '@playwright/test';
import { courseOf } from './harness/lesson.ts';
import { expect, test } from './harness/test.ts';

const name = (href: string) => href.slice(href.lastIndexOf('/') + 1);

/** A page has the styles in the end that it came with. */
async function bringsItsStyles(page: Page, path: string): Promise<void> {
	const html = await (await page.request.get(path)).text();
	const brought = [...html.matchAll(/<link href="([^"]+)" rel="stylesheet"/g)].map(([, href = '']) =>
		name(href)
	);
	await page.goto(path, { waitUntil: 'networkidle' });
	const had = await page.evaluate(() => [...document.styleSheets].flatMap(({ href }) => href ?? []));
	expect(had.map(name), path).toEqual(brought);
	expect(brought.length, path).toBeGreaterThan(0);
}

test('every page brings its styles with it: scripts add none, so nothing shifts and nothing is bare without them', async ({
	page,
	signIn
}) => {
	const open = [
		'/sign-in',
		'/sign-in/forgot',
		'/invitation',
		'/official-accounts',
		'/verify',
		'/help',
		'/join'
	];
	const administrators = [
		'/manage/people',
		'/manage/families',
		'/manage/invitations',
		'/manage/letters',
		'/manage/rights/new',
		'/manage/audit',
		'/record',
		'/sessions',
		'/second-factor'
	];
	for (const path of open) await bringsItsStyles(page, path);
	await signIn('admin@wrsd.example');
	for (const path of administrators) await bringsItsStyles(page, path);
});

for (const [email, slug] of [
	['nadia.kowalski@wrsd.example', 'staff-initial'],
	['certified.teacher@wrsd.example', 'account-owner'],
	['student@wrsd.example', 'student-68'],
	['young.student@wrsd.example', 'student-k2']
] as const) {
	test(`lessons of ${slug} bring the styles of every kind of exercise and mock`, async ({
		page,
		signIn,
		site
	}) => {
		await site.takeLessons(email, slug);
		await signIn(email);
		const seen = new Set<string>();
		for (const lesson of courseOf(slug).lessons) {
			for (const section of lesson.sections) {
				const parts = [
					...lesson.exercises.filter(({ id }) => section.exercises.includes(id)).map(({ type }) => type),
					...section.mocks.map((id) => lesson.mocks[id]?.kind ?? '')
				];
				if (parts.every((part) => seen.has(part))) continue;
				for (const part of parts) seen.add(part);
				await bringsItsStyles(page, `/learn/${slug}/${lesson.slug}/${section.index}`);
			}
		}
		expect(seen.size).toBeGreaterThan(0);
	});
}
