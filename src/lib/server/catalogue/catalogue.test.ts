import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentCopy } from './content.fixture.ts';
import { ContentError } from './content-files.ts';
import { majorOf, readCatalogue, versionOrdinal, type Course } from './read-catalogue.ts';

let root: string;
beforeEach(() => {
	root = contentCopy(resolve('content'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** The first course of this district's content, whichever it is. */
function firstCourse(): Course {
	const course = Object.values(readCatalogue(root).courses)[0];
	if (!course) throw new Error('content/courses is empty');
	return course;
}

function rewrite(file: string, change: (text: string) => string): void {
	const path = join(root, file);
	const text = readFileSync(path, 'utf8');
	const changed = change(text);
	expect(changed).not.toBe(text);
	writeFileSync(path, changed);
}

function lessonFile(): string {
	const file = firstCourse().lessons[0]?.file;
	if (!file) throw new Error('the course has no lesson');
	return file;
}

describe('the hash of a course', () => {
	it('changes with the text of a lesson, and with nothing else of the catalogue', () => {
		const before = readCatalogue(root);
		const course = firstCourse();
		rewrite(lessonFile(), (text) => `${text}\nOne more line.\n`);
		const after = readCatalogue(root);
		expect(after.courses[course.slug]?.hash).not.toBe(course.hash);
		expect(after.courses[course.slug]?.lessons[0]?.hash).not.toBe(course.lessons[0]?.hash);
		expect(after.courses[course.slug]?.lessons[1]?.hash).toBe(course.lessons[1]?.hash);
		expect(after.hash).not.toBe(before.hash);
		expect(after.ruleHash).toBe(before.ruleHash);
	});
	it('changes with the key of a quiz item', () => {
		const course = firstCourse();
		rewrite(`courses/${course.slug}/quiz.yaml`, (text) =>
			text.replace(/^\s*(?:- \{.*|)correct: true.*$/m, (line) =>
				line.replace('correct: true', 'correct: false')
			)
		);
		expect(firstCourse().hash).not.toBe(course.hash);
	});
	it('changes with a setting such as the minutes', () => {
		const course = firstCourse();
		rewrite(`courses/${course.slug}/course.yaml`, (text) => text.replace(/^minutes: .*$/m, 'minutes: 99'));
		expect(firstCourse().hash).not.toBe(course.hash);
	});
	it('does not change with line ends, a byte-order mark or the way an accent is written', () => {
		rewrite(lessonFile(), (text) => `${text}\nCafé.\n`.normalize('NFC'));
		const course = firstCourse();
		rewrite(lessonFile(), (text) => `\uFEFF${text.normalize('NFD').replaceAll('\n', '\r\n')}`);
		expect(firstCourse().hash).toBe(course.hash);
		expect(firstCourse().lessons[0]?.hash).toBe(course.lessons[0]?.hash);
	});
	it('does not change with what is said of the changes', () => {
		const course = firstCourse();
		rewrite(`courses/${course.slug}/course.yaml`, (text) =>
			text.replace(/(- \{ version: .*summary: )/, '$1Once more ')
		);
		expect(firstCourse().hash).toBe(course.hash);
	});
});

describe('the rules’ hash', () => {
	it('changes with a gate', () => {
		const before = readCatalogue(root);
		rewrite('gates.yaml', (text) => text.replace(/title: .*/, 'title: Another title'));
		expect(readCatalogue(root).ruleHash).not.toBe(before.ruleHash);
	});
	it('does not change with the district’s name', () => {
		const before = readCatalogue(root);
		rewrite('district.yaml', (text) => text.replace(/^name: .*$/m, 'name: Another District'));
		expect(readCatalogue(root).ruleHash).toBe(before.ruleHash);
		expect(readCatalogue(root).hash).not.toBe(before.hash);
	});
});

describe('versions', () => {
	it('are ordered by number, not by letters', () => {
		const versions = ['1.0.0', '1.0.2', '1.0.10', '1.2.0', '1.10.0', '2.0.0', '10.0.0'];
		const ordinals = versions.map(versionOrdinal);
		expect(ordinals).toEqual(ordinals.toSorted((a, b) => a - b));
		expect(new Set(ordinals).size).toBe(versions.length);
	});
	it('know their first part', () => {
		expect(majorOf(versionOrdinal('3.14.15'))).toBe(3);
		expect(majorOf(versionOrdinal('0.9.0'))).toBe(0);
	});
	it('give a course its ordinal and its kind of change', () => {
		const course = firstCourse();
		expect(course.ordinal).toBe(versionOrdinal(course.version));
		expect(course.change).toBe(course.changes.find((change) => change.version === course.version)?.kind);
	});
	it('must be in the list of changes', () => {
		const { slug } = firstCourse();
		rewrite(`courses/${slug}/course.yaml`, (text) => text.replace(/^version: .*$/m, 'version: 999.0.0'));
		expect(() => readCatalogue(root)).toThrow(/version 999.0.0 is not in the list of changes/);
	});
});

it('a file of the wrong shape is refused with its name, its line and what to do', () => {
	const file = lessonFile();
	rewrite(file, (text) => text.replace(/^minutes: .*$/m, 'minutes: soon'));
	const line = readFileSync(join(root, file), 'utf8').split('\n').indexOf('minutes: soon') + 1;
	let thrown: unknown;
	try {
		readCatalogue(root);
	} catch (error) {
		thrown = error;
	}
	expect(thrown).toBeInstanceOf(ContentError);
	expect(thrown).toMatchObject({ file, line, remedy: 'Correct this entry.' });
});
