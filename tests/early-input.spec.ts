import { lessonOf } from './harness/lesson.ts';
import { attemptOf, startQuiz } from './harness/quiz.ts';
import { holdScripts } from './harness/slow-scripts.ts';
import { expect, test } from './harness/test.ts';

const slug = 'staff-initial';

test('an answer of the quiz that was given before the script had come stays, and is saved', async ({
	page,
	signIn,
	site
}) => {
	const email = 'nadia.kowalski@wrsd.example';
	await site.takeLessons(email, slug);
	await signIn(email);
	const questions = await startQuiz(page, site, slug);
	const number = questions.findIndex(({ item }) => item.type === 'single-choice') + 1;
	const letScriptsCome = await holdScripts(page);
	await page.goto(`/learn/${slug}/quiz/${attemptOf(page)}/${number}`, { waitUntil: 'commit' });
	const answer = page.getByRole('radio').nth(1);
	await answer.check();
	await letScriptsCome();
	await expect(answer).toBeChecked();
	const saved = () =>
		site.owner.query('select answer from attempt_step where attempt = $1', [attemptOf(page)]);
	await expect
		.poll(async () => (await saved()).rows)
		.toEqual([{ answer: expect.objectContaining({ choices: [1] }) }]);
});

test('what was sorted before the script had come is answered as soon as it is there', async ({
	page,
	signIn
}) => {
	await signIn('certified.teacher@wrsd.example');
	const lesson = lessonOf(slug, 1);
	const [exercise] = lesson.exercises;
	if (exercise?.type !== 'sort') throw new Error('lesson 1 has no sorting exercise');
	const section = lesson.sections.find(({ exercises }) => exercises.includes(exercise.id));
	const letScriptsCome = await holdScripts(page);
	await page.goto(`/learn/${slug}/${lesson.slug}/${section?.index}`, { waitUntil: 'commit' });
	for (const { text, group } of exercise.cards) {
		const label = exercise.groups.find(({ id }) => id === group)?.label ?? '';
		await page.getByRole('group', { name: text, exact: true }).getByLabel(label, { exact: true }).check();
	}
	await letScriptsCome();
	await expect(page.getByText(`All ${exercise.cards.length} right`)).toBeVisible();
});

test('what was typed before the script had come is not taken back', async ({ page }) => {
	const letScriptsCome = await holdScripts(page);
	await page.goto('/official-accounts', { waitUntil: 'commit' });
	const search = page.getByRole('searchbox').or(page.getByRole('textbox')).first();
	await search.fill('mountain');
	await letScriptsCome();
	await expect(search).toHaveValue('mountain');
});
