import { expect, type Page } from '@playwright/test';
import type { Answer, Item, ItemDraw, Variant } from '#lib/quiz/item.ts';
import { course } from '#lib/server/catalogue/catalogue.ts';
import { rightAnswer, wrongAnswer } from '#lib/server/demo/take-course.ts';
import type { Site } from './site.ts';

/** One question as an attempt drew it, with its key, which only the database and the test know. */
export type Question = { item: Item; variant: Variant; options: string[]; right: Answer; wrong: Answer };

/** The id of the attempt that the page is at. */
export function attemptOf(page: Page): string {
	const id = /\/quiz\/([0-9a-f-]{36})\//.exec(page.url())?.[1];
	if (!id) throw new Error(`${page.url()} is not inside an attempt`);
	return id;
}

/** The questions of an attempt, in the order in which they are asked. */
export async function questionsOf(site: Site, attempt: string): Promise<Question[]> {
	const { rows } = await site.owner.query<{ course: string; draw: ItemDraw[] }>(
		'select course, draw from attempt where id = $1',
		[attempt]
	);
	const [row] = rows;
	if (!row) throw new Error(`no attempt ${attempt}`);
	const items = course(row.course)?.items ?? [];
	return row.draw.map((draw) => {
		const item = items.find((entry) => entry.id === draw.item);
		const variant = item?.variants[draw.variant];
		if (!item || !variant) throw new Error(`no item ${draw.item}`);
		const texts = textsOf(variant);
		return {
			item,
			variant,
			options: draw.order.map((index) => texts[index] ?? ''),
			right: rightAnswer(item, draw),
			wrong: wrongAnswer(item, draw)
		};
	});
}

/** All texts of an item that nobody may see before an attempt is handed in: rationales and feedback. */
export function secretsOf(slug: string): string[] {
	return (course(slug)?.items ?? []).flatMap((item) =>
		item.variants.flatMap((variant) => [variant.rationale, ...partsOf(variant).map((part) => part.feedback)])
	);
}

/** Presses “Start the quiz” on the quiz page of a course and gives the questions drawn. */
export async function startQuiz(page: Page, site: Site, slug: string): Promise<Question[]> {
	await page.goto(`/learn/${slug}/quiz`);
	await page.getByRole('button', { name: 'Start the quiz' }).click();
	await expect(page.getByText(/Question 1 of \d+/).first()).toBeVisible();
	return questionsOf(site, attemptOf(page));
}

/** Answers every question, the first `wrong` of them wrongly, and hands the attempt in. */
export async function takeQuiz(
	page: Page,
	questions: Question[],
	isWrong: (question: Question, index: number) => boolean = () => false
): Promise<void> {
	for (const [index, question] of questions.entries()) {
		await expect(page.getByRole('group', { name: question.variant.stem }).first()).toBeVisible();
		await answer(page, question, isWrong(question, index) ? question.wrong : question.right);
		const last = index === questions.length - 1;
		await page.getByRole('button', { name: last ? 'To your answers' : 'Next', exact: true }).click();
	}
	await expect(page.getByRole('heading', { name: 'Check before you hand in' })).toBeVisible();
	await page.getByRole('button', { name: 'Hand in' }).click();
	await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Check before you hand in');
}

/** Gives one answer on the page of its question, as a person with a mouse does. */
export async function answer(page: Page, { variant, options }: Question, given: Answer): Promise<void> {
	if ('choices' in given) {
		for (const place of given.choices) await page.getByLabel(options[place] ?? '', { exact: true }).check();
	} else if ('groups' in given) {
		for (const [place, group] of given.groups.entries()) {
			const label = 'groups' in variant ? variant.groups.find(({ id }) => id === group)?.label : undefined;
			const card = page.getByRole('group', { name: options[place] ?? '', exact: true });
			await card.getByLabel(label ?? '', { exact: true }).check();
		}
	} else {
		await putInOrder(
			page,
			given.sequence.map((place) => options[place] ?? '')
		);
	}
}

/** Moves steps up until they stand as wanted; without JavaScript gives each its number. */
async function putInOrder(page: Page, wanted: string[]): Promise<void> {
	for (const [place, step] of wanted.entries()) {
		const number = page.getByRole('combobox', { name: `Place of: ${step}`, exact: true });
		if (await number.isVisible()) {
			await number.selectOption(String(place + 1));
			continue;
		}
		const steps = page.getByRole('list').filter({ has: page.getByRole('button', { name: /^Move up: / }) });
		const up = page.getByRole('button', { name: `Move up: ${step}`, exact: true });
		const placeNow = async () => {
			const texts = await steps.getByRole('listitem').allInnerTexts();
			return texts.findIndex((text) => text.includes(step));
		};
		for (let from = await placeNow(); from > place; from = await placeNow()) await up.click();
	}
	// Where the order that is shown is the one that is wanted, nothing was moved.
	const keep = page.getByRole('button', { name: 'Keep this order' });
	if (await keep.isVisible()) await keep.click();
}

type Part = { text: string; feedback: string };

function partsOf(variant: Variant): Part[] {
	if ('choices' in variant) return variant.choices;
	return 'steps' in variant ? variant.steps : variant.cards;
}

function textsOf(variant: Variant): string[] {
	return partsOf(variant).map(({ text }) => text);
}
