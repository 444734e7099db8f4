import type { Answer } from '#lib/quiz/item.ts';
import { course as findCourse } from '#lib/server/catalogue/catalogue.ts';
import type { Course } from '#lib/server/catalogue/read-catalogue.ts';
import { carried } from '#lib/server/catalogue/versions.ts';
import { openDatabase, type Db } from '#lib/server/db/database.ts';
import { rightAnswer } from '#lib/server/demo/take-course.ts';
import * as attempts from '#lib/server/learning/attempts.ts';
import { inTurn, summed, type Measured } from './rounds.ts';

const COURSE = 'staff-initial';
const ATTEMPTS = 100;
const AT_ONCE = 16;
const SAVES = 2_000;
const ROUNDS = 7;

type Save = { attempt: attempts.Attempt; item: string; answer: Answer };

/**
 * Saving an answer as the quiz does, 16 at a time, against the one statement that it comes down to: an insert of
 * ready values, with the table's own check that the attempt is open. Through the same pool.
 */
export async function benchAnswers(databaseUrl: string): Promise<Measured> {
	const { db, pool } = openDatabase(databaseUrl);
	try {
		const saves = await openAttempts(db);
		// Each save has a revision of its own, higher than the one before it of the same item.
		let rev = 0;
		const next = (): [Save, number] => {
			rev++;
			const save = saves[rev % saves.length];
			if (!save) throw new Error('there is nothing to save');
			return [save, rev];
		};
		const rates = await inTurn(
			ROUNDS,
			() =>
				savesPerSecond(async () => {
					const [{ attempt, item, answer }, number] = next();
					const saved = await attempts.saveAnswer(db, attempt, item, answer, number);
					if (!saved.ok) throw new Error(`an answer was refused: ${saved.reason}`);
				}),
			() =>
				savesPerSecond(async () => {
					const [{ attempt, item, answer }, number] = next();
					await pool.query({
						name: 'bare-save',
						text: 'insert into attempt_step (attempt, item, rev, answer) values ($1, $2, $3, $4)',
						values: [attempt.id, item, number, JSON.stringify(answer)]
					});
				})
		);
		return summed('saving an answer', 'answers/s', rates, 1 / 2);
	} finally {
		await db.destroy();
	}
}

async function savesPerSecond(save: () => Promise<void>): Promise<number> {
	let left = SAVES;
	const begun = performance.now();
	await Promise.all(
		Array.from({ length: AT_ONCE }, async () => {
			while (left-- > 0) await save();
		})
	);
	return (SAVES / (performance.now() - begun)) * 1000;
}

/** Open attempts of as many new learners, and the right answer to each of their items. */
async function openAttempts(db: Db): Promise<Save[]> {
	const course = findCourse(COURSE);
	if (!course) throw new Error(`no course ${COURSE}`);
	const made = await Promise.all(Array.from({ length: ATTEMPTS }, () => openAttempt(db, course)));
	// Neighbours in the list are of different attempts: nobody answers two questions at the same moment.
	return course.items.flatMap((_, index) =>
		made.map((attempt) => {
			const draw = attempt.draw[index];
			const item = course.items.find(({ id }) => id === draw?.item);
			if (!draw || !item) throw new Error('an attempt draws what the course does not have');
			return { attempt, item: item.id, answer: rightAnswer(item, draw) };
		})
	);
}

async function openAttempt(db: Db, course: Course): Promise<attempts.Attempt> {
	return db.transaction().execute(async (trx) => {
		const version = await carried(trx, course);
		const { id: learner } = await trx
			.insertInto('learner')
			.values({ kind: 'visitor' })
			.returning('id')
			.executeTakeFirstOrThrow();
		const { id, expires_at } = await trx
			.insertInto('attempt')
			.values({
				learner,
				course: course.slug,
				course_version: version.id,
				cycle: 1,
				number: 1,
				path: course.path,
				language: 'en',
				draw: JSON.stringify(attempts.drawAttempt(course.items, [])),
				pass_mark: course.quiz.pass_mark,
				assurance: 'visitor',
				expires_at: new Date(Date.now() + 86_400_000)
			})
			.returning(['id', 'expires_at'])
			.executeTakeFirstOrThrow();
		await trx
			.insertInto('attempt_open')
			.values({ attempt: id, learner, course: course.slug, expires_at })
			.execute();
		const attempt = await attempts.find(trx, learner, id);
		if (!attempt) throw new Error('the attempt was not kept');
		return attempt;
	});
}
