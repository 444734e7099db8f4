import { parse } from 'yaml';
import { splitFrontMatter, splitSections } from '#lib/lesson/lesson-source.ts';
import { exists } from '../content-files.ts';
import type { Catalogue, Course } from '../read-catalogue.ts';
import type { Lesson } from '../read-lesson.ts';
import { contentLanguages, readTranslation, staleParts, type Translation } from '../read-translations.ts';
import type { ContentReport, Place } from './content-report.ts';
import { readTags } from './lesson-components.ts';

/** Entries that are not words: the same in every language. */
const kept = new Set([
	...['id', 'type', 'kind', 'lesson', 'group', 'scene', 'picture', 'verdict', 'decision', 'start', 'to'],
	...['clauses', 'facts', 'problem', 'correct', 'good', 'critical', 'me', 'address', 'minutes', 'step']
]);

/**
 * A course's translations: that each is whole and built like the original (same lessons, ids, keys, components), since
 * a quiz is graded by place; and what has changed in the original since.
 */
export function checkTranslations(report: ContentReport, catalogue: Catalogue, root: string): void {
	for (const course of Object.values(catalogue.courses))
		for (const language of contentLanguages) {
			const translation = readTranslation(root, course, language);
			if (translation) checkTranslation(report, course, translation, root);
		}
	checkWords(report, catalogue);
}

function checkTranslation(
	report: ContentReport,
	course: Course,
	translation: Translation,
	root: string
): void {
	const folder = `courses/${course.slug}/${translation.language}`;
	for (const lesson of course.lessons) {
		const file = `${folder}/${lesson.file.split('/').at(-1)}`;
		if (!exists(root, file)) {
			report.error(
				{ file: `${folder}/course.yaml`, line: 1 },
				`the lesson “${lesson.slug}” is not translated.`,
				`Translate it as ${file}; until then the course is offered in English.`
			);
			continue;
		}
		const said = translation.lessons.find((entry) => entry.file === file);
		if (said) checkLesson(report, lesson, said);
	}
	const quiz = `${folder}/quiz.yaml`;
	compare(report, course.items, translation.items, { file: quiz, entry: ['items'] });
	const stale = staleParts(course, translation);
	if (stale.length > 0)
		report.warning(
			{ file: `${folder}/course.yaml`, entry: ['translates'] },
			`the English text has changed since: ${stale.join(', ')}.`,
			`Bring the translation up to date, then run: npm run waypost -- content translated ${course.slug} ${translation.language}`
		);
}

function checkLesson(report: ContentReport, lesson: Lesson, said: Lesson): void {
	const { file } = said;
	const matter = (source: string) => parse(splitFrontMatter(source).frontMatter) as unknown;
	compare(report, matter(lesson.source), matter(said.source), { file, entry: [] });
	const [original, translated] = [lesson, said].map(({ source }) => {
		const { body, bodyLine } = splitFrontMatter(source);
		return { tags: readTags(body, bodyLine).tags, sections: splitSections(body, bodyLine).length, bodyLine };
	});
	if (!original || !translated) return;
	if (original.sections !== translated.sections)
		report.error(
			{ file, line: translated.bodyLine },
			`it has ${translated.sections} sections, the original ${original.sections}.`,
			'Cut it at the same “## ” headings.'
		);
	const shape = (tag: (typeof original.tags)[number]) => {
		const { title: _, alt: __, ...attributes } = tag.attributes;
		return `${tag.kind} ${tag.name} ${JSON.stringify(attributes)}`;
	};
	const other = original.tags.findIndex((tag, index) => {
		const mine = translated.tags[index];
		return !mine || shape(mine) !== shape(tag);
	});
	if (other !== -1 || translated.tags.length > original.tags.length)
		report.error(
			{ file, line: translated.tags[other]?.line ?? translated.bodyLine },
			`its components are not those of the original: ${original.tags[other]?.text ?? 'there is one too many'} is expected here.`,
			'Keep every component, in the same order, with the same ids.'
		);
}

/** Reports the first place where two entries are not built alike. True when there was one. */
function compare(
	report: ContentReport,
	original: unknown,
	said: unknown,
	place: Extract<Place, { entry: unknown }>,
	key = ''
): boolean {
	const fault = (problem: string) => {
		report.error(place, problem, 'Build it like the original; only words are translated.');
		return true;
	};
	if (Array.isArray(original)) {
		if (!Array.isArray(said) || said.length !== original.length)
			return key === 'keywords' || key === 'avoid' || key === ''
				? false
				: fault(
						`“${key}” has ${Array.isArray(said) ? said.length : 'no'} entries, the original ${original.length}.`
					);
		return original.some((entry, index) =>
			compare(report, entry, said[index], { ...place, entry: [...place.entry, index] }, key)
		);
	}
	if (original !== null && typeof original === 'object') {
		if (said === null || typeof said !== 'object') return fault(`“${key}” is not there.`);
		const [wanted, given] = [original, said].map((entry) => Object.keys(entry).sort());
		if (wanted?.join() !== given?.join())
			return fault(`it has the entries ${given?.join(', ')}; the original ${wanted?.join(', ')}.`);
		return Object.entries(original).some(([name, value]) =>
			compare(
				report,
				value,
				(said as Record<string, unknown>)[name],
				{ ...place, entry: [...place.entry, name] },
				name
			)
		);
	}
	const fixed = typeof original !== 'string' || kept.has(key);
	return fixed && original !== said
		? fault(`“${key}” is ${String(said)}, in the original ${String(original)}.`)
		: false;
}

/** Words of the district: as many help lines as there are, and a translation for every clause. */
function checkWords(report: ContentReport, { words, district, policies }: Catalogue): void {
	for (const [language, said] of Object.entries(words)) {
		const file = `translations/${language}.yaml`;
		if (said.help_lines.length !== district.help_lines.length)
			report.error(
				{ file, entry: ['help_lines'] },
				`it has ${said.help_lines.length} help lines, district.yaml ${district.help_lines.length}.`,
				'List them all, in the same order.'
			);
		const missing = Object.keys(policies[district.policy]?.clauses ?? {}).filter((id) => !said.clauses[id]);
		if (missing.length > 0)
			report.warning(
				{ file, entry: ['clauses'] },
				`clauses without a translation: ${missing.join(', ')}.`,
				'Translate them; until then only the English words are shown.'
			);
	}
}
