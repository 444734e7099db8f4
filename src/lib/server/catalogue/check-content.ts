import { splitFrontMatter } from '#lib/lesson/lesson-source.ts';
import { ContentError, cutOff, cutOffLines, readText } from './content-files.ts';
import { checkAnswerPatterns } from './check/answer-patterns.ts';
import { compileLesson } from './check/compile-lesson.ts';
import { ContentReport, type Finding } from './check/content-report.ts';
import { coverage } from './check/coverage.ts';
import { checkEdition } from './check/editions.ts';
import { checkExercises } from './check/exercises.ts';
import { checkProse } from './check/lesson-prose.ts';
import { checkPermissions } from './check/permissions.ts';
import { checkQuiz, checkStems } from './check/quiz.ts';
import { readingLevels } from './check/reading-level.ts';
import { checkReferences, clauseLine } from './check/references.ts';
import { checkTranslations } from './check/translations.ts';
import { readCatalogue, type Catalogue, type Course, type Lesson } from './read-catalogue.ts';

export type { Finding };

/**
 * Finds the faults that a file alone doesn't show: unknown clauses, keys that can't be right, links that lead
 * nowhere, lessons that don't compile, a sealed edition that changed … `root` is the content folder that the catalogue
 * was read from. Sorted by file and line.
 */
export async function checkContent(catalogue: Catalogue, root: string): Promise<Finding[]> {
	const written = Object.values(catalogue.courses).flatMap((course) => course.lessons);
	const translated = Object.values(catalogue.translations).flatMap((languages) =>
		Object.values(languages).flatMap((translation) => translation.lessons)
	);
	return checkAll(catalogue, root, [...written, ...translated]);
}

/** What `checkContent` finds in one lesson's file; the other lessons are not compiled, which takes the time. */
export async function checkLesson(catalogue: Catalogue, root: string, lesson: Lesson): Promise<Finding[]> {
	const findings = await checkAll(catalogue, root, [lesson]);
	return findings.filter(({ file }) => file === lesson.file);
}

async function checkAll(catalogue: Catalogue, root: string, compiled: Lesson[]): Promise<Finding[]> {
	const report = new ContentReport(root);
	checkReferences(report, catalogue, root);
	checkPermissions(report, catalogue);
	for (const course of Object.values(catalogue.courses)) {
		for (const lesson of course.lessons) {
			checkProse(report, catalogue, course, lesson);
			checkExercises(report, lesson);
		}
		checkQuiz(report, catalogue, course);
		checkAnswerPatterns(report, course);
		checkCutOff(report, course, root);
		checkEdition(report, catalogue, course);
	}
	checkStems(report, catalogue);
	checkCoverage(report, catalogue);
	checkReadingLevel(report, catalogue);
	checkTranslations(report, catalogue, root);
	await checkCompiles(report, compiled);
	return report.findings.sort((a, b) => a.file.localeCompare(b.file) || (a.line ?? 0) - (b.line ?? 0));
}

/** Reads and checks a content folder. No catalogue where a file's shape is wrong: then that fault is the one finding. */
export async function readChecked(
	root: string
): Promise<{ catalogue: Catalogue | undefined; findings: Finding[] }> {
	try {
		const catalogue = readCatalogue(root);
		return { catalogue, findings: await checkContent(catalogue, root) };
	} catch (error) {
		if (!(error instanceof ContentError)) throw error;
		const { file, line, problem, remedy } = error;
		return { catalogue: undefined, findings: [{ severity: 'error', file, line, problem, remedy }] };
	}
}

function checkCoverage(report: ContentReport, catalogue: Catalogue): void {
	const policy = catalogue.policies[catalogue.district.policy];
	for (const { clause, taught, tested } of coverage(catalogue)) {
		const place = { file: `policies/${policy?.policy}.md`, line: clauseLine(policy?.source ?? '', clause) };
		if (taught.length === 0)
			report.warning(
				place,
				`no lesson teaches clause ${clause}.`,
				'List it in the “clauses” of a lesson that does.'
			);
		if (tested.length === 0)
			report.warning(place, `no quiz item tests clause ${clause}.`, 'Write one in a quiz.yaml.');
	}
}

function checkReadingLevel(report: ContentReport, catalogue: Catalogue): void {
	for (const { lesson, part, file, grade, target, off } of readingLevels(catalogue)) {
		if (off)
			report.warning(
				{ file, line: 1 },
				`the ${part} of “${lesson}” read like grade ${grade.toFixed(1)}; the course aims at ${target[0]} to ${target[1]}.`,
				off === 'hard'
					? 'Use shorter sentences and plainer words.'
					: 'Let sentences carry more of the reasoning, and use the exact word where there is one.'
			);
	}
}

/** Values that a ` #` cut off and that still make sense to the reader of YAML. */
function checkCutOff(report: ContentReport, course: Course, root: string): void {
	const folder = `courses/${course.slug}`;
	const texts = [
		...['course.yaml', 'quiz.yaml'].map((name) => ({
			file: `${folder}/${name}`,
			text: readText(root, `${folder}/${name}`),
			firstLine: 1
		})),
		...course.lessons.map(({ file, source }) => ({
			file,
			text: splitFrontMatter(source).frontMatter,
			firstLine: 2
		}))
	];
	for (const { file, text, firstLine } of texts)
		for (const line of cutOffLines(text, firstLine))
			report.error({ file, line }, cutOff.problem, cutOff.remedy);
}

async function checkCompiles(report: ContentReport, lessons: Lesson[]): Promise<void> {
	for (const { file, source } of lessons) {
		const fault = await compileLesson(file, source);
		// A fault of the prose that was named already says more than the compiler does.
		if (
			fault &&
			!report.findings.some(
				(known) => known.file === file && known.severity === 'error' && known.line === fault.line
			)
		)
			report.error(
				{ file, line: fault.line },
				`the lesson does not compile: ${fault.message}.`,
				'Correct this line.'
			);
	}
}
