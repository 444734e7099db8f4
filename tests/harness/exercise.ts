import { expect, type Locator, type Page } from '@playwright/test';
import type { ClaimVerdict, ExerciseOf, ExerciseType, QueueDecision } from '#lib/lesson/exercise.ts';
import * as keyboard from './keyboard.ts';
import { courseOf } from './lesson.ts';

/** How a person works an exercise. */
export type Hand = {
	choose(group: Locator, label: string): Promise<void>;
	tick(box: Locator): Promise<void>;
	press(button: Locator): Promise<void>;
};

export const mouse: Hand = {
	choose: (group, label) => group.getByRole('radio', { name: label, exact: true }).check(),
	tick: (box) => box.check(),
	press: (button) => button.click()
};

export const keysOf = (page: Page): Hand => ({
	choose: (group, label) => keyboard.choose(page, group, label),
	tick: (box) => keyboard.tick(page, box),
	press: (button) => keyboard.press(page, button)
});

/** The first exercise of a kind in a course, and the page that it stands on. */
export function findExercise<Type extends ExerciseType>(
	slug: string,
	type: Type
): { exercise: ExerciseOf<Type>; path: string } {
	for (const lesson of courseOf(slug).lessons)
		for (const exercise of lesson.exercises)
			if (exercise.type === type) {
				const section = lesson.sections.find(({ exercises }) => exercises.includes(exercise.id));
				return {
					exercise: exercise as ExerciseOf<Type>,
					path: `/learn/${slug}/${lesson.slug}/${section?.index}`
				};
			}
	throw new Error(`${slug} has no ${type} exercise`);
}

const verdicts: Record<ClaimVerdict, string> = {
	holds: 'It holds',
	stretched: 'It goes too far',
	false: 'It is not so'
};
const decisions: Record<QueueDecision, string> = {
	approve: 'Approve',
	change: 'Ask for a change',
	refuse: 'Reject'
};

const group = (practice: Locator, name: string) => practice.getByRole('group', { name, exact: true });
const goodOf = <Option extends { good: boolean }>(options: readonly Option[], good = true): Option => {
	const found = options.find((option) => option.good === good);
	if (!found) throw new Error('no such option');
	return found;
};

/** Puts everything right; `wrongFirst` begins with a mistake and reads the answer to it. */
export const solve = {
	async repair(
		practice: Locator,
		exercise: ExerciseOf<'repair'>,
		hand: Hand,
		{ check, wrongFirst = true }: { check?: () => Promise<void>; wrongFirst?: boolean } = {}
	) {
		const [first] = exercise.parts;
		if (first && wrongFirst) {
			const wrong = goodOf(first.options, false);
			await hand.choose(group(practice, first.label), wrong.text);
			await check?.();
			await expect(practice.getByText(wrong.feedback)).toBeVisible();
			await expect(practice.getByText('And put right')).toBeHidden();
		}
		for (const part of exercise.parts)
			await hand.choose(group(practice, part.label), goodOf(part.options).text);
		await check?.();
		await expect(practice.getByText('And put right')).toBeVisible();
		await expect(practice.getByText(`All ${exercise.parts.length} right`)).toBeVisible();
	},

	async settings(
		practice: Locator,
		exercise: ExerciseOf<'settings'>,
		hand: Hand,
		{ check }: { check?: () => Promise<void> } = {}
	) {
		for (const line of exercise.switches) {
			const good = goodOf(line.options);
			await hand.choose(group(practice, line.label), good.text);
			if (!check) await expect(practice.getByText(good.effect)).toBeVisible();
		}
		await check?.();
		for (const line of exercise.switches)
			await expect(practice.getByText(goodOf(line.options).effect)).toBeVisible();
		const total = exercise.switches.length;
		await expect(practice.getByText(`${total} of ${total} settings do what was asked`)).toBeVisible();
	},

	async claim(
		practice: Locator,
		exercise: ExerciseOf<'claim'>,
		hand: Hand,
		{ check }: { check?: () => Promise<void> } = {}
	) {
		for (const { claim, verdict } of exercise.claims)
			await hand.choose(group(practice, claim), verdicts[verdict]);
		await check?.();
		for (const { check: said } of exercise.claims) await expect(practice.getByText(said)).toBeVisible();
		await expect(practice.getByText(`All ${exercise.claims.length} right`)).toBeVisible();
	},

	async plan(
		practice: Locator,
		exercise: ExerciseOf<'plan'>,
		hand: Hand,
		{ check }: { check?: () => Promise<void> } = {}
	) {
		for (const part of exercise.parts)
			if (part.kind === 'pick')
				await hand.tick(
					group(practice, part.label).getByRole('checkbox', { name: part.choices[0] ?? '', exact: true })
				);
		await check?.();
		const sheet = practice.getByRole('region', { name: exercise.sheet });
		for (const part of exercise.parts) {
			await expect(sheet.getByText(part.label, { exact: true })).toBeVisible();
			const chosen = part.kind === 'pick' ? (part.choices[0] ?? '') : `${part.start} ${part.unit}`;
			await expect(sheet.getByText(chosen, { exact: true }).first()).toBeVisible();
		}
	},

	async tap(practice: Locator, exercise: ExerciseOf<'tap'>, hand: Hand) {
		for (const round of exercise.rounds) {
			const answers = practice.getByRole('group', { name: round.say, exact: true });
			for (const answer of [goodOf(round.answers, false), goodOf(round.answers)]) {
				await hand.press(answers.getByRole('button', { name: answer.text, exact: true }));
				await expect(practice.getByText(answer.say, { exact: true })).toBeVisible();
			}
		}
		await expect(practice.getByText('Finished', { exact: true })).toBeVisible();
	},

	async queue(practice: Locator, exercise: ExerciseOf<'queue'>, hand: Hand) {
		for (const waiting of exercise.cases) {
			const one = practice.getByRole('region', { name: waiting.title, exact: true });
			for (const { text, problem } of waiting.findings)
				if (problem) await hand.tick(one.getByRole('checkbox', { name: text, exact: true }));
			await hand.choose(one.getByRole('group', { name: 'What do you decide?' }), decisions[waiting.decision]);
		}
		await hand.press(practice.getByRole('button', { name: 'Check' }));
		for (const { why } of exercise.cases) await expect(practice.getByText(why)).toBeVisible();
		await expect(practice.getByText(`All ${exercise.cases.length} right`)).toBeVisible();
	}
};
