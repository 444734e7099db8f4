import { disarranged, shuffled, type Random } from '../lesson/shuffle.ts';
import type { Picture } from '../lesson/exercise.ts';
import type { Answer, Item, ItemDraw, ItemType, ShownItem, Variant } from './item.ts';

/** Items answered with exactly one choice. */
const ONE_CHOICE: readonly ItemType[] = ['single-choice', 'true-false', 'scenario'];

/** Whether an item of this type is answered with exactly one choice. */
export function takesOneChoice(type: ItemType): boolean {
	return ONE_CHOICE.includes(type);
}

/**
 * Draws one item for an attempt: the variant given and an order for its options. Steps to be ordered are never
 * shown in the right order; “True” and “False” always stand in their usual one.
 * @throws when the item has no such variant
 */
export function drawItem(item: Item, variantIndex: number, random: Random): ItemDraw {
	const length = optionsOf(variantOf(item, variantIndex)).length;
	const order =
		item.type === 'true-false'
			? Array.from({ length }, (_, place) => place)
			: item.type === 'ordering'
				? disarranged(length, random)
				: shuffled(length, random);
	return { item: item.id, variant: variantIndex, order };
}

/**
 * What the browser may see of a drawn item: the stem, and the options in the order drawn; no key, no feedback,
 * no rationale (invariant 1). Built field by field, so that a new field of an item stays on the server.
 * @throws when the draw doesn't belong to the item
 */
export function showItem(item: Item, draw: ItemDraw): ShownItem {
	const variant = drawnVariant(item, draw);
	const texts = optionsOf(variant);
	const pictures = picturesOf(variant);
	return {
		id: item.id,
		type: item.type,
		stem: variant.stem,
		...(variant.mock ? { mock: variant.mock } : {}),
		...(variant.scene ? { scene: variant.scene, alt: variant.alt ?? '' } : {}),
		options: draw.order.map((place) => texts[place] as string),
		...(pictures.some(Boolean) ? { pictures: draw.order.map((place) => pictures[place] ?? null) } : {}),
		...('groups' in variant
			? {
					groups: variant.groups.map(({ id, label, picture }) => ({
						id,
						label,
						...(picture ? { picture } : {})
					}))
				}
			: {})
	};
}

/**
 * Reads an answer out of a posted quiz form; null when the item was left alone. Fields: `choice` (repeated, the
 * shown place), `place-<shown place>` (1 … n) for ordering, `group-<shown place>` (a group's id) for sorting.
 * What can't be understood is left out. An ordering that is not yet whole holds -1 where no step has that place;
 * of two steps with the same number the first keeps it. `prefix` stands before each name where a form holds
 * several items.
 */
export function readAnswer(shown: ShownItem, formData: FormData, prefix = ''): Answer | null {
	const count = shown.options.length;
	if (shown.type === 'ordering') {
		const sequence = Array.from({ length: count }, () => -1);
		for (let option = 0; option < count; option++) {
			const place = wholeNumber(formData.get(`${prefix}place-${option}`));
			if (place !== null && sequence[place - 1] === -1) sequence[place - 1] = option;
		}
		return sequence.every((option) => option === -1) ? null : { sequence };
	}
	if (shown.type === 'sorting') {
		const known = new Set(shown.groups?.map((group) => group.id));
		const groups = shown.options.map((_, option) => {
			const group = formData.get(`${prefix}group-${option}`);
			return typeof group === 'string' && known.has(group) ? group : null;
		});
		return groups.every((group) => group === null) ? null : { groups };
	}
	const chosen = formData.getAll(`${prefix}choice`).flatMap((value) => {
		const option = wholeNumber(value);
		return option !== null && option < count ? [option] : [];
	});
	const choices = [...new Set(chosen)].sort((a, b) => a - b);
	return choices.length === 0 ? null : { choices };
}

/**
 * What is wrong with the numbers of a posted ordering: which of them stand more than once, which nowhere, and what was
 * typed, by shown place. Null where all are well, where none was given (a question may be left open on the way), and
 * for other kinds of items.
 */
export function misnumbered(
	shown: ShownItem,
	formData: FormData,
	prefix = ''
): { typed: (number | null)[]; twice: number[]; missing: number[] } | null {
	if (shown.type !== 'ordering') return null;
	const places = shown.options.map((_, option) => option + 1);
	const typed = shown.options.map((_, option) => {
		const place = wholeNumber(formData.get(`${prefix}place-${option}`));
		return place !== null && places.includes(place) ? place : null;
	});
	const times = (place: number) => typed.filter((number) => number === place).length;
	const missing = places.filter((place) => times(place) === 0);
	if (missing.length === 0 || missing.length === places.length) return null;
	return { typed, twice: places.filter((place) => times(place) > 1), missing };
}

/** Whether an answer is whole: one choice, or some; every step in its own place; every card in a group. */
export function isComplete(shown: ShownItem, answer: Answer | null): boolean {
	const count = shown.options.length;
	if (answer === null) return false;
	if (shown.type === 'ordering') return 'sequence' in answer && isPermutation(answer.sequence, count);
	if (shown.type === 'sorting') {
		const known = new Set(shown.groups?.map((group) => group.id));
		return (
			'groups' in answer &&
			answer.groups.length === count &&
			answer.groups.every((group) => group !== null && known.has(group))
		);
	}
	if (!('choices' in answer)) return false;
	const { choices } = answer;
	const known = choices.every((choice) => Number.isInteger(choice) && choice >= 0 && choice < count);
	const single = new Set(choices).size === choices.length;
	return known && single && (takesOneChoice(shown.type) ? choices.length === 1 : choices.length > 0);
}

/** Whether the numbers are each of `0 … count-1` exactly once. */
export function isPermutation(numbers: readonly number[], count: number): boolean {
	return (
		numbers.length === count &&
		new Set(numbers).size === count &&
		numbers.every((number) => Number.isInteger(number) && number >= 0 && number < count)
	);
}

/** The variant that an attempt drew. @throws when the draw doesn't belong to the item */
export function drawnVariant(item: Item, draw: ItemDraw): Variant {
	const variant = variantOf(item, draw.variant);
	if (draw.item !== item.id) throw new Error(`A draw of ${draw.item} can't show the item ${item.id}`);
	if (!isPermutation(draw.order, optionsOf(variant).length)) {
		throw new Error(`The draw of ${item.id} doesn't name each of its options once`);
	}
	return variant;
}

function variantOf(item: Item, index: number): Variant {
	const variant = item.variants[index];
	if (!variant) throw new Error(`The item ${item.id} has no variant ${index}`);
	return variant;
}

function optionsOf(variant: Variant): string[] {
	if ('choices' in variant) return variant.choices.map((choice) => choice.text);
	if ('steps' in variant) return variant.steps.map((step) => step.text);
	return variant.cards.map((card) => card.text);
}

function picturesOf(variant: Variant): (Picture | undefined)[] {
	if ('choices' in variant) return variant.choices.map((choice) => choice.picture);
	return 'cards' in variant ? variant.cards.map((card) => card.picture) : [];
}

function wholeNumber(value: FormDataEntryValue | null): number | null {
	return typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : null;
}
