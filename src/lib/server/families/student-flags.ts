import type { PersonActor } from '#lib/server/auth/actor.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { now } from '#lib/server/db/clock.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { civilDate, range } from '#lib/server/db/instants.ts';
import { append } from '#lib/server/db/ledger.ts';
import { unlessRefused } from '#lib/server/db/refusal.ts';
import type { FlagBasis, StudentFlag } from '#lib/server/db/schema.ts';
import { inOffice, type OfficeRefusal } from '#lib/server/people/family-office.ts';
import { Temporal } from 'temporal-polyfill';
import { learnerOf } from './learner-of.ts';

export const studentFlags = [
	'student-signs-too',
	'student-signs-alone'
] as const satisfies readonly StudentFlag[];

export type FlagResult = { ok: true } | OfficeRefusal | { ok: false; reason: 'not-a-date' | 'ends-first' };

/**
 * Sets a flag of a student in place of a birth date, from a day on and, where wanted, through another; days are civil
 * dates of the district. What was said of this flag before no longer counts.
 */
export async function setFlag(
	db: Db,
	actor: PersonActor,
	student: string,
	flag: StudentFlag,
	{ from, through, basis }: { from: string; through: string | null; basis: FlagBasis }
): Promise<FlagResult> {
	const begins = midnightOf(from);
	const ends = through === null ? null : midnightOf(through, 1);
	if (!begins || (through !== null && !ends)) return { ok: false, reason: 'not-a-date' };
	if (ends && ends <= begins) return { ok: false, reason: 'ends-first' };
	return write(db, actor, student, flag, range(begins, ends), basis, { from, through });
}

/** Takes a flag away, from now on. */
export async function clearFlag(
	db: Db,
	actor: PersonActor,
	student: string,
	flag: StudentFlag,
	basis: FlagBasis
): Promise<FlagResult> {
	return write(db, actor, student, flag, 'empty', basis, { from: null, through: null });
}

async function write(
	db: Db,
	actor: PersonActor,
	student: string,
	flag: StudentFlag,
	during: string,
	basis: FlagBasis,
	days: { from: string | null; through: string | null }
): Promise<FlagResult> {
	const tried = () => inOffice<FlagResult>(db, actor, student, written);
	return unlessRefused<FlagResult>('WP031', { ok: false, reason: 'not-found' }, tried);

	async function written(trx: Trx): Promise<FlagResult> {
		const learner = await learnerOf(trx, student);
		await trx
			.insertInto('student_flag')
			.values({ learner, flag, during, basis, set_by: actor.person })
			.execute();
		await append(trx, {
			kind: days.from === null ? 'student-flag.cleared' : 'student-flag.set',
			actor: actor.person,
			learner,
			subject: student,
			detail: { flag, basis, ...days }
		});
		return { ok: true };
	}
}

/** Today as a civil date of the district. */
export async function today(db: Db): Promise<string> {
	return civilDate(await now(db), district().time_zone);
}

/** The local midnight with which a civil date begins, `days` later; null when there is no such day. */
function midnightOf(date: string, days = 0): Date | null {
	if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return null;
	try {
		const day = Temporal.PlainDate.from(date).add({ days });
		return new Date(day.toZonedDateTime({ timeZone: district().time_zone }).epochMilliseconds);
	} catch {
		return null;
	}
}
