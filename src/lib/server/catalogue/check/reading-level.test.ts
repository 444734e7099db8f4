import { describe, expect, it } from 'vitest';
import { grade, proseText, syllables } from './reading-level.ts';

describe('the syllables of a word', () => {
	const counted = [
		[
			1,
			'a the school post phone page asked shared likes rules make safe through can’t don’t it’s three eye Page’s'
		],
		[
			2,
			'student posted pages teacher email district lesson doesn’t isn’t being wanted table people someone safely little'
		],
		[
			3,
			'policy family video media accounting several everyone somebody personal department photograph reported idea'
		],
		[4, 'information community education especially everybody recovery registration'],
		[5, 'communicated international'],
		[6, 'responsibility accessibility']
	] as const;
	it.each(counted.flatMap(([count, words]) => words.split(' ').map((word) => ({ word, count }))))(
		'$word: $count',
		({ word, count }) => {
			expect(syllables(word)).toBe(count);
		}
	);
});

describe('the grade of a text', () => {
	it('is Flesch–Kincaid’s: words a sentence and syllables a word', () => {
		// 6 words, 1 sentence, 7 syllables.
		expect(grade('The teacher sat on the mat.')).toBeCloseTo(0.39 * 6 + 11.8 * (7 / 6) - 15.59);
	});
	it('takes titles, times and quotes for no end of a sentence', () => {
		const whole = grade('At 4 p.m. Ms. Lee and Mr. Ray said “go home now” to the U.S. team.');
		expect(whole).toBeCloseTo(grade('At pm Ms Lee and Mr Ray said go home now to the US team.'));
	});
	it('rises with longer sentences and longer words', () => {
		const plain = grade('We post with care. We ask first.');
		expect(grade('We post with care and we ask first.')).toBeGreaterThan(plain);
		expect(grade('We communicate carefully. We investigate first.')).toBeGreaterThan(plain);
	});
	it('is 0 without words', () => {
		expect(grade('')).toBe(0);
	});
});

it('only running text is read: no headings, tags, addresses of links or marks', () => {
	const body =
		'## A heading\n\n<Law title="Not read" facts="F1">\n\nThe **rule** is in [III.5a](/policy#III.5a)\nof the policy.\n\n</Law>\n\n- One.\n- Two by <Setting name="district" />.\n';
	expect(proseText(body).split('\n').filter(Boolean)).toEqual([
		'The rule is in III.5a of the policy.',
		'One.',
		'Two by the district.'
	]);
});
