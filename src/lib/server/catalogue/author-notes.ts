import { splitFrontMatter } from '#lib/lesson/lesson-source.ts';
import { proseText, readingLevels, wordCount, type ReadingLevel } from './check/reading-level.ts';
import type { Catalogue, Course, Fact, Lesson } from './read-catalogue.ts';

/** What an author wants to know of a lesson while writing it. */
export type AuthorNotes = {
	objectives: string[];
	clauses: { id: string; words: string }[];
	facts: { id: string; fact: Fact | undefined }[];
	/** Of the prose and of the questions, where they are long enough to be judged. */
	levels: Pick<ReadingLevel, 'part' | 'grade' | 'off'>[];
	target: readonly [number, number];
	/** Words of the prose; the policy's own and those of exercises are not among them. */
	words: number;
	exercises: number;
	/** What the lesson says it takes, and what it would take at this many words a minute. */
	minutes: { said: number; needed: number; pace: number };
};

/** Reading and doing; minutes for one exercise. */
const EXERCISE_MINUTES = 1.5;

/** Words a minute by the grade that a text aims at: a rule of thumb, slower for those who begin to read. */
const paces: readonly [upToGrade: number, wordsPerMinute: number][] = [
	[2, 80],
	[5, 130],
	[8, 170],
	[Infinity, 220]
];

/** The notes on one lesson. Pure: findings of the content check come from `checkLesson`. */
export function authorNotes(catalogue: Catalogue, course: Course, lesson: Lesson): AuthorNotes {
	const words = wordCount(proseText(splitFrontMatter(lesson.source).body));
	const [, to] = course.reading_level;
	const pace = paces.find(([grade]) => to <= grade)?.[1] ?? 220;
	const clauses = catalogue.policies[catalogue.district.policy]?.clauses ?? {};
	return {
		objectives: lesson.objectives,
		clauses: lesson.clauses.map((id) => ({ id, words: clauses[id] ?? '' })),
		facts: lesson.facts.map((id) => ({ id, fact: catalogue.facts[id] })),
		levels: readingLevels(catalogue)
			.filter((level) => level.course === course.slug && level.lesson === lesson.slug)
			.map(({ part, grade, off }) => ({ part, grade, off })),
		target: course.reading_level,
		words,
		exercises: lesson.exercises.length,
		minutes: {
			said: lesson.minutes,
			needed: Math.max(1, Math.round(words / pace + EXERCISE_MINUTES * lesson.exercises.length)),
			pace
		}
	};
}
