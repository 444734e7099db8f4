import path from 'node:path';
import { readChecked, type Finding } from '#lib/server/catalogue/check-content.ts';
import { coverageMatrix, coverageTable } from '#lib/server/catalogue/coverage-matrix.ts';
import { readingLevels } from '#lib/server/catalogue/check/reading-level.ts';
import { findingsText } from '#lib/server/catalogue/findings-text.ts';
import type { Catalogue } from '#lib/server/catalogue/read-catalogue.ts';
import { inProject } from '../project.mjs';

/**
 * `waypost content check [folder] [--tables]`: what is wrong in `content/`, with file, line and remedy. Warnings do
 * not fail it. `--tables` adds who teaches and tests each clause, and how hard each lesson is to read.
 */
export async function run(args: string[]): Promise<number> {
	const folder = args.find((arg) => !arg.startsWith('--')) ?? process.env.WAYPOST_CONTENT;
	const root = folder ? path.resolve(folder) : inProject('content');
	const { catalogue, findings } = await readChecked(root);
	if (findings.length > 0)
		console.log(`${findingsText(findings, path.relative(process.cwd(), root) || '.')}\n`);
	if (catalogue && args.includes('--tables'))
		console.log(`${clausesTable(catalogue)}\n\n${readingTable(catalogue)}\n`);
	const errors = findings.filter((finding) => finding.severity === 'error').length;
	console.log(summary(catalogue, findings, errors));
	return errors > 0 ? 1 : 0;
}

function summary(catalogue: Catalogue | undefined, findings: Finding[], errors: number): string {
	const found = `${counted(errors, 'error')} and ${counted(findings.length - errors, 'warning')}`;
	if (!catalogue) return `The content can’t be read: ${found}.`;
	const courses = Object.values(catalogue.courses);
	const lessons = courses.reduce((sum, course) => sum + course.lessons.length, 0);
	const items = courses.reduce((sum, course) => sum + course.items.length, 0);
	const size = `${counted(courses.length, 'course')}, ${counted(lessons, 'lesson')}, ${counted(items, 'quiz item')}`;
	return `Content: ${size}; ${found}.`;
}

function counted(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function clausesTable(catalogue: Catalogue): string {
	return [
		'Clauses of the policy by course (digits: lessons that teach it; *: an item of that course tests it)',
		coverageTable(coverageMatrix(catalogue))
	].join('\n');
}

function readingTable(catalogue: Catalogue): string {
	return [
		'Reading level (Flesch–Kincaid grade) beside the course’s target; a grade either way is fine',
		...readingLevels(catalogue).map(
			({ course, lesson, part, grade, target: [from, to], off, words }) =>
				`  ${grade.toFixed(1).padStart(5)}  target ${from} to ${to}  ${course} ${lesson}, ${part}, ${words} words${off ? `: too ${off}` : ''}`
		)
	].join('\n');
}
