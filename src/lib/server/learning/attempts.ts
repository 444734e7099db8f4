import { randomInt } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { Answer, Item, ItemDraw } from '#lib/quiz/item.ts';
import {
	feedbackAfterFail,
	feedbackAfterPass,
	grade,
	gradeAttempt,
	type AttemptResult
} from '#lib/quiz/grade.ts';
import { drawItem, isComplete, showItem } from '#lib/quiz/present.ts';
import { course as findCourse } from '#lib/server/catalogue/catalogue.ts';
import { majorOf, type Course } from '#lib/server/catalogue/read-catalogue.ts';
import { byId, carried, carriedTranslation, translationById } from '#lib/server/catalogue/versions.ts';
import type { Trx } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import { prepared } from '#lib/server/db/prepared.ts';
import type { Database, Path } from '#lib/server/db/schema.ts';
import { oneAtATime } from './learners.ts';
import type { Who } from './lessons.ts';
import type { CourseProgress } from './progress.ts';

export type Attempt = {
	id: string;
	learner: string;
	course: string;
	courseVersion: string;
	cycle: number;
	number: number;
	path: Path;
	language: string;
	/** The translation that its questions are read in; null for English. */
	translation: string | null;
	passMark: number;
	draw: ItemDraw[];
};
export type Answers = Record<string, { rev: number; answer: Answer }>;
type Db = Kysely<Database>;

// A draw never changes once made, so an answer can be checked against it without reading it again.
const drawn = new Map<string, Attempt>();
const drawnLimit = 5_000;

/** An attempt of this learner; another learner's looks like one that does not exist. */
export async function find(db: Db, learner: string, id: string): Promise<Attempt | null> {
	if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return null;
	const known = drawn.get(id);
	if (known) return known.learner === learner ? known : null;
	const row = await db
		.selectFrom('attempt')
		.select([
			'id',
			'learner',
			'course',
			'course_version as courseVersion',
			'cycle',
			'number',
			'path',
			'language',
			'translation',
			'pass_mark as passMark',
			'draw'
		])
		.where('id', '=', id)
		.where('learner', '=', learner)
		.executeTakeFirst();
	if (!row) return null;
	const attempt = { ...row, path: row.path as Path, draw: row.draw as ItemDraw[] };
	if (drawn.size >= drawnLimit) drawn.delete(drawn.keys().next().value ?? '');
	drawn.set(id, attempt);
	return attempt;
}

/**
 * Starts an attempt, or gives the open one: two starts at once make one attempt (unique on learner and course).
 * Variants seen least come first; the order of options is drawn anew. `testOut`: without the lessons, by the course's
 * higher mark, where that is open. `progress` is read once nobody else can write in this course (steps.ts, in
 * certification): by what was read earlier, a late second start would skip the cool-down.
 */
export async function start(
	trx: Trx,
	who: Who,
	course: Course,
	progress: CourseProgress,
	{ testOut = false }: { testOut?: boolean } = {}
): Promise<{ ok: true; attempt: string } | { ok: false; reason: CourseProgress['quiz']['state'] }> {
	await oneAtATime(trx, who.learner, course.slug);
	if (progress.openAttemptRanOut) await expireOpen(trx, who.learner, course.slug);
	const running = await trx
		.selectFrom('attempt_open')
		.select('attempt')
		.where('learner', '=', who.learner)
		.where('course', '=', course.slug)
		.executeTakeFirst();
	if (running) return { ok: true, attempt: running.attempt };
	const way = wayOf(course, progress, testOut);
	if (!way) return { ok: false, reason: progress.quiz.state };

	const version = await carried(trx, course);
	const earlier = await trx
		.selectFrom('attempt')
		.select(['cycle', 'draw'])
		.where('learner', '=', who.learner)
		.where('course', '=', course.slug)
		.execute();
	const draw = drawAttempt(
		course.items,
		earlier.flatMap((entry) => entry.draw as ItemDraw[])
	);
	const number = earlier.filter((entry) => entry.cycle === progress.cycle).length + 1;
	const attempt = await trx
		.insertInto('attempt')
		.values({
			learner: who.learner,
			course: course.slug,
			course_version: version.id,
			cycle: progress.cycle,
			number,
			path: way.path,
			language: who.language,
			translation: await carriedTranslation(trx, version, who.language),
			draw: JSON.stringify(draw),
			pass_mark: way.passMark,
			assurance: who.assurance,
			expires_at: sql`waypost_now() + make_interval(days => ${course.quiz.open_days})`
		})
		.returning(['id', 'expires_at'])
		.executeTakeFirstOrThrow();
	await trx
		.insertInto('attempt_open')
		.values({
			attempt: attempt.id,
			learner: who.learner,
			course: course.slug,
			expires_at: attempt.expires_at
		})
		.execute();
	await append(trx, {
		kind: 'attempt.started',
		learner: who.learner,
		subject: attempt.id,
		detail: { course: course.slug, number }
	});
	return { ok: true, attempt: attempt.id };
}

/** By which path and mark an attempt may begin now; null when it may not. */
function wayOf(
	course: Course,
	progress: CourseProgress,
	testOut: boolean
): { path: Path; passMark: number } | null {
	if (testOut) return progress.testOut && { path: 'test-out', passMark: progress.testOut.passMark };
	if (progress.quiz.state !== 'open') return null;
	return { path: progress.path, passMark: course.quiz.pass_mark };
}

/** Draws a variant of each item, those seen least first, and shuffles the items' order and their options. */
export function drawAttempt(
	items: Item[],
	seen: ItemDraw[],
	random: () => number = cryptoRandom
): ItemDraw[] {
	const draws = items.map((item) => {
		const times = item.variants.map(
			(_, variant) => seen.filter((entry) => entry.item === item.id && entry.variant === variant).length
		);
		const fewest = Math.min(...times);
		const candidates = times.flatMap((count, variant) => (count === fewest ? [variant] : []));
		return drawItem(item, candidates[Math.floor(random() * candidates.length)] ?? 0, random);
	});
	for (let last = draws.length - 1; last > 0; last--) {
		const other = Math.floor(random() * (last + 1));
		[draws[last], draws[other]] = [draws[other] as ItemDraw, draws[last] as ItemDraw];
	}
	return draws;
}

const cryptoRandom = () => randomInt(0, 2 ** 32) / 2 ** 32;

async function expireOpen(trx: Trx, learner: string, course: string): Promise<void> {
	const open = await trx
		.deleteFrom('attempt_open')
		.where('learner', '=', learner)
		.where('course', '=', course)
		.returning('attempt')
		.executeTakeFirst();
	if (!open) return;
	const attempt = await find(trx, learner, open.attempt);
	if (attempt) await record(trx, attempt, 'expired', await answers(trx, attempt.id));
}

/** The latest answer to each item of an attempt. */
export async function answers(db: Db, attempt: string): Promise<Answers> {
	const rows = await db
		.selectFrom('attempt_step')
		.distinctOn('item')
		.select(['item', 'rev', 'answer'])
		.where('attempt', '=', attempt)
		.orderBy('item')
		.orderBy('rev', 'desc')
		.execute();
	return Object.fromEntries(rows.map((row) => [row.item, { rev: row.rev, answer: row.answer as Answer }]));
}

/** The number of the first question that has no whole answer yet, where one goes on; null when each has one. */
export async function firstUnanswered(db: Db, attempt: Attempt): Promise<number | null> {
	const [first] = await unansweredOf(db, attempt, await answers(db, attempt.id));
	return first === undefined ? null : attempt.draw.findIndex(({ item }) => item === first) + 1;
}

/** The items that have no whole answer, in the order in which they are asked. */
async function unansweredOf(db: Db, attempt: Attempt, given: Answers): Promise<string[]> {
	const { items } = (await byId(db, attempt.courseVersion)).body;
	return attempt.draw
		.filter(
			(draw) => !isComplete(showItem(itemOf(items, attempt, draw), draw), given[draw.item]?.answer ?? null)
		)
		.map((draw) => draw.item);
}

export type SaveOutcome = { ok: true; rev: number } | { ok: false; reason: 'closed' | 'stale' | 'unfit' };

/**
 * Saves one answer as it is given. `rev` counts the saves of this item; one that is not newer than what is stored
 * is refused as stale (a late autosave), and 'next' takes the next number (a form handed in). In one statement.
 */
export async function saveAnswer(
	db: Db,
	attempt: Attempt,
	itemId: string,
	answer: Answer,
	rev: number | 'next'
): Promise<SaveOutcome> {
	const version = await byId(db, attempt.courseVersion);
	const draw = attempt.draw.find((entry) => entry.item === itemId);
	const item = version.body.items.find((entry) => entry.id === itemId);
	if (!draw || !item || !fits(item, draw, answer)) return { ok: false, reason: 'unfit' };
	try {
		const [saved] = await insertStep(
			db,
			attempt.id,
			itemId,
			JSON.stringify(answer),
			rev === 'next' ? null : rev
		);
		return saved ? { ok: true, rev: saved.rev } : { ok: false, reason: 'stale' };
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'WP002')
			return { ok: false, reason: 'closed' };
		throw error;
	}
}

const insertStep = prepared<{ rev: number }>(`
	insert into attempt_step (attempt, item, rev, answer)
	select $1, $2, next.rev, $3::jsonb
	from (
		select coalesce(max(rev), 0) as latest, coalesce($4::int, coalesce(max(rev), 0) + 1) as rev
		from attempt_step where attempt = $1 and item = $2
	) as next
	where next.rev > next.latest
	on conflict do nothing
	returning rev
`);

/** Whether an answer has the shape of its item: chosen places that exist, groups that exist. It may be partial. */
function fits(item: Item, draw: ItemDraw, answer: Answer): boolean {
	const shown = showItem(item, draw);
	const place = (value: unknown) =>
		Number.isInteger(value) && (value as number) >= 0 && (value as number) < shown.options.length;
	if (item.type === 'ordering')
		return (
			'sequence' in answer &&
			Array.isArray(answer.sequence) &&
			answer.sequence.length === shown.options.length &&
			answer.sequence.every((entry) => entry === -1 || place(entry))
		);
	if (item.type === 'sorting')
		return (
			'groups' in answer &&
			Array.isArray(answer.groups) &&
			answer.groups.length === shown.options.length &&
			answer.groups.every(
				(entry) => entry === null || (shown.groups ?? []).some((group) => group.id === entry)
			)
		);
	return (
		'choices' in answer &&
		Array.isArray(answer.choices) &&
		answer.choices.every(place) &&
		new Set(answer.choices).size === answer.choices.length
	);
}

/** The items of an attempt in drawn order, as the browser may see them (no keys, invariant 1). */
export async function show(db: Db, attempt: Attempt) {
	const items = await itemsRead(db, attempt);
	return attempt.draw.map((draw) => showItem(itemOf(items, attempt, draw), draw));
}

/** The items in the words that the learner reads. Keys are the same in every language; grading uses the course's own. */
async function itemsRead(db: Db, attempt: Attempt): Promise<Item[]> {
	return attempt.translation === null
		? (await byId(db, attempt.courseVersion)).body.items
		: (await translationById(db, attempt.translation)).body.items;
}

function itemOf(items: Item[], { course }: Pick<Attempt, 'course'>, draw: ItemDraw): Item {
	const item = items.find((entry) => entry.id === draw.item);
	if (!item)
		throw new Error(`an attempt draws item ${draw.item}, which its edition of ${course} does not have`);
	return item;
}

type Graded = {
	right: Record<string, boolean>;
	missedCritical: string[];
	lessonsAskedFor: string[];
	lessonsToReview: string[];
};
export type Result = {
	outcome: 'submitted' | 'abandoned' | 'expired';
	passed: boolean;
	score: number;
	total: number;
	graded: Graded;
	at: Date;
};

/** The recorded result of an attempt, or null while it is open. */
export async function result(db: Db, attempt: string): Promise<Result | null> {
	const row = await db
		.selectFrom('attempt_result')
		.select(['outcome', 'passed', 'score', 'total', 'graded', 'recorded_at as at'])
		.where('attempt', '=', attempt)
		.executeTakeFirst();
	return row ? { ...row, graded: row.graded as Graded } : null;
}

/**
 * Hands an attempt in. However often and however parallel it is called, the first result stands and is given.
 * Refused with the unanswered items when there are any; nothing is lost then.
 */
export async function submit(
	trx: Trx,
	attempt: Attempt
): Promise<
	| { ok: true; result: Result }
	| { ok: false; reason: 'unanswered'; items: string[] }
	| { ok: false; reason: 'closed' }
> {
	await oneAtATime(trx, attempt.learner, attempt.course);
	const open = await trx
		.selectFrom('attempt_open')
		.select(['attempt', sql<boolean>`expires_at <= waypost_now()`.as('ran_out')])
		.where('attempt', '=', attempt.id)
		.forUpdate()
		.executeTakeFirst();
	if (!open) {
		const first = await result(trx, attempt.id);
		return first ? { ok: true, result: first } : { ok: false, reason: 'closed' };
	}
	if (open.ran_out || (await isOutdated(trx, attempt))) {
		await expireOpen(trx, attempt.learner, attempt.course);
		return { ok: false, reason: 'closed' };
	}
	const given = await answers(trx, attempt.id);
	const unanswered = await unansweredOf(trx, attempt, given);
	if (unanswered.length > 0) return { ok: false, reason: 'unanswered', items: unanswered };
	await record(trx, attempt, 'submitted', given);
	await trx.deleteFrom('attempt_open').where('attempt', '=', attempt.id).execute();
	const recorded = await result(trx, attempt.id);
	if (!recorded) throw new Error('the result was not recorded');
	await append(trx, {
		kind: 'attempt.submitted',
		learner: attempt.learner,
		subject: attempt.id,
		detail: { course: attempt.course, number: attempt.number, passed: recorded.passed }
	});
	return { ok: true, result: recorded };
}

/** Whether a new major version of the course was published since the attempt was begun: its questions ask about the old. */
async function isOutdated(db: Db, attempt: Attempt): Promise<boolean> {
	const current = findCourse(attempt.course);
	const taken = await byId(db, attempt.courseVersion);
	return current !== undefined && majorOf(taken.ordinal) < majorOf(current.ordinal);
}

async function record(trx: Trx, attempt: Attempt, outcome: Result['outcome'], given: Answers): Promise<void> {
	const version = await byId(trx, attempt.courseVersion);
	const items = attempt.draw.map((draw) => itemOf(version.body.items, attempt, draw));
	const byItem = Object.fromEntries(Object.entries(given).map(([item, entry]) => [item, entry.answer]));
	const outcomeOf: AttemptResult = gradeAttempt(items, attempt.draw, byItem, {
		passMarkPercent: attempt.passMark
	});
	const missed = new Set(outcomeOf.missedCritical);
	const graded: Graded = {
		right: Object.fromEntries(
			attempt.draw.map((draw, index) => [
				draw.item,
				grade(items[index] as Item, draw, byItem[draw.item] ?? null)
			])
		),
		missedCritical: outcomeOf.missedCritical,
		lessonsAskedFor: [...new Set(items.filter((item) => missed.has(item.id)).map((item) => item.lesson))],
		lessonsToReview: outcomeOf.lessonsToReview
	};
	await trx
		.insertInto('attempt_result')
		.values({
			attempt: attempt.id,
			learner: attempt.learner,
			course_version: attempt.courseVersion,
			cycle: attempt.cycle,
			outcome,
			score: outcomeOf.score,
			total: outcomeOf.total,
			critical_missed: outcomeOf.missedCritical.length,
			pass_mark: attempt.passMark,
			graded: JSON.stringify(graded)
		})
		.execute();
}

/**
 * What the learner may read of a handed-in attempt: after a fail, right or wrong and the feedback on what was
 * chosen; after a pass, everything (invariant 1).
 */
export async function review(db: Db, attempt: Attempt, outcome: Result) {
	const items = await itemsRead(db, attempt);
	const given = await answers(db, attempt.id);
	return attempt.draw.map((draw) => {
		const item = itemOf(items, attempt, draw);
		const answer = given[draw.item]?.answer ?? null;
		const shown = showItem(item, draw);
		const base = {
			id: item.id,
			type: item.type,
			stem: shown.stem,
			mock: shown.mock,
			scene: shown.scene,
			alt: shown.alt,
			right: outcome.graded.right[item.id] ?? false,
			critical: item.critical ?? false,
			lesson: item.lesson
		};
		return outcome.passed
			? { ...base, ...feedbackAfterPass(item, draw, answer) }
			: { ...base, feedback: feedbackAfterFail(item, draw, answer) };
	});
}
