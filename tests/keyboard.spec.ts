import { demoPassword } from '#lib/server/demo/sign-ins.ts';
import { choose, press, tabTo, tick } from './harness/keyboard.ts';
import { lessonOf } from './harness/lesson.ts';
import { attemptOf, questionsOf } from './harness/quiz.ts';
import { openReady, ready } from './harness/ready.ts';
import { beginDraft, fillForm, keysOf, signAndSubmit, signAsCoOwner } from './harness/registration.ts';
import { expect, test } from './harness/test.ts';

const slug = 'staff-initial';

test('by keyboard alone: signing in, a lesson with its exercise, and finishing it', async ({ page }) => {
	await openReady(page, '/sign-in');
	await page.keyboard.press('Tab');
	const skip = page.getByRole('link', { name: 'Skip to the main part' });
	await expect(skip).toBeFocused();
	await expect(skip).toBeInViewport();
	await page.keyboard.press('Enter');
	await tabTo(page, page.getByLabel('E-mail address'));
	await page.keyboard.type('new.teacher@wrsd.example');
	await tabTo(page, page.getByLabel('Password', { exact: true }));
	await page.keyboard.type(demoPassword);
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL('/learn');

	const lesson = lessonOf(slug, 1);
	await press(page, page.getByRole('link', { name: 'Start', exact: true }));
	for (const section of lesson.sections) {
		await expect(page.getByRole('heading', { level: 1, name: section.title, exact: true })).toBeVisible();
		await ready(page);
		for (const exercise of lesson.exercises.filter(({ id }) => section.exercises.includes(id))) {
			if (exercise.type !== 'sort') throw new Error('lesson 1 has no sorting exercise');
			const practice = page.getByRole('region', { name: exercise.title });
			for (const { text, group } of exercise.cards) {
				const label = exercise.groups.find(({ id }) => id === group)?.label ?? '';
				await choose(page, practice.getByRole('group', { name: text, exact: true }), label);
			}
			await expect(practice.getByText(`All ${exercise.cards.length} right`)).toBeVisible();
			await expect(practice.getByText('Worked through', { exact: true })).toBeVisible();
		}
		const isLast = section.index === lesson.sections.length;
		await press(page, page.getByRole('button', { name: isLast ? 'Finish this lesson' : /^Next: / }));
	}
	await expect(page.getByText(`Lesson finished: ${lesson.title}.`)).toBeVisible();
});

test('by keyboard alone: the quiz, from its first question to “You passed”', async ({
	page,
	signIn,
	site
}) => {
	test.setTimeout(90_000);
	const email = 'nadia.kowalski@wrsd.example';
	await site.takeLessons(email, slug);
	await signIn(email);
	await openReady(page, `/learn/${slug}/quiz`);
	await press(page, page.getByRole('button', { name: 'Start the quiz' }));
	await expect(page).toHaveURL(/\/quiz\/[0-9a-f-]{36}\/1$/);
	const questions = await questionsOf(site, attemptOf(page));
	for (const [index, { variant, options, right }] of questions.entries()) {
		const question = page.getByRole('group', { name: variant.stem }).first();
		await expect(question).toBeVisible();
		await ready(page);
		if ('groups' in right) {
			for (const [place, id] of right.groups.entries()) {
				const label = 'groups' in variant ? variant.groups.find((group) => group.id === id)?.label : '';
				await choose(page, page.getByRole('group', { name: options[place] ?? '', exact: true }), label ?? '');
			}
		} else if ('sequence' in right) {
			const steps = page
				.getByRole('list')
				.filter({ has: page.getByRole('button', { name: /^Move up: / }) })
				.getByRole('listitem');
			for (const [place, from] of right.sequence.entries()) {
				const step = options[from] ?? '';
				const now = (await steps.allInnerTexts()).findIndex((text) => text.includes(step));
				for (let moves = now; moves > place; moves--) {
					await press(page, page.getByRole('button', { name: `Move up: ${step}`, exact: true }));
					await expect(steps.nth(moves - 1)).toContainText(step);
				}
			}
		} else if ((await question.getByRole('radio').count()) > 0) {
			await choose(page, question, options[right.choices[0] ?? 0] ?? '');
		} else {
			for (const place of right.choices)
				await tick(page, question.getByRole('checkbox', { name: options[place] ?? '', exact: true }));
		}
		const isLast = index === questions.length - 1;
		await press(page, page.getByRole('button', { name: isLast ? 'To your answers' : 'Next', exact: true }));
	}
	await press(page, page.getByRole('button', { name: 'Hand in' }));
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('You passed');
});

test('by keyboard alone: a registration, from the draft to both signatures', async ({ page, signIn }) => {
	test.setTimeout(90_000);
	const keys = keysOf(page);
	await signIn('second.teacher@wrsd.example');
	const id = await beginDraft(page, keys);
	await fillForm(page, { name: 'Room 9 Keys', handle: 'room9_keys', coOwner: 'Tomás Rivera' }, keys);
	await signAndSubmit(page, keys);
	await signIn('certified.teacher@wrsd.example');
	await signAsCoOwner(page, id, keys);
});

test('whatever has the focus shows it', async ({ page }) => {
	await openReady(page, '/sign-in');
	for (let presses = 0; presses < 25; presses++) {
		await page.keyboard.press('Tab');
		const seen = await page.evaluate(() => {
			const element = document.activeElement;
			if (!element || element === document.body) return null;
			const outlined = (of: Element | null) => {
				if (!of) return false;
				const { outlineStyle, outlineWidth } = getComputedStyle(of);
				return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
			};
			const { width, height } = element.getBoundingClientRect();
			// A choice is a row: the row around the box shows that the box has the focus.
			const row = element.matches('input') ? element.parentElement : null;
			const marked = outlined(element) || outlined(row) || getComputedStyle(element).boxShadow !== 'none';
			return { what: element.outerHTML.slice(0, 120), marked, visible: width > 0 && height > 0 };
		});
		if (seen === null) break;
		expect(seen).toMatchObject({ marked: true, visible: true });
	}
});
