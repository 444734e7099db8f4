import type { Page } from '@playwright/test';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { catalogue, course as findCourse } from '#lib/server/catalogue/catalogue.ts';
import { axe, axeEverywhere, noSidewaysScroll } from './harness/page-checks.ts';
import { expect, test } from './harness/test.ts';

const courses = Object.values(catalogue().courses);

/** Whoever may open the paper edition of a course in the demo. */
function readerOf({ audience, led }: { audience: string; led: boolean }): string | null {
	if (audience === 'staff') return 'certified.teacher@wrsd.example';
	if (audience === 'family') return null;
	return led ? 'elementary.teacher@wrsd.example' : 'student@wrsd.example';
}

async function pagesOf(page: Page): Promise<number> {
	const pdf = await page.pdf({ format: 'Letter', preferCSSPageSize: true });
	return pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}

for (const course of courses.filter(({ audience }) => audience !== 'partner')) {
	test(`“${course.title}” prints whole, and holds nothing of its quiz`, async ({ page, signIn }) => {
		test.setTimeout(120_000);
		const reader = readerOf(course);
		if (reader) await signIn(reader);
		expect((await page.goto(`/learn/${course.slug}/paper`))?.status()).toBe(200);
		const html = await page.content();
		for (const lesson of course.lessons) {
			await expect(page.getByRole('heading', { level: 2, name: lesson.title, exact: true })).toHaveCount(1);
			for (const { title } of lesson.sections)
				await expect(
					page.getByRole('heading', { level: 3, name: title, exact: true }).first()
				).toBeAttached();
		}
		for (const item of course.items)
			for (const variant of item.variants) {
				expect(html).not.toContain(variant.rationale);
				if ('stem' in variant) expect(html).not.toContain(variant.stem);
			}
		await expect(page.getByText(`Edition ${course.version} of`)).toBeVisible();
		await expect(page.getByText(course.hash)).toBeVisible();
		await expect(page.getByText('Name', { exact: true })).toHaveCount(course.audience === 'student' ? 0 : 1);
		await expect(page.getByText('Initials', { exact: true })).toHaveCount(
			course.audience === 'student' ? 1 : 0
		);

		await page.emulateMedia({ media: 'print' });
		// The width of a Letter sheet between its margins, at 96 px an inch.
		await page.setViewportSize({ width: 695, height: 900 });
		await noSidewaysScroll(page);
		expect(await pagesOf(page)).toBeGreaterThan(course.lessons.length + 1);
	});
}

type Tagged = { alt?: string; children?: Tagged[] };

/** What each sheet of the printed page shows: its words, and what is said of its pictures. */
async function sheetsOf(page: Page): Promise<{ words: string; pictures: string[] }[]> {
	const pdf = await getDocument({ data: new Uint8Array(await page.pdf({ format: 'Letter', tagged: true })) })
		.promise;
	const saidOf = ({ alt, children = [] }: Tagged): string[] => [
		...(alt ? [alt] : []),
		...children.flatMap(saidOf)
	];
	return Promise.all(
		Array.from({ length: pdf.numPages }, async (_, index) => {
			const sheet = await pdf.getPage(index + 1);
			const { items } = await sheet.getTextContent();
			return {
				words: items.map((item) => ('str' in item ? item.str : '')).join(''),
				pictures: saidOf((await sheet.getStructTree()) as Tagged)
			};
		})
	);
}

test('a picture for the youngest is on the same sheet as what is asked about it', async ({
	page,
	signIn
}) => {
	await signIn('elementary.teacher@wrsd.example');
	await page.goto('/learn/student-k2/paper');
	const sheets = await sheetsOf(page);
	const rounds = findCourse('student-k2')!
		.lessons.flatMap(({ exercises }) => exercises)
		.flatMap((exercise) => (exercise.type === 'tap' ? exercise.rounds : []));
	expect(rounds.length).toBeGreaterThan(10);
	for (const { say, alt } of rounds) {
		const asking = sheets.filter(({ words }) => words.includes(say));
		expect(asking.length, say).toBeGreaterThan(0);
		expect(
			asking.some(({ pictures }) => pictures.includes(alt)),
			say
		).toBe(true);
	}
});

test('the paper edition is accessible on a screen too', async ({ page, signIn }) => {
	test.setTimeout(180_000);
	await page.goto('/learn/family-core/paper');
	await axeEverywhere(page);
	await signIn('elementary.teacher@wrsd.example');
	await page.goto('/learn/student-k2/paper');
	await axeEverywhere(page);
	await signIn('certified.teacher@wrsd.example');
	for (const slug of ['staff-initial', 'account-owner']) {
		await page.goto(`/learn/${slug}/paper`);
		await axe(page);
	}
});

test('who may neither take nor lead a course has no paper of it', async ({ page, signIn, post }) => {
	expect((await page.request.get('/learn/staff-initial/paper', { maxRedirects: 0 })).status()).toBe(303);
	await signIn('student@wrsd.example');
	expect((await page.goto('/learn/staff-initial/paper'))?.status()).toBe(403);
	await post('/sign-out');
	// A teacher of no class leads none.
	await signIn('certified.teacher@wrsd.example');
	expect((await page.goto('/learn/student-k2/paper'))?.status()).toBe(403);
	expect((await page.goto('/learn/no-such-course/paper'))?.status()).toBe(404);
});

test('the overview of a course leads to its paper edition', async ({ page, signIn }) => {
	await signIn('certified.teacher@wrsd.example');
	await page.goto('/learn/staff-initial');
	await page.getByRole('link', { name: 'Paper edition' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(findCourse('staff-initial')!.title);
});
