import { expect, test } from './harness/test.ts';
import { courseOf, lessonOf, readLesson } from './harness/lesson.ts';

const slug = 'staff-initial';
const first = lessonOf(slug, 1);
const base = `/learn/${slug}/${first.slug}`;

test('lessons come in order: the address of a later one, a later part or the quiz leads back', async ({
	page,
	signIn
}) => {
	await signIn('nadia.kowalski@wrsd.example');
	await page.goto(`/learn/${slug}/${lessonOf(slug, 5).slug}/1`);
	await expect(page).toHaveURL(new RegExp(`/learn/${slug}\\?locked=`));
	await expect(page.getByText('That lesson opens after the ones before it.')).toBeVisible();

	await page.goto(`${base}/4`);
	await expect(page).toHaveURL(`${base}/1`);

	await page.goto(`/learn/${slug}/quiz`);
	await expect(page.getByText('The quiz opens after the last lesson.')).toBeVisible();
});

test('the server refuses posted short cuts as well', async ({ post, signIn, site }) => {
	const email = 'carmen.delgado@wrsd.example';
	await signIn(email);
	const third = lessonOf(slug, 3);
	await post(`/learn/${slug}/${third.slug}/${third.sections.length}?/next`);
	await post(`/learn/${slug}/${third.slug}/1?/finish`);
	await post(`${base}/1?/finish`);
	await post(`${base}/7?/finish`);
	await post(`/learn/${slug}/quiz?/start`);
	const { learner } = await site.person(email);
	for (const table of ['lesson_done', 'attempt']) {
		const { rowCount } = await site.owner.query(`select from ${table} where learner = $1`, [learner]);
		expect(rowCount, table).toBe(0);
	}
});

test('who leaves a lesson goes on at the same place later', async ({ page, signIn }) => {
	await signIn('ines.garcia@wrsd.example');
	await page.goto(base);
	for (const next of [2, 3]) {
		await page.getByRole('button', { name: /^Next: / }).click();
		await expect(page).toHaveURL(`${base}/${next}`);
	}
	await page.goto('/learn');
	await expect(page.getByText(`You left at “${first.sections[2]?.title}”.`)).toBeVisible();
	await page.getByRole('link', { name: 'Go on', exact: true }).first().click();
	await expect(page).toHaveURL(`${base}/3`);
	await page.goto(base);
	await expect(page).toHaveURL(`${base}/3`);
	await page.getByRole('link', { name: 'Back', exact: true }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(first.sections[1]?.title ?? '');
});

test('a lesson is finished only when its exercises were worked through', async ({ page, signIn }) => {
	await signIn('laura.peretti@wrsd.example');
	await page.goto(base);
	for (let next = 2; next <= first.sections.length; next++) {
		await page.getByRole('button', { name: /^Next: / }).click();
		await expect(page).toHaveURL(`${base}/${next}`);
	}
	await page.getByRole('button', { name: 'Finish this lesson' }).click();
	await expect(page.getByRole('heading', { name: 'Something is left before you finish' })).toBeVisible();
	// The button stands at the foot of the page, what it answers at the head.
	await expect(page.getByRole('alert')).toBeFocused();
	await expect(page.getByRole('alert')).toBeInViewport();
	const place = first.sections.find(({ exercises }) => exercises.length > 0);
	await page
		.getByRole('alert')
		.getByRole('link', { name: place?.title ?? '' })
		.click();
	await page.getByRole('button', { name: 'I have worked through this' }).click();
	await expect(page.getByText('Worked through', { exact: true })).toBeVisible();

	await page.goto(`${base}/${first.sections.length}`);
	await page.getByRole('button', { name: 'Finish this lesson' }).click();
	await expect(page.getByText(`Lesson finished: ${first.title}.`)).toBeVisible();
	const trail = page.getByRole('list', { name: 'Lessons' }).getByRole('listitem');
	await expect(trail.first()).toContainText('Done');
	await expect(trail.nth(1).getByRole('link')).toBeVisible();
});

test('sorting every card right counts as working through the exercise', async ({ page, signIn, site }) => {
	const email = 'emile.durand@wrsd.example';
	await signIn(email);
	await site.takeLessons(email, slug);
	const lesson = lessonOf(slug, 6);
	const exercise = lesson.exercises.find(({ type }) => type === 'sort');
	if (exercise?.type !== 'sort') throw new Error('lesson 6 has no sorting exercise');
	const section = lesson.sections.find(({ exercises }) => exercises.includes(exercise.id));
	await page.goto(`/learn/${slug}/${lesson.slug}/${section?.index}`);
	const practice = page.getByRole('region', { name: exercise.title });
	const [card, ...others] = exercise.cards;
	const wrong = exercise.groups.find(({ id }) => id !== card?.group);
	const place = async (text: string, group: string) => {
		const label = exercise.groups.find(({ id }) => id === group)?.label ?? '';
		await practice.getByRole('group', { name: text, exact: true }).getByLabel(label, { exact: true }).check();
	};
	// The first answer also waits until the page answers in place.
	await expect(async () => {
		await place(card?.text ?? '', wrong?.id ?? '');
		await expect(practice.getByText('Not quite')).toBeVisible({ timeout: 500 });
	}).toPass();
	await place(card?.text ?? '', card?.group ?? '');
	for (const { text, group } of others) await place(text, group);
	await expect(practice.getByText(`All ${exercise.cards.length} right`)).toBeVisible();
	await expect(practice.getByText('Worked through', { exact: true })).toBeVisible();
});

test('a clause named in a lesson leads to its words in the policy, marked', async ({
	page,
	signIn,
	site
}) => {
	const email = 'greg.hollis@wrsd.example';
	await site.takeLessons(email, slug);
	await signIn(email);
	let followed = 0;
	for (const section of lessonOf(slug, 2).sections) {
		await page.goto(`/learn/${slug}/${lessonOf(slug, 2).slug}/${section.index}`);
		const link = page.getByRole('article').locator('a[href^="/policy#"]').first();
		if ((await link.count()) === 0) continue;
		const clause = (await link.getAttribute('href'))?.split('#')[1] ?? '';
		await link.click();
		await expect(page).toHaveURL(`/policy#${clause}`);
		const target = page.locator(':target');
		await expect(target).toHaveAttribute('id', clause);
		await expect(target).toBeInViewport();
		await expect(target).toHaveCSS('text-decoration-line', 'underline');
		followed++;
	}
	expect(followed).toBeGreaterThan(0);
});

test('every lesson of a course can be read through, and the quiz opens behind the last', async ({
	page,
	signIn
}) => {
	test.setTimeout(120_000);
	await signIn('elena.petrova@wrsd.example');
	for (const lesson of courseOf(slug).lessons.slice(1)) await readLesson(page, slug, lesson);
	await page.goto('/learn');
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(
		`Quiz: ${courseOf(slug).items.length} questions`
	);
	await page.getByRole('link', { name: 'To the quiz' }).click();
	await expect(page.getByRole('button', { name: 'Start the quiz' })).toBeVisible();
});
