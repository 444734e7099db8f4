import type { Page } from '@playwright/test';
import { findExercise } from './harness/exercise.ts';
import { lessonOf } from './harness/lesson.ts';
import { attemptOf, startQuiz } from './harness/quiz.ts';
import { openReady } from './harness/ready.ts';
import { expect, test } from './harness/test.ts';
import { hearAll, heard, recordVoice } from './harness/voice.ts';
import type { Site } from './harness/site.ts';

const young = 'young.student@wrsd.example';
const k2 = 'student-k2';
const first = lessonOf(k2, 1);
const base = `/learn/${k2}/${first.slug}`;
const bare = (text: string) => text.replace(/\s+/g, '');

/** What is to be seen of a screen's story, as the browser tells it: without the buttons to go on. */
async function seen(page: Page, where = 'article'): Promise<string> {
	const text = await page.locator(where).evaluate((element: HTMLElement) => {
		// A number on a shirt belongs to the picture.
		const aside = element.querySelectorAll<HTMLElement | SVGElement>(
			'[data-unread], .visually-hidden, [aria-hidden="true"], svg'
		);
		for (const { style } of aside) style.setProperty('display', 'none', 'important');
		const seen = element.innerText;
		for (const { style } of aside) style.removeProperty('display');
		return seen;
	});
	return bare(text);
}

const readButton = (page: Page) => page.getByRole('button', { name: 'Read to me' });
const stopButton = (page: Page) => page.getByRole('button', { name: 'Stop reading' });

async function openYoung(page: Page, site: Site, signIn: (email: string) => Promise<void>, path: string) {
	await site.takeLessons(young, k2);
	await signIn(young);
	await openReady(page, path);
}

test('what is read to a child is what stands on the screen, and each word is lit as it is said', async ({
	page,
	signIn,
	site
}) => {
	await recordVoice(page);
	await openYoung(page, site, signIn, `${base}/1`);
	for (const section of first.sections.slice(0, -1)) {
		await openReady(page, `${base}/${section.index}`);
		await readButton(page).click();
		const { said, lit } = await hearAll(page);
		expect(bare(said.map(({ text }) => text).join(''))).toBe(await seen(page));
		expect(said.length).toBeGreaterThan(0);
		expect(new Set(said.map(({ lang }) => lang))).toEqual(new Set(['en']));
		const words = said.flatMap(({ text }) => text.split(' '));
		expect(lit).toHaveLength(words.length);
		for (const [place, word] of lit.entries()) {
			expect(word).toMatch(/\S/);
			expect(words[place]).toContain(word);
		}
		// At the end nothing is lit, and the page can be read again.
		await expect(readButton(page)).toBeVisible();
		expect(await page.evaluate(() => window.voice.lit())).toBe('');
	}
});

test('reading stops before what is for the grown-up', async ({ page, signIn, site }) => {
	await recordVoice(page);
	await openYoung(page, site, signIn, `${base}/${first.sections.length}`);
	await expect(page.getByText('For the grown-up beside you')).toBeVisible();
	await readButton(page).click();
	const { said } = await hearAll(page);
	expect(said.at(-1)?.text).toBe('Telling is brave.');
});

test('pressed again, the reading stops, and stays silent', async ({ page, signIn, site }) => {
	await recordVoice(page);
	await openYoung(page, site, signIn, `${base}/2`);
	await readButton(page).click();
	expect(await page.evaluate(() => window.voice.word(0))).toBe('Pop');
	await stopButton(page).click();
	expect(
		await page.evaluate(() => ({ speaks: window.voice.current !== null, lit: window.voice.lit() }))
	).toEqual({ speaks: false, lit: '' });
	expect(await heard(page)).toEqual(['Pop!']);
	await expect(readButton(page)).toBeVisible();
});

test('going on to the next screen stops the reading', async ({ page, signIn, site }) => {
	await recordVoice(page);
	await openYoung(page, site, signIn, `${base}/2`);
	await readButton(page).click();
	await expect(stopButton(page)).toBeVisible();
	await page.getByRole('button', { name: 'Next' }).click();
	await expect(page).toHaveURL(`${base}/3`);
	await expect(readButton(page)).toBeVisible();
	expect(await page.evaluate(() => window.voice.current)).toBeNull();
});

test('a browser without highlights lights the whole sentence', async ({ page, signIn, site }) => {
	await recordVoice(page, { highlights: false });
	await openYoung(page, site, signIn, `${base}/2`);
	await readButton(page).click();
	expect(await page.evaluate(() => window.voice.word(0))).toBe('Pop!');
	await stopButton(page).click();
	expect(await page.evaluate(() => window.voice.lit())).toBe('');
});

test('a small speaker says an answer without choosing it, and what is chosen is answered aloud', async ({
	page,
	signIn,
	site
}) => {
	await recordVoice(page);
	const { exercise, path } = findExercise(k2, 'tap');
	const round = exercise.rounds[0];
	const good = round?.answers.find((answer) => answer.good);
	if (!round || !good) throw new Error('no round to play');
	await openYoung(page, site, signIn, path);
	const speaker = page.getByRole('button', { name: `Hear: ${good.text}`, exact: true });
	const box = await speaker.boundingBox();
	expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(24);
	await speaker.click();
	await expect(stopButton(page)).toBeVisible();
	await hearAll(page);
	expect(await heard(page)).toEqual([good.text]);
	await expect(page.getByText(good.say, { exact: true })).toBeHidden();

	// Reading was not asked for yet, so an answer is only shown.
	const wrong = round.answers.find((answer) => !answer.good);
	await page.getByRole('button', { name: wrong?.text ?? '', exact: true }).click();
	await expect(page.getByText(wrong?.say ?? '', { exact: true })).toBeVisible();
	expect(await heard(page)).toEqual([]);

	await readButton(page).click();
	await heard(page);
	await page.getByRole('button', { name: good.text, exact: true }).click();
	await expect(page.getByText(good.say, { exact: true })).toBeVisible();
	await hearAll(page);
	expect(bare((await heard(page)).join(''))).toBe(bare(good.say + (exercise.rounds[1]?.say ?? '')));

	// By keyboard: each speaker that is reached says its answer.
	const next = exercise.rounds[1]?.answers[0];
	await page.getByRole('button', { name: next?.text ?? '', exact: true }).focus();
	await page.keyboard.press('Tab');
	await expect(page.getByRole('button', { name: `Hear: ${next?.text}`, exact: true })).toBeFocused();
	expect(await heard(page)).toEqual([next?.text]);
});

test('a question of the quiz is read with its answers, and each answer by itself', async ({
	page,
	signIn,
	site
}) => {
	await recordVoice(page);
	await site.takeLessons(young, k2);
	await signIn(young);
	const questions = await startQuiz(page, site, k2);
	const start = `/learn/${k2}/quiz/${attemptOf(page)}`;
	for (const [index, { item, variant, options }] of questions.entries()) {
		await openReady(page, `${start}/${index + 1}`);
		await readButton(page).click();
		const { said } = await hearAll(page);
		expect(bare(said.map(({ text }) => text).join(''))).toBe(await seen(page, 'form > div[lang]'));
		expect(said.map(({ text }) => text).join(' ')).toContain(variant.stem);
		await heard(page);
		const speaker = page.getByRole('button', { name: `Hear: ${options[0]}`, exact: true });
		await speaker.click();
		// An answer of two sentences is said in two; the first is under way.
		const [begun = ''] = await heard(page);
		expect(begun).not.toBe('');
		expect(options[0]?.startsWith(begun.trim()), `${begun} of ${options[0]}`).toBe(true);
		if (item.type === 'single-choice')
			await expect(page.getByRole('radio', { checked: true })).toHaveCount(0);
	}
	await openReady(page, `${start}/check`);
	await readButton(page).click();
	await hearAll(page);
	const overview = await heard(page);
	for (const { variant } of questions) expect(overview.join(' ')).toContain(variant.stem);
});

test('older children hear call-outs and exercises, too', async ({ page, signIn, site }) => {
	const slug = 'student-35';
	const email = 'eli.stein@wrsd.example';
	await site.giveAddress({ given: 'Eli', family: 'Stein', email });
	await site.takeLessons(email, slug);
	await signIn(email);
	await recordVoice(page);
	const lesson = lessonOf(slug, 1);
	for (const { index } of lesson.sections) {
		await openReady(page, `/learn/${slug}/${lesson.slug}/${index}`);
		await readButton(page).click();
		const { said } = await hearAll(page);
		expect(bare(said.map(({ text }) => text).join(''))).toBe(await seen(page));
	}
});

test('in a browser that can’t speak there is nothing to press', async ({ page, signIn, site }) => {
	await page.addInitScript(() => {
		Object.defineProperty(window, 'speechSynthesis', { value: undefined });
	});
	await openYoung(page, site, signIn, findExercise(k2, 'tap').path);
	await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible();
	await expect(readButton(page)).toHaveCount(0);
	await expect(page.getByRole('button', { name: /^Hear: / })).toHaveCount(0);
});

test('a course for adults is not read aloud', async ({ page, signIn }) => {
	await recordVoice(page);
	await signIn('certified.teacher@wrsd.example');
	await openReady(page, `/learn/staff-initial/${lessonOf('staff-initial', 1).slug}/1`);
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	await expect(readButton(page)).toHaveCount(0);
});
