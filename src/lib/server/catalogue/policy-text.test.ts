import { expect, test } from 'vitest';
import { clauseQuotes, clauseWords, parsePolicyBody } from './policy-text.ts';

const blocks = parsePolicyBody(`## Section III

- {III.1c All use must comply with policies such as} {III.1a Policy 1} and {III.1b Policy 2.}
- {III.3 All communication is kind}`);

test('a clause keeps the policy’s words as they are', () => {
	expect(clauseWords(blocks)).toMatchObject({ 'III.1a': 'Policy 1', 'III.3': 'All communication is kind' });
});

test('a clause that is quoted alone says where the policy’s sentence goes on', () => {
	expect(clauseQuotes(blocks)).toEqual({
		'III.1c': 'All use must comply with policies such as …',
		'III.1a': '… Policy 1 …',
		'III.1b': '… Policy 2.',
		'III.3': 'All communication is kind'
	});
});
