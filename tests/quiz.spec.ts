import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { ROOT } from '../src/cli/project.mjs';
import { tabTo } from './harness/keyboard.ts';
import { courseOf } from './harness/lesson.ts';
import {
	answer,
	attemptOf,
	questionsOf,
	secretsOf,
	startQuiz,
	takeQuiz,
	type Question
} from './harness/quiz.ts';
import { openReady } from './harness/ready.ts';
import { expect, test } from './harness/test.ts';

const slug = 'staff-initial';
const minute = 60_000;

test('all answers right: passed, and every question is explained with its clause', async ({
	page,
	signIn,
	site
}) => {
	await site.takeLessons('nadia.kowalski@wrsd.example', slug);
	await signIn('nadia.kowalski@wrsd.example');
	const questions = await startQuiz(page, site, slug);
	await takeQuiz(page, questions);

	await expect(page.getByRole('heading', { level: 1 })).toHaveText('You passed');
	await expect(page.getByText(`${questions.length} of ${questions.length} right.`)).toBeVisible();
	for (const { variant, item } of questions) {
		const review = page
			.locator('section')
			.filter({ has: page.getByRole('heading', { name: variant.stem, exact: true }) })
			.last();
		await expect(review.getByText(variant.rationale)).toBeVisible();
		await expect(review.getByRole('link', { name: item.clauses[0] ?? '', exact: true })).toBeVisible();
	}
	await expect(page.getByRole('link', { name: 'Read and acknowledge' })).toBeVisible();
});

test('after a fail: right or wrong, feedback on the chosen answer only, and what to review', async ({
	page,
	signIn,
	site
}) => {
	const email = 'carmen.delgado@wrsd.example';
	await site.takeLessons(email, slug);
	await signIn(email);
	const questions = await startQuiz(page, site, slug);
	const missed = questions.filter(({ item }) => !item.critical).slice(0, 4);
	await takeQuiz(page, questions, (question) => missed.includes(question));

	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not passed yet');
	await expect(
		page.getByText(`${questions.length - missed.length} of ${questions.length} right.`)
	).toBeVisible();
	const shown = await page.getByRole('main').innerText();
	for (const { variant } of questions) expect(shown).not.toContain(variant.rationale);
	for (const question of questions) {
		for (const { place, feedback } of choicesOf(question)) {
			const given = missed.includes(question) ? question.wrong : question.right;
			const isChosen = 'choices' in given && given.choices.includes(place);
			if (isChosen) expect(shown).toContain(feedback);
			else expect(shown).not.toContain(feedback);
		}
	}
	const toReview = page
		.locator('section')
		.filter({ has: page.getByRole('heading', { name: 'What to review' }) });
	for (const { item } of missed) {
		const lesson = courseOf(slug).lessons.find((entry) => entry.slug === item.lesson);
		await expect(toReview.getByRole('link', { name: lesson?.title ?? '' })).toBeVisible();
	}
});

test('after a fail the next try waits for the cool-down, whatever is posted, and draws other questions', async ({
	page,
	post,
	signIn,
	site
}) => {
	const email = 'ines.garcia@wrsd.example';
	await site.takeLessons(email, slug);
	await signIn(email);
	const questions = await startQuiz(page, site, slug);
	const missed = questions.filter(({ item }) => !item.critical).slice(0, 4);
	await takeQuiz(page, questions, (question) => missed.includes(question));

	await page.goto(`/learn/${slug}/quiz`);
	await expect(page.getByText(/The next try opens at /)).toBeVisible();
	await post(`/learn/${slug}/quiz?/start`);
	const { learner } = await site.person(email);
	const tries = async () =>
		(await site.owner.query('select from attempt where learner = $1', [learner])).rowCount;
	expect(await tries()).toBe(1);

	await site.setClock(new Date(Date.now() + 16 * minute));
	const second = await startQuiz(page, site, slug);
	expect(await tries()).toBe(2);
	const stems = questions.map(({ variant }) => variant.stem);
	expect(second.filter(({ variant }) => stems.includes(variant.stem))).toEqual([]);
});

test('a missed critical question fails the try whatever the score, and its lesson comes before the next', async ({
	page,
	post,
	signIn,
	site
}) => {
	const email = 'laura.peretti@wrsd.example';
	await site.takeLessons(email, slug);
	await signIn(email);
	const questions = await startQuiz(page, site, slug);
	const missed = questions.find(({ item }) => item.critical);
	await takeQuiz(page, questions, (question) => question === missed);

	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not passed yet');
	await expect(page.getByText(`${questions.length - 1} of ${questions.length} right.`)).toBeVisible();
	await expect(page.getByText(/One of the questions that has to be right was missed/)).toBeVisible();
	const lesson = courseOf(slug).lessons.find((entry) => entry.slug === missed?.item.lesson);
	await expect(page.getByRole('link', { name: `Go through it again: ${lesson?.title}` })).toBeVisible();

	await site.setClock(new Date(Date.now() + 16 * minute));
	await page.goto(`/learn/${slug}/quiz`);
	await expect(page.getByText('Before the next try, go through this again:')).toBeVisible();
	await post(`/learn/${slug}/quiz?/start`);
	await page.reload();
	await page.getByRole('link', { name: lesson?.title ?? '' }).click();
	for (const section of lesson?.sections.slice(1) ?? []) {
		await page.getByRole('button', { name: /^Next: / }).click();
		await expect(page).toHaveURL(new RegExp(`/${section.index}$`));
	}
	await page.getByRole('button', { name: 'I have gone through it again' }).click();
	await expect(page).toHaveURL(/finished=/);
	await page.goto(`/learn/${slug}/quiz`);
	await expect(page.getByRole('button', { name: 'Start the quiz' })).toBeVisible();
});

test('an answer is kept as it is given: it survives a reload, a crash of the server and a day away', async ({
	page,
	signIn,
	site
}) => {
	const email = 'samir.rahman@wrsd.example';
	await site.takeLessons(email, slug);
	await signIn(email);
	const questions = await startQuiz(page, site, slug);
	// Not the first one: that is still without an answer, and where one goes on.
	const at = questions.findIndex(({ right }, index) => index > 0 && 'choices' in right);
	const question = questions[at] as Question;
	const [place = 0] = 'choices' in question.right ? question.right.choices : [];
	const chosen = page.getByLabel(question.options[place] ?? '', { exact: true });

	await page.goto(page.url().replace(/\d+$/, String(at + 1)));
	await expect(async () => {
		await chosen.uncheck({ timeout: 300 }).catch(() => page.reload());
		await chosen.check();
		await expect(page.getByText('Saved', { exact: true })).toBeVisible({ timeout: 1_000 });
	}).toPass();
	await page.reload();
	await expect(chosen).toBeChecked();
	await site.crash();
	await page.reload();
	await expect(chosen).toBeChecked();

	await site.setClock(new Date(Date.now() + 24 * 60 * minute));
	await page.goto('/learn');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Go on with your quiz');
	await page.getByRole('link', { name: 'To the quiz' }).click();
	await page.getByRole('link', { name: 'Go on with try 1' }).click();
	await expect(page).toHaveURL(/\/quiz\/[0-9a-f-]{36}\/1$/);
	await page.goto(page.url().replace(/\d+$/, String(at + 1)));
	await expect(chosen).toBeChecked();
});

test('steps are put in order, and cards into groups, by keyboard alone', async ({ page, signIn, site }) => {
	const email = 'elena.petrova@wrsd.example';
	await site.takeLessons(email, slug);
	await signIn(email);
	const questions = await startQuiz(page, site, slug);
	const attempt = attemptOf(page);
	const savedAs = async (question: Question) => {
		const { rows } = await site.owner.query<{ answer: unknown }>(
			'select answer from attempt_step where attempt = $1 and item = $2 order by rev desc limit 1',
			[attempt, question.item.id]
		);
		return rows[0]?.answer;
	};
	const open = async (question: Question) => {
		const number = questions.indexOf(question) + 1;
		await openReady(page, `/learn/${slug}/quiz/${attempt}/${number}`);
	};

	const ordering = questions.find(({ item }) => item.type === 'ordering') as Question;
	const wanted =
		'sequence' in ordering.right ? ordering.right.sequence.map((place) => ordering.options[place] ?? '') : [];
	await open(ordering);
	// The order that is shown is an answer only when somebody says so.
	await tabTo(page, page.getByRole('button', { name: 'Keep this order' }));
	await page.keyboard.press('Enter');
	await expect(page.getByText('This order is your answer.')).toBeFocused();
	await expect.poll(() => savedAs(ordering)).toEqual({ sequence: [...ordering.options.keys()] });
	const steps = page
		.getByRole('list')
		.filter({ has: page.getByRole('button', { name: /^Move up: / }) })
		.getByRole('listitem');
	for (const [place, step] of wanted.entries()) {
		const up = page.getByRole('button', { name: `Move up: ${step}`, exact: true });
		const now = (await steps.allInnerTexts()).findIndex((text) => text.includes(step));
		if (now === place) continue;
		await tabTo(page, up);
		for (let moves = now; moves > place; moves--) {
			await page.keyboard.press('Enter');
			await expect(steps.nth(moves - 1)).toContainText(step);
			await expect(up).toBeFocused();
		}
	}
	await expect.poll(() => savedAs(ordering)).toEqual(ordering.right);

	const sorting = questions.find(({ item }) => item.type === 'sorting') as Question;
	await open(sorting);
	const { variant } = sorting;
	const groups = 'groups' in variant ? variant.groups : [];
	for (const [place, id] of ('groups' in sorting.right ? sorting.right.groups : []).entries()) {
		const card = page.getByRole('group', { name: sorting.options[place] ?? '', exact: true });
		const wantedGroup = groups.findIndex((group) => group.id === id);
		await tabTo(page, card.getByRole('radio').first());
		if (wantedGroup === 0) await page.keyboard.press('Space');
		for (let moves = 0; moves < wantedGroup; moves++) await page.keyboard.press('ArrowDown');
		await expect(card.getByRole('radio').nth(wantedGroup)).toBeChecked();
	}
	await expect.poll(() => savedAs(sorting)).toEqual(sorting.right);
});

test('nothing that reaches the browser before the attempt is handed in holds a key, a rationale or feedback', async ({
	page,
	signIn,
	site
}) => {
	const email = 'beth.sorensen@wrsd.example';
	await site.takeLessons(email, slug);
	await signIn(email);
	const heard = listen(page);
	const questions = await startQuiz(page, site, slug);
	for (const [index, question] of questions.entries()) {
		await answer(page, question, question.right);
		await page
			.getByRole('button', { name: index === questions.length - 1 ? 'To your answers' : 'Next', exact: true })
			.click();
		await page.waitForLoadState('networkidle');
	}
	await expect(page.getByRole('heading', { name: 'Check before you hand in' })).toBeVisible();
	const before = await heard();
	expect(before.length).toBeGreaterThan(questions.length);
	for (const { address, text } of before) expect(tellsOf(text), address).toEqual([]);

	// The same ear does hear them afterwards.
	await page.getByRole('button', { name: 'Hand in' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('You passed');
	await page.reload({ waitUntil: 'networkidle' });
	const after = await heard();
	expect(after.flatMap(({ text }) => tellsOf(text)).length).toBeGreaterThan(questions.length);
});

test('who knows the matter tries the questions without the lessons, leaves them, is led back, and has renewed', async ({
	page,
	signIn,
	site
}) => {
	await signIn('ana.costa@wrsd.example');
	await page.goto('/learn');
	await page.goto('/learn/staff-refresher');
	await page.getByRole('link', { name: 'How that works' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Know this already?');
	await page.getByRole('button', { name: 'Start the questions' }).click();
	await expect(page).toHaveURL(/\/quiz\/[0-9a-f-]{36}\/1$/);
	const questions = await questionsOf(site, attemptOf(page));
	await answer(page, questions[0] as Question, (questions[0] as Question).right);
	await page.getByRole('button', { name: 'Save and leave' }).click();

	await page.goto('/learn/staff-refresher');
	const here = page.getByRole('listitem').and(page.locator('[aria-current=step]'));
	await expect(here).toHaveCount(1);
	await expect(here).toContainText('Quiz: ');
	await expect(page.getByText('Go on with your quiz')).toBeVisible();
	await page.getByRole('link', { name: 'To the quiz' }).click();
	await page.getByRole('link', { name: 'Go on with try 1' }).click();
	await expect(page).toHaveURL(/\/quiz\/[0-9a-f-]{36}\/2$/);
	await page.goto(page.url().replace(/\d+$/, '1'));
	await takeQuiz(page, questions);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('You passed');
	await page.goto('/learn/staff-refresher');
	await expect(page.getByText(/^You completed this course on /)).toBeVisible();
});

test('no file that the site gives away holds a key, a rationale or feedback', async () => {
	const client = path.join(ROOT, 'build', 'client');
	const files = (await readdir(client, { recursive: true, withFileTypes: true })).filter(
		(entry) => entry.isFile() && /\.(?:js|css|json|html|map|txt)$/.test(entry.name)
	);
	expect(files.length).toBeGreaterThan(10);
	for (const entry of files) {
		const file = path.join(entry.parentPath, entry.name);
		expect(tellsOf(await readFile(file, 'utf8')), file).toEqual([]);
		expect(entry.name).not.toMatch(/\.map$/);
	}
});

test('handed in five times at once, an attempt has one result', async ({ page, post, signIn, site }) => {
	const email = 'greg.hollis@wrsd.example';
	await site.takeLessons(email, slug);
	await signIn(email);
	const questions = await startQuiz(page, site, slug);
	const attempt = attemptOf(page);
	const base = `/learn/${slug}/quiz/${attempt}`;
	for (const [index, question] of questions.entries())
		await page.request.put(`${base}/${index + 1}`, { data: { rev: 1, answer: question.right } });

	const answers = await Promise.all(Array.from({ length: 5 }, () => post(`${base}/check`)));
	for (const handedIn of answers) {
		expect(handedIn.status()).toBe(303);
		expect(handedIn.headers()['location']).toBe(`${base}/result`);
	}
	const { rows } = await site.owner.query('select passed from attempt_result where attempt = $1', [attempt]);
	expect(rows).toEqual([{ passed: true }]);
	await page.goto(`${base}/check`);
	await expect(page).toHaveURL(`${base}/result`);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('You passed');
});

test('an older save never replaces a newer one, and nothing is saved after handing in', async ({
	page,
	post,
	signIn,
	site
}) => {
	const email = 'emile.durand@wrsd.example';
	await site.takeLessons(email, slug);
	await signIn(email);
	const questions = await startQuiz(page, site, slug);
	const base = `/learn/${slug}/quiz/${attemptOf(page)}`;
	const save = (rev: number, given: unknown, number = 1) =>
		page.request.put(`${base}/${number}`, { data: { rev, answer: given } });
	const first = questions[0] as Question;
	expect((await save(2, first.right)).status()).toBe(200);
	expect((await save(1, first.wrong)).status()).toBe(409);
	expect((await save(3, { choices: [99] })).status()).toBe(400);
	expect((await save(3, 'nonsense')).status()).toBe(400);

	const unfinished = await post(`${base}/check`);
	expect(unfinished.status()).toBe(400);
	for (const [index, question] of questions.entries())
		if (index > 0) await save(1, question.right, index + 1);
	await post(`${base}/check`);
	expect((await save(9, first.wrong)).status()).toBe(409);
	await page.goto(`${base}/result`);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('You passed');
});

test('another person’s attempt looks like one that does not exist', async ({ page, post, signIn, site }) => {
	const owner = 'yuki.ito@wrsd.example';
	await site.takeLessons(owner, slug);
	await signIn(owner);
	const questions = await startQuiz(page, site, slug);
	const base = `/learn/${slug}/quiz/${attemptOf(page)}`;
	for (const stranger of ['principal@wrsd.example', 'admin@wrsd.example', 'second.teacher@wrsd.example']) {
		await signIn(stranger);
		for (const place of ['1', 'check', 'result'])
			expect((await page.goto(`${base}/${place}`))?.status(), `${stranger} ${place}`).toBe(404);
		expect(
			(await page.request.put(`${base}/1`, { data: { rev: 1, answer: questions[0]?.right } })).status()
		).toBe(404);
		expect((await post(`${base}/check`)).status()).toBe(404);
		expect((await post(`${base}/1`, { choice: '0' })).status()).toBe(404);
	}
	await page.context().clearCookies();
	await page.goto(`${base}/1`);
	await expect(page).toHaveURL(/\/sign-in/);
});

test('two starts at once make one attempt', async ({ page, post, signIn, site }) => {
	const email = 'jean.baptiste@wrsd.example';
	await site.takeLessons(email, slug);
	await signIn(email);
	const starts = await Promise.all(Array.from({ length: 4 }, () => post(`/learn/${slug}/quiz?/start`)));
	const places = new Set(starts.map((start) => start.headers()['location']));
	expect(places.size).toBe(1);
	await page.goto([...places][0] ?? '');
	expect((await questionsOf(site, attemptOf(page))).length).toBe(courseOf(slug).items.length);
});

/** The choices of a question that stand alone, with their feedback and the place where they were shown. */
function choicesOf({ variant, options }: Question): { place: number; feedback: string }[] {
	if (!('choices' in variant)) return [];
	return variant.choices.map(({ text, feedback }) => ({ place: options.indexOf(text), feedback }));
}

/** Collects every text that the browser is sent from now on. */
function listen(page: Page): () => Promise<{ address: string; text: string }[]> {
	const texts: Promise<{ address: string; text: string } | null>[] = [];
	page.on('response', (response) => {
		const kind = response.headers()['content-type'] ?? '';
		if (!/text|json|javascript/.test(kind)) return;
		texts.push(
			response.text().then(
				(text) => ({ address: response.url(), text }),
				() => null
			)
		);
	});
	return async () => (await Promise.all(texts)).filter((entry) => entry !== null);
}

/** The longest piece of a secret without signs that HTML and JSON write in another way. */
const pieces = secretsOf(slug).flatMap((secret) => {
	const [longest = ''] = secret.split(/[^\w ,.;:]/).sort((a, b) => b.length - a.length);
	return longest.trim().length >= 20 ? [longest.trim()] : [];
});

/** Secrets of the quiz that a text gives away. */
function tellsOf(text: string): string[] {
	return pieces.filter((piece) => text.includes(piece));
}
