import type { Catalogue, Course, Fact } from './read-catalogue.ts';

/** What one course does for one clause: the numbers of the lessons that teach it, and whether an item tests it. */
export type CoverageCell = { course: string; lessons: number[]; tested: boolean };
export type CoverageRow = { clause: string; words: string; cells: CoverageCell[] };
export type CoverageMatrix = {
	/** By audience, the order of `audiences`. */
	courses: { slug: string; short: string; audience: Course['audience'] }[];
	/** The policy's clauses in its order; a cell for every course, also where there is nothing in it. */
	rows: CoverageRow[];
};
export type CoverageGaps = { clauses: number; untaught: string[]; untested: string[] };
export type FactUse = {
	id: string;
	fact: Fact;
	cited: { course: string; short: string; lessons: number[] }[];
};

const audiences: readonly Course['audience'][] = ['staff', 'student', 'family', 'partner'];

/** Clause by course: which lessons teach it, and whether it is tested there (curriculum, section 4). */
export function coverageMatrix(catalogue: Catalogue): CoverageMatrix {
	const courses = byAudience(catalogue);
	const clauses = catalogue.policies[catalogue.district.policy]?.clauses ?? {};
	return {
		courses: courses.map(({ slug, short, audience }) => ({ slug, short, audience })),
		rows: Object.entries(clauses).map(([clause, words]) => ({
			clause,
			words,
			cells: courses.map((course) => ({
				course: course.slug,
				lessons: lessonNumbers(course, (lesson) => lesson.clauses.includes(clause)),
				tested: course.items.some((item) => item.clauses.includes(clause))
			}))
		}))
	};
}

/** The clauses that no lesson teaches, and those that no item tests. */
export function coverageGaps({ rows }: CoverageMatrix): CoverageGaps {
	const without = (fits: (cell: CoverageCell) => boolean) =>
		rows.filter(({ cells }) => !cells.some(fits)).map(({ clause }) => clause);
	return {
		clauses: rows.length,
		untaught: without(({ lessons }) => lessons.length > 0),
		untested: without(({ tested }) => tested)
	};
}

/** Every fact of the register, with the lessons that cite it. */
export function factUses(catalogue: Catalogue): FactUse[] {
	const courses = byAudience(catalogue);
	return Object.entries(catalogue.facts).map(([id, fact]) => ({
		id,
		fact,
		cited: courses
			.map((course) => ({
				course: course.slug,
				short: course.short,
				lessons: lessonNumbers(course, (lesson) => lesson.facts.includes(id))
			}))
			.filter(({ lessons }) => lessons.length > 0)
	}));
}

/** The matrix as a Markdown table: digits are lessons, `*` is tested; beneath it, which course each column is. */
export function coverageTable({ courses, rows }: CoverageMatrix): string {
	const codes = codesOf(courses.map(({ slug }) => slug));
	const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
	return [
		line(['clause', ...codes]),
		`|${'---|'.repeat(codes.length + 1)}`,
		...rows.map(({ clause, cells }) => line([clause, ...cells.map(cellText)])),
		courses.map(({ slug }, index) => `${codes[index]} ${slug}`).join(', ') + '.'
	].join('\n');
}

function cellText({ lessons, tested }: CoverageCell): string {
	// Two lessons of one digit each stand side by side, as in the curriculum; 12 would be read as 1 and 2.
	const numbers = lessons.join(lessons.some((number) => number > 9) ? ',' : '');
	return `${numbers}${tested ? '*' : ''}`;
}

/** Short names for columns: the first letters of a slug's words, or the slug itself where two would be alike. */
function codesOf(slugs: readonly string[]): string[] {
	const initials = (slug: string) =>
		slug
			.split('-')
			.map((word) => (/^\d/.test(word) ? word : word.slice(0, 1).toUpperCase()))
			.join('');
	return slugs.map((slug) =>
		slugs.filter((other) => initials(other) === initials(slug)).length > 1 ? slug : initials(slug)
	);
}

function byAudience({ courses }: Catalogue): Course[] {
	return Object.values(courses).sort((a, b) => audiences.indexOf(a.audience) - audiences.indexOf(b.audience));
}

function lessonNumbers(course: Course, fits: (lesson: Course['lessons'][number]) => boolean): number[] {
	return course.lessons.filter(fits).map((lesson) => lesson.number);
}
