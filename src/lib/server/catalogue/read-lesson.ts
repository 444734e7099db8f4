import { splitFrontMatter, splitSections } from '#lib/lesson/lesson-source.ts';
import type { Exercise, Mock } from '#lib/lesson/exercise.ts';
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
	sections: { index: number; title: string; exercises: string[] }[];
	/** The whole file as published, and its hash. */
	source: string;
	hash: string;
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
			exercises: [...markdown.matchAll(/<Exercise\s+id="([^"]+)"/g)].map((match) => match[1] ?? '')
		})),
		source,
		hash: contentHash(source)
	};
}
