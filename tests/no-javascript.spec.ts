import { demoPassword } from '#lib/server/demo/sign-ins.ts';
import { courseOf, lessonOf, readLesson } from './harness/lesson.ts';
import { startQuiz, takeQuiz } from './harness/quiz.ts';
import { beginDraft, fillForm, signAndSubmit, signAsCoOwner } from './harness/registration.ts';
import { expect, test } from './harness/test.ts';

test.use({ javaScriptEnabled: false });

const slug = 'staff-initial';

test('without JavaScript: from signing in through six lessons to the passed quiz and the certificate', async ({
	page,
	site
}) => {
	test.setTimeout(120_000);
	await page.goto('/sign-in');
	await page.getByLabel('E-mail address').fill('new.teacher@wrsd.example');
	await page.getByLabel('Password', { exact: true }).fill('not the password');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page.getByRole('alert')).toContainText('don’t go together');
	await expect(page.getByLabel('E-mail address')).toHaveValue('new.teacher@wrsd.example');
	await page.getByLabel('Password', { exact: true }).fill(demoPassword);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page).toHaveURL('/learn');

	for (const lesson of courseOf(slug).lessons) await readLesson(page, slug, lesson);
	const questions = await startQuiz(page, site, slug);
	await takeQuiz(page, questions);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('You passed');

	await page.getByRole('link', { name: 'Read and acknowledge' }).click();
	await page.getByRole('checkbox', { name: /I have read Policy/ }).check();
	await page.getByRole('button', { name: 'Acknowledge' }).click();
	await expect(page.getByText('You have earned this certification')).toBeVisible();
});

test('without JavaScript: a number given to two steps is said beside them, and stays', async ({
	page,
	signIn,
	site
}) => {
	const email = 'samir.rahman@wrsd.example';
	await site.takeLessons(email, slug);
	await signIn(email);
	const questions = await startQuiz(page, site, slug);
	const ordering = questions.findIndex(({ item }) => item.type === 'ordering');
	// It is drawn at any place, also at the last one, from which the way on leads to the check.
	const isLast = ordering === questions.length - 1;
	const on = page.getByRole('button', { name: isLast ? 'To your answers' : 'Next', exact: true });
	await page.goto(page.url().replace(/\d+$/, String(ordering + 1)));
	const places = page.getByRole('combobox', { name: /^Place of: / });
	const count = await places.count();
	for (let place = 0; place < count; place++)
		await places.nth(place).selectOption(String(Math.min(place + 1, count - 1)));
	await on.click();
	await expect(page.getByRole('alert')).toContainText(`Given more than once: ${count - 1}.`);
	await expect(places.last()).toHaveValue(String(count - 1));
	await places.last().selectOption(String(count));
	await on.click();
	await expect(page).toHaveURL(isLast ? /\/check$/ : new RegExp(`/${ordering + 2}$`));
});

test('without JavaScript: an exercise is a form that the server answers', async ({ page, signIn, site }) => {
	const email = 'nadia.kowalski@wrsd.example';
	await site.takeLessons(email, slug, 1);
	await signIn(email);
	const lesson = lessonOf(slug, 1);
	const exercise = lesson.exercises[0];
	if (exercise?.type !== 'sort') throw new Error('lesson 1 has no sorting exercise');
	const section = lesson.sections.find(({ exercises }) => exercises.includes(exercise.id));
	await page.goto(`/learn/${slug}/${lesson.slug}/${section?.index}`);
	const practice = page.getByRole('region', { name: exercise.title });
	const place = async (text: string, group: string) => {
		const label = exercise.groups.find(({ id }) => id === group)?.label ?? '';
		await practice.getByRole('group', { name: text, exact: true }).getByLabel(label, { exact: true }).check();
	};
	const [first, ...others] = exercise.cards;
	await place(first?.text ?? '', exercise.groups.find(({ id }) => id !== first?.group)?.id ?? '');
	await practice.getByRole('button', { name: 'Check' }).click();
	await expect(practice.getByText('Not quite')).toBeVisible();
	await expect(practice.getByText(first?.feedback ?? '')).toBeVisible();

	await place(first?.text ?? '', first?.group ?? '');
	for (const { text, group } of others) await place(text, group);
	await practice.getByRole('button', { name: 'Check' }).click();
	await expect(practice.getByText(`All ${exercise.cards.length} right`)).toBeVisible();
});

test('without JavaScript: a lesson for the youngest is walked to its end, with no button to read it', async ({
	page,
	signIn
}) => {
	const lesson = lessonOf('student-k2', 1);
	await signIn('young.student@wrsd.example');
	await page.goto(`/learn/student-k2/${lesson.slug}`);
	for (const section of lesson.sections) {
		await expect(page.getByRole('heading', { level: 1, name: section.title, exact: true })).toBeVisible();
		await expect(page.getByRole('button', { name: 'Read to me' })).toHaveCount(0);
		for (let left = section.exercises.length; left > 0; left--) {
			await page.getByRole('button', { name: 'I have worked through this' }).click();
			await expect(page.getByText('Worked through', { exact: true })).toBeVisible();
		}
		const isLast = section.index === lesson.sections.length;
		await page.getByRole('button', { name: isLast ? 'All done!' : 'Next' }).click();
	}
	await expect(page.getByText(`Lesson finished: ${lesson.title}.`)).toBeVisible();
});

test('without JavaScript: the language is switched and stays', async ({ page }) => {
	await page.goto('/');
	await page.getByRole('banner').getByRole('button', { name: 'Português' }).click();
	await expect(page.locator('html')).toHaveAttribute('lang', 'pt-BR');
	await page.goto('/policy');
	await expect(page.locator('html')).toHaveAttribute('lang', 'pt-BR');
});

test('without JavaScript: an official account is registered, signed by both, and reviewed', async ({
	page,
	signIn
}) => {
	test.setTimeout(90_000);
	const name = 'Room 8 Plain';
	await signIn('second.teacher@wrsd.example');
	await page.goto('/accounts/new');
	await page.getByRole('button', { name: 'Begin a draft' }).click();
	await expect(page.getByRole('alert')).toContainText('Choose the type of account');
	const id = await beginDraft(page);
	await page.getByRole('button', { name: 'Save and continue' }).click();
	await expect(page.getByRole('alert')).toContainText('Write the name of the account');
	await fillForm(page, { name, handle: 'room8_plain', coOwner: 'Tomás Rivera' });
	await page.getByRole('link', { name: /Web address of the account/ }).click();
	const url = page.getByLabel('Web address');
	const right = await url.inputValue();
	await url.fill('http://photos.example/room8');
	await page.getByRole('button', { name: 'Save and continue' }).click();
	await expect(page.getByRole('alert')).toContainText('https://');
	await expect(url).toHaveValue('http://photos.example/room8');
	await url.fill(right);
	await page.getByRole('button', { name: 'Save and continue' }).click();
	await page.getByRole('link', { name: 'They are right: go on to sign' }).click();
	await page.getByRole('checkbox').first().check();
	await page.getByRole('button', { name: 'Sign and submit' }).click();
	await expect(page.getByRole('alert')).toContainText('District e-mail');
	await expect(page.getByRole('checkbox').first()).toBeChecked();
	await page.goto(`/accounts/${id}/check`);
	await signAndSubmit(page);
	await expect(page.getByText('Submitted. Your co-owner signs next')).toBeVisible();
	await signIn('lapsed.teacher@wrsd.example');
	expect((await page.goto(`/accounts/${id}`))?.status()).toBe(404);
	await signIn('certified.teacher@wrsd.example');
	await signAsCoOwner(page, id);

	await signIn('principal@wrsd.example');
	await page.goto(`/review/${id}`);
	const reason = page.getByRole('textbox', { name: 'What is to be changed, and why?' });
	await reason.fill('Too short');
	await page.getByRole('button', { name: 'Ask for this change' }).click();
	await expect(page.getByRole('alert')).toContainText('Write the reason in ten characters or more');
	await expect(reason).toHaveValue('Too short');
	await page.getByRole('button', { name: 'Approve this account' }).click();
	await expect(page.getByText('Approved. The account is active')).toBeVisible();
	await page.goto('/official-accounts');
	await expect(page.getByRole('link', { name })).toBeVisible();
});
