import { ContentError } from './content-files.ts';
import { compileLesson } from './check/compile-lesson.ts';
import { ContentReport, type Finding } from './check/content-report.ts';
import { coverage } from './check/coverage.ts';
import { checkExercises } from './check/exercises.ts';
import { checkProse } from './check/lesson-prose.ts';
import { checkQuiz, checkStems } from './check/quiz.ts';
import { readingLevels } from './check/reading-level.ts';
import { checkReferences, clauseLine } from './check/references.ts';
import { checkTranslations } from './check/translations.ts';
import { readCatalogue, type Catalogue } from './read-catalogue.ts';

export type { Finding };

/**
 * Finds the faults that a file alone doesn't show: unknown clauses, keys that can't be right, links that lead
 * nowhere, lessons that don't compile … `root` is the content folder that the catalogue was read from. Sorted by
 * file and line. Whether a text changed under an unchanged version is found when it is published.
 */
export async function checkContent(catalogue: Catalogue, root: string): Promise<Finding[]> {
	const report = new ContentReport(root);
	checkReferences(report, catalogue, root);
	for (const course of Object.values(catalogue.courses)) {
		for (const lesson of course.lessons) {
			checkProse(report, catalogue, course, lesson);
			checkExercises(report, lesson);
		}
		checkQuiz(report, catalogue, course);
	}
	checkStems(report, catalogue);
	checkCoverage(report, catalogue);
	checkReadingLevel(report, catalogue);
	checkTranslations(report, catalogue, root);
	await checkCompiles(report, catalogue);
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

async function checkCompiles(report: ContentReport, catalogue: Catalogue): Promise<void> {
	const translated = Object.values(catalogue.translations).flatMap((languages) =>
		Object.values(languages).flatMap((translation) => translation.lessons)
	);
	const written = Object.values(catalogue.courses).flatMap((course) => course.lessons);
	for (const { file, source } of [...written, ...translated]) {
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
