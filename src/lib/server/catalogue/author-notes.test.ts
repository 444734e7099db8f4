import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authorNotes } from './author-notes.ts';
import { checkLesson } from './check-content.ts';
import { contentFolder, edit } from './content.fixture.ts';
import { readCatalogue } from './read-catalogue.ts';

const LESSON = 'courses/family-core/01-first-steps.md';

let root: string;
beforeEach(() => {
	root = contentFolder();
});
afterEach(() => rmSync(root, { recursive: true }));

function read() {
	const catalogue = readCatalogue(root);
	const course = catalogue.courses['family-core'];
	const lesson = course?.lessons[0];
	if (!course || !lesson) throw new Error('the sample has no lesson');
	return { catalogue, course, lesson };
}

function notes() {
	const { catalogue, course, lesson } = read();
	return authorNotes(catalogue, course, lesson);
}

describe('what an author is told of a lesson', () => {
	it('is what it teaches and what it rests on', () => {
		expect(notes()).toMatchObject({
			objectives: ['Know the rule'],
			clauses: [{ id: 'I.0' }, { id: 'III.6', words: 'Accounts shall not contain personal information' }, {}],
			facts: [
				{ id: 'F1', fact: { status: 'V' } },
				{ id: 'F2', fact: { status: 'V2' } }
			]
		});
	});
	it('is how hard it reads beside what the course aims at', () => {
		expect(notes().target).toEqual([1, 8]);
		expect(notes().levels.map(({ part, off }) => [part, off])).toEqual([['questions', null]]);
	});
	it('is how long it is: words at the readers’ pace, and a minute and a half for each exercise', () => {
		edit(root, LESSON, 'Keep it plain.', 'word '.repeat(1700));
		const { words, exercises, minutes } = notes();
		expect(words).toBeGreaterThan(1700);
		expect(words).toBeLessThan(1780);
		expect(exercises).toBe(6);
		expect(minutes).toEqual({ said: 5, needed: 19, pace: 170 });
	});
	it('is what the content check finds in its file, and in no other', async () => {
		edit(root, LESSON, 'Keep it plain.', 'Keep it <b>plain.');
		edit(root, 'gates.yaml', 'course: family-core', 'course: family');
		const { catalogue, lesson } = read();
		const findings = await checkLesson(catalogue, root, lesson);
		expect(findings.map(({ problem }) => problem)).toEqual(['raw HTML (“<b”).']);
	});
});
