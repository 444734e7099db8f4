import { splitFrontMatter, splitSections } from '#lib/lesson/lesson-source.ts';
import type { Exercise, Mock, Scene } from '#lib/lesson/exercise.ts';
import { checked } from './checked.ts';
import { ContentError, readText } from './content-files.ts';
import * as schema from './content-schema.ts';
import { contentHash } from './hash.ts';

export type Lesson = {
	slug: string;
	number: number;
	file: string;
	title: string;
	summary: string;
	objectives: string[];
	clauses: string[];
	facts: string[];
	minutes: number;
	exercises: Exercise[];
	mocks: Record<string, Mock>;
	sections: LessonSection[];
	/** The whole file as published, and its hash. */
	source: string;
	hash: string;
};

/** One screen of a lesson, with the ids of the exercises and mocks and the scenes that stand in it. */
export type LessonSection = {
	index: number;
	title: string;
	exercises: string[];
	mocks: string[];
	scenes: Scene[];
};

/** The names of a folder's lesson files, in their order. */
export const isLessonFile = (name: string) => /^\d\d-.+\.md$/.test(name);

/** Reads a lesson file, `01-<slug>.md`. */
export function readLesson(root: string, folder: string, name: string): Lesson {
	const file = `${folder}/${name}`;
	const source = readText(root, file);
	const { frontMatter, body, bodyLine } = splitFrontMatter(source);
	if (!frontMatter)
		throw new ContentError(
			file,
			1,
			'the lesson has no front matter.',
			'Begin the file with --- and its title.'
		);
	const matter = checked(schema.lessonFrontMatter, frontMatter, file, 2);
	const sections = splitSections(body, bodyLine);
	if (sections.length === 0 || !/^\s*## /.test(body))
		throw new ContentError(
			file,
			bodyLine,
			'the lesson does not begin with a “## ” heading.',
			'Each section of a lesson has one.'
		);
	return {
		slug: name.replace(/^\d+-/, '').replace(/\.md$/, ''),
		number: Number(name.slice(0, 2)),
		file,
		...matter,
		sections: sections.map(({ index, title, markdown }) => ({
			index,
			title,
			exercises: named(markdown, 'Exercise', 'id'),
			mocks: named(markdown, 'Mock', 'id'),
			// The content check tells of a scene that there is not.
			scenes: named(markdown, 'Scene', 'name') as Scene[]
		})),
		source,
		hash: contentHash(source)
	};
}

/** The values of an attribute on all tags of a component. */
function named(markdown: string, component: string, attribute: string): string[] {
	const tags = markdown.matchAll(new RegExp(`<${component}\\b[^>]*\\b${attribute}="([^"]+)"`, 'g'));
	return [...tags].map((tag) => tag[1] ?? '');
}
