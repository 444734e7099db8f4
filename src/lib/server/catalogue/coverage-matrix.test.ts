import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentFolder } from './content.fixture.ts';
import { coverageGaps, coverageMatrix, coverageTable, factUses } from './coverage-matrix.ts';
import { readCatalogue, type Catalogue, type Course } from './read-catalogue.ts';

function sample(): { catalogue: Catalogue; course: Course } {
	const root = contentFolder();
	const catalogue = readCatalogue(root);
	rmSync(root, { recursive: true });
	const course = catalogue.courses['family-core'];
	if (!course) throw new Error('the sample has no course');
	return { catalogue, course };
}

/** A copy of a course whose lessons teach these clauses, by their place, and whose quiz tests nothing. */
function teaching(course: Course, change: Partial<Course>, ...clauses: string[][]): Course {
	const [lesson] = course.lessons;
	if (!lesson) throw new Error('the sample has no lesson');
	const lessons = clauses.map((taught, index) => ({
		...lesson,
		number: index + 1,
		clauses: taught,
		facts: []
	}));
	return { ...course, items: [], lessons, ...change };
}

describe('the coverage matrix', () => {
	it('says which lessons of a course teach a clause, and whether its quiz tests it', () => {
		const { catalogue } = sample();
		expect(coverageMatrix(catalogue).rows[2]).toEqual({
			clause: 'III.7',
			words: "Staff shall not subscribe to students' postings",
			cells: [{ course: 'family-core', lessons: [1], tested: true }]
		});
	});
	it('has a cell for every course, staff first and partners last', () => {
		const { catalogue, course } = sample();
		catalogue.courses = {
			'a-partner': teaching(course, { slug: 'a-partner', audience: 'partner' }, ['I.0'], ['III.7'], ['I.0']),
			'family-core': course,
			'student-k2': teaching(course, { slug: 'student-k2', audience: 'student' }, ['III.6']),
			'staff-initial': teaching(course, { slug: 'staff-initial', audience: 'staff' }, ['III.6'])
		};
		const matrix = coverageMatrix(catalogue);
		expect(matrix.courses.map(({ slug }) => slug)).toEqual([
			'staff-initial',
			'student-k2',
			'family-core',
			'a-partner'
		]);
		expect(matrix.rows[0]?.cells.map(({ lessons }) => lessons)).toEqual([[], [], [1], [1, 3]]);
		expect(coverageTable(matrix)).toBe(
			[
				'| clause | SI | SK | FC | AP |',
				'|---|---|---|---|---|',
				'| I.0 |  |  | 1* | 13 |',
				'| III.6 | 1 | 1 | 1* |  |',
				'| III.7 |  |  | 1* | 2 |',
				'SI staff-initial, SK student-k2, FC family-core, AP a-partner.'
			].join('\n')
		);
	});
	it('names a column by its slug where two courses have the same initials', () => {
		const { catalogue, course } = sample();
		catalogue.courses['fair-comment'] = teaching(course, { slug: 'fair-comment' }, ['I.0']);
		expect(coverageTable(coverageMatrix(catalogue)).split('\n')[0]).toBe(
			'| clause | family-core | fair-comment |'
		);
	});
	it('keeps lessons of two digits apart', () => {
		const { catalogue, course } = sample();
		const clauses = Array.from({ length: 12 }, (_, index) => (index === 0 || index === 11 ? ['I.0'] : []));
		catalogue.courses = { long: teaching(course, { slug: 'long' }, ...clauses) };
		expect(coverageTable(coverageMatrix(catalogue))).toContain('| I.0 | 1,12 |');
	});
	it('names the clauses that nobody teaches and those that nobody tests', () => {
		const { catalogue, course } = sample();
		catalogue.courses = { one: teaching(course, { slug: 'one' }, ['III.6']) };
		expect(coverageGaps(coverageMatrix(catalogue))).toEqual({
			clauses: 3,
			untaught: ['I.0', 'III.7'],
			untested: ['I.0', 'III.6', 'III.7']
		});
	});
	it('has no gap in this district’s own content', () => {
		const gaps = coverageGaps(coverageMatrix(readCatalogue(resolve('content'))));
		expect(gaps).toMatchObject({ untaught: [], untested: [] });
	});
});

it('every fact tells which lessons cite it', () => {
	const { catalogue } = sample();
	expect(factUses(catalogue).map(({ id, cited }) => [id, cited])).toEqual([
		['F1', [{ course: 'family-core', short: 'Sample', lessons: [1] }]],
		['F2', [{ course: 'family-core', short: 'Sample', lessons: [1] }]],
		['F6', []]
	]);
});
