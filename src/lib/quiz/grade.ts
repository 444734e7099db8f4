import type {
	Answer,
	ChoiceVariant,
	Feedback,
	Item,
	ItemDraw,
	OrderingVariant,
	SortingVariant
} from './item.ts';
import { drawnVariant, isPermutation } from './present.ts';

/**
 * Whether an answer is right: all or nothing, and no answer is a wrong one. Answers are in shown places, so they
 * are read through the draw; one that doesn't fit the item is wrong, never an error.
 * @throws when the draw doesn't belong to the item
 */
export function grade(item: Item, draw: ItemDraw, answer: Answer | null): boolean {
	const variant = drawnVariant(item, draw);
	if (answer === null) return false;
	if ('choices' in variant) {
		if (!('choices' in answer)) return false;
		const chosen = new Set(answer.choices.map((shown) => draw.order[shown]));
		return (
			chosen.size === answer.choices.length &&
			!chosen.has(undefined) &&
			variant.choices.every((choice, place) => chosen.has(place) === (choice.correct === true))
		);
	}
	if ('steps' in variant) {
		if (!('sequence' in answer) || !isPermutation(answer.sequence, variant.steps.length)) return false;
		return answer.sequence.every((shown, place) => draw.order[shown] === place);
	}
	if (!('groups' in answer) || answer.groups.length !== variant.cards.length) return false;
	return answer.groups.every((group, shown) => group === variant.cards[draw.order[shown] ?? -1]?.group);
}

export type AttemptResult = {
	score: number;
	total: number;
	/** Whole percent, rounded down: 79.9 % is not 80 %. */
	percent: number;
	/** Critical items that were not right; one is enough to fail (curriculum, section 3). */
	missedCritical: string[];
	passed: boolean;
	/** Slugs of the lessons that missed items belong to, each once, in the order of the quiz. */
	lessonsToReview: string[];
};

/**
 * Grades an attempt: every item drawn counts one. Takes the published items (also more than were drawn), the
 * attempt's draws, and its answers by item id. An attempt that drew nothing is not passed.
 * @throws when an item that was drawn is not among the items
 */
export function gradeAttempt(
	items: readonly Item[],
	draws: readonly ItemDraw[],
	answers: Readonly<Record<string, Answer | null | undefined>>,
	{ passMarkPercent }: { passMarkPercent: number }
): AttemptResult {
	const byId = new Map(items.map((item) => [item.id, item]));
	const missed = draws.flatMap((draw) => {
		const item = byId.get(draw.item);
		if (!item) throw new Error(`The attempt drew ${draw.item}, which is not an item of this quiz`);
		return grade(item, draw, answers[draw.item] ?? null) ? [] : [item];
	});
	const total = draws.length;
	const score = total - missed.length;
	const missedCritical = missed.filter((item) => item.critical).map((item) => item.id);
	return {
		score,
		total,
		percent: total === 0 ? 0 : Math.floor((score * 100) / total),
		missedCritical,
		// Compared without rounding, so that no fraction of a percent is given away.
		passed: total > 0 && score * 100 >= passMarkPercent * total && missedCritical.length === 0,
		lessonsToReview: [...new Set(missed.map((item) => item.lesson))]
	};
}

/**
 * What a learner who failed may read about an item (invariant 1): the feedback on what they chose, on steps that
 * they misplaced, on cards that they put in a wrong group. Never the right answer, never the rationale, never
 * feedback on what they did not choose.
 */
export function feedbackAfterFail(item: Item, draw: ItemDraw, answer: Answer | null): Feedback[] {
	const variant = drawnVariant(item, draw);
	const all = everyFeedback(item, draw, answer);
	// Steps stand in the order in which they were put: in the right one, the list itself would be the answer.
	if ('steps' in variant) all.sort((a, b) => Number(a.given) - Number(b.given));
	return all
		.filter((feedback) => feedback.given !== null && ('choices' in variant || !feedback.right))
		.map(({ option, given, right, text }) => ({ option, given, right, text }));
}

export type FullReview = { feedback: Feedback[]; rationale: string; clauses: string[] };

/**
 * What a learner who passed may read about an item: everything. Choices in the order shown, steps in the right
 * order, cards in the order shown with their right group.
 */
export function feedbackAfterPass(item: Item, draw: ItemDraw, answer: Answer | null): FullReview {
	return {
		feedback: everyFeedback(item, draw, answer),
		rationale: drawnVariant(item, draw).rationale,
		clauses: [...item.clauses]
	};
}

function everyFeedback(item: Item, draw: ItemDraw, answer: Answer | null): Feedback[] {
	const variant = drawnVariant(item, draw);
	if ('choices' in variant) return choiceFeedback(variant, draw, answer);
	if ('steps' in variant) return stepFeedback(variant, draw, answer);
	return cardFeedback(variant, draw, answer);
}

function choiceFeedback(variant: ChoiceVariant, draw: ItemDraw, answer: Answer | null): Feedback[] {
	const chosen = answer && 'choices' in answer ? answer.choices : [];
	return draw.order.flatMap((place, shown) => {
		const choice = variant.choices[place];
		if (!choice) return [];
		const given = chosen.includes(shown) ? choice.text : null;
		return [{ option: choice.text, given, right: choice.correct === true, text: choice.feedback }];
	});
}

function stepFeedback(variant: OrderingVariant, draw: ItemDraw, answer: Answer | null): Feedback[] {
	const sequence = answer && 'sequence' in answer ? answer.sequence : [];
	return variant.steps.map((step, place) => {
		const given = sequence.indexOf(draw.order.indexOf(place));
		return {
			option: step.text,
			given: given === -1 ? null : String(given + 1),
			right: given === place,
			text: step.feedback,
			key: String(place + 1)
		};
	});
}

function cardFeedback(variant: SortingVariant, draw: ItemDraw, answer: Answer | null): Feedback[] {
	const groups = answer && 'groups' in answer ? answer.groups : [];
	const label = (id: string | null | undefined) => variant.groups.find((group) => group.id === id)?.label;
	return draw.order.flatMap((place, shown) => {
		const card = variant.cards[place];
		if (!card) return [];
		return [
			{
				option: card.text,
				given: label(groups[shown]) ?? null,
				right: groups[shown] === card.group,
				text: card.feedback,
				key: label(card.group) ?? card.group
			}
		];
	});
}
