import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readChecked } from '../check-content.ts';
import { contentFolder, edit } from '../content.fixture.ts';
import { readCatalogue } from '../read-catalogue.ts';
import { translated } from '../read-translations.ts';

const COURSE = 'courses/family-core';
const LESSON = `${COURSE}/es/01-first-steps.md`;
const QUIZ = `${COURSE}/es/quiz.yaml`;
let root: string;

/** A Spanish edition that is word for word the English one: built alike, which is what is checked. */
beforeEach(() => {
	root = contentFolder();
	const course = readCatalogue(root).courses['family-core']!;
	mkdirSync(join(root, COURSE, 'es'));
	for (const name of ['01-first-steps.md', 'quiz.yaml'])
		cpSync(join(root, COURSE, name), join(root, COURSE, 'es', name));
	const words = { title: 'Curso', short: 'Curso', summary: 'Lo que la escuela puede hacer.' };
	writeFileSync(
		join(root, COURSE, 'es/course.yaml'),
		stringify({ ...words, translates: translated(course) })
	);
});
afterEach(() => rmSync(root, { recursive: true }));

const found = async () =>
	(await readChecked(root)).findings.map(({ severity, file, problem }) => `${severity} ${file} ${problem}`);
const offered = () => Object.keys(readCatalogue(root).translations['family-core'] ?? {});

describe('a translation', () => {
	it('that is built like the original has no findings, and the course is offered in its language', async () => {
		expect(await found()).toEqual([]);
		expect(offered()).toEqual(['es']);
	});

	it('whose words differ is what it is for', async () => {
		edit(root, LESSON, 'text: The lunch menu', 'text: El menú');
		edit(root, LESSON, 'title="What the law says"', 'title="Lo que dice la ley"');
		expect(await found()).toEqual([]);
	});

	it.each([
		[
			'keys must agree: a quiz is graded by place',
			QUIZ,
			'correct: true',
			'correct: false',
			'“correct” is false, in the original true'
		],
		[
			'cards stay in their groups',
			LESSON,
			'The lunch menu, group: fine',
			'The lunch menu, group: stop',
			'“group” is stop, in the original fine'
		],
		[
			'no card may be added or left out',
			LESSON,
			'      - { text: The bus time,',
			'      - { text: Otra, group: fine, feedback: Bien. }\n      - { text: The bus time,',
			'“cards” has 5 entries, the original 4'
		],
		[
			'components stay, in their order',
			LESSON,
			'<Exercise id="steps" />\n\n',
			'',
			'its components are not those of the original'
		],
		[
			'sections are cut at the same places',
			LESSON,
			'## Your turn',
			'Your turn:',
			'it has 2 sections, the original 3'
		]
	])('%s', async (_, file, from, to, problem) => {
		edit(root, file, from, to);
		expect((await found()).join('\n')).toContain(problem);
	});

	it('of a lesson that has changed since is reported with the part that changed, and still offered', async () => {
		edit(root, `${COURSE}/01-first-steps.md`, 'It is early', 'It is very early');
		expect((await found()).join()).toContain('the English text has changed since: first-steps.');
		expect(offered()).toEqual(['es']);
	});

	it('from before a new major version is not offered, whole or in part', () => {
		edit(root, `${COURSE}/course.yaml`, 'version: 1.1.0\nchanges:', 'version: 2.0.0\nchanges:');
		edit(root, `${COURSE}/course.yaml`, 'version: 1.1.0, kind: minor', 'version: 2.0.0, kind: major');
		expect(offered()).toEqual([]);
	});

	it('with a lesson missing is reported, and the course stays in English', async () => {
		rmSync(join(root, LESSON));
		expect((await found()).join()).toContain('the lesson “first-steps” is not translated');
		expect(offered()).toEqual([]);
	});

	it('that does not say what it translates is refused with the command that says it', async () => {
		writeFileSync(join(root, COURSE, 'es/course.yaml'), 'title: a\nshort: b\nsummary: c\n');
		expect((await found()).join()).toContain('it does not say which text it translates');
	});
});
