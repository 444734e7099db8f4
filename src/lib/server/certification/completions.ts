import { sql, type Kysely } from 'kysely';
import {
	course as findCourse,
	district,
	mainPolicy,
	catalogue,
	certificationTitle
} from '#lib/server/catalogue/catalogue.ts';
import type { Course } from '#lib/server/catalogue/read-catalogue.ts';
import { byId, carried, type CourseVersion } from '#lib/server/catalogue/versions.ts';
import { now } from '#lib/server/db/clock.ts';
import type { Trx } from '#lib/server/db/database.ts';
import { endAfterMonths, endOfYear, range } from '#lib/server/db/instants.ts';
import { append } from '#lib/server/db/ledger.ts';
import { prepared } from '#lib/server/db/prepared.ts';
import type { Database, Path } from '#lib/server/db/schema.ts';
import { enter, leave } from '#lib/server/db/scope.ts';
import * as attempts from '#lib/server/learning/attempts.ts';
import * as evidence from '#lib/server/learning/evidence.ts';
import { oneAtATime } from '#lib/server/learning/learners.ts';
import type { Who } from '#lib/server/learning/lessons.ts';
import { isShort } from '#lib/server/learning/paths.ts';
import { deriveProgress, withNothingNew, type CourseProgress } from '#lib/server/learning/progress.ts';
import * as certificates from './certificates.ts';
import { asksForWholeCourse, cycleOf, renewalOpensBefore, statusOf } from './certification-status.ts';
import * as holdings from './holdings.ts';
import { renewalIsOpen, startOfNextPeriod, type CertificationStatus } from './status.ts';

export type CourseView = {
	course: Course;
	at: Date;
	progress: CourseProgress;
	held: holdings.Holdings;
	status: CertificationStatus;
	/** Certifications that must be held before this course may be begun, and are not. */
	missing: string[];
	/** For want of them nothing of this course may begin (its `requires`). A completion that stands holds nothing back. */
	heldBack: boolean;
	/** The completion that stands for this cycle, when there is one. */
	completed: holdings.Holdings['completions'][number] | null;
	renewalOpen: boolean;
};

/** Where a learner stands in a course: progress of the running cycle, and what it has earned. Null for an unknown course. */
export async function courseView(
	db: Kysely<Database>,
	learner: string,
	slug: string
): Promise<CourseView | null> {
	const course = findCourse(slug);
	if (!course) return null;
	const [row] = await readView(db, learner, slug);
	if (!row) throw new Error('the database answered nothing');
	return deriveView(course, evidence.evidenceOf(row.recorded), holdings.holdingsOf(row.held));
}

// Asked for by every page of a lesson: one way to the database and back for all of it.
const readView = prepared<{ recorded: evidence.RecordedJson; held: holdings.HeldJson }>(`
	select ${evidence.recorded} as recorded, ${holdings.heldBy('whose.learners')} as held
	from ${evidence.whoseEvidence('$1', '$2')} whose
`);

export function deriveView(
	course: Course,
	recorded: evidence.CourseEvidence,
	held: holdings.Holdings
): CourseView {
	const at = recorded.now;
	const status = statusOf(held, course.certification, at);
	const cycle = cycleOf(held, course, recorded, at);
	const whole = asksForWholeCourse(held, course.certification, at);
	const policyVersion = course.acknowledges ? mainPolicy().version : null;
	const progress = deriveProgress(course, recorded, cycle, policyVersion, { whole });
	const missing = missingFor(course, held, at, whole);
	const completed =
		held.completions.find(
			(entry) => entry.course === course.slug && entry.cycle === cycle && !entry.annulled
		) ?? null;
	const heldBack = missing.length > 0 && !completed;
	return {
		course,
		at,
		progress: heldBack ? withNothingNew(progress) : progress,
		held,
		status,
		missing,
		heldBack,
		completed,
		renewalOpen: renewalIsOpen(status, at, renewalOpensBefore(course))
	};
}

/** What must be held before a course is begun. A refresher gives back nothing that was revoked: it waits for that too. */
function missingFor(course: Course, held: holdings.Holdings, at: Date, whole: boolean): string[] {
	const missing = course.requires
		.filter(({ certification, grace }) => {
			const { state } = statusOf(held, certification, at);
			return state !== 'valid' && !(grace && state === 'in_grace');
		})
		.map(({ certification }) => certification);
	const waits = whole && isShort(course.path) && !missing.includes(course.certification);
	return waits ? [...missing, course.certification] : missing;
}

/** The view to decide by: read once nobody else can decide in this course for this learner, until the transaction ends. */
export async function viewAlone(trx: Trx, learner: string, course: Course): Promise<CourseView> {
	await oneAtATime(trx, learner, course.slug);
	const recorded = await evidence.load(trx, learner, course.slug);
	return deriveView(course, recorded, await holdings.ofLearner(trx, learner));
}

/**
 * Records a completion, its period and its certificate as soon as everything that the course's path asks for is
 * there, and only then (invariant 2). Called after each step that could be the last one; calling it once too often
 * does nothing. Gives the code of the certificate when one was issued.
 */
export async function settle(
	trx: Trx,
	who: Who,
	slug: string
): Promise<{ completed: boolean; certificate: string | null }> {
	const course = findCourse(slug);
	if (!course) return { completed: false, certificate: null };
	const view = await viewAlone(trx, who.learner, course);
	if (view.completed || !view.progress.complete) return { completed: false, certificate: null };
	const way = await wayTaken(trx, who, course, view.progress);
	const { version } = way;
	const rules = await trx
		.selectFrom('rule_set')
		.select('id')
		.where('hash', '=', catalogue().ruleHash)
		.executeTakeFirstOrThrow();
	const completedAt = await now(trx);
	const completion = await trx
		.insertInto('completion')
		.values({
			learner: who.learner,
			course: slug,
			course_version: version.id,
			content_hash: version.hash,
			cycle: view.progress.cycle,
			path: way.path,
			language: way.language,
			pass_mark: way.passMark,
			rule_set: rules.id,
			assurance: who.assurance,
			attempt: way.attempt,
			completed_at: completedAt
		})
		.returning('id')
		.executeTakeFirstOrThrow();
	await append(trx, {
		kind: 'course.completed',
		learner: who.learner,
		subject: completion.id,
		detail: { course: slug, version: version.version, cycle: view.progress.cycle }
	});
	return {
		completed: true,
		certificate: await grantPeriod(trx, who, course, version.id, completion.id, completedAt, view.status)
	};
}

type Way = {
	version: CourseVersion;
	path: Path;
	language: string;
	passMark: number;
	attempt: string | null;
};

/** How a complete course was taken: by a passed attempt, or led by a teacher throughout. */
async function wayTaken(trx: Trx, who: Who, course: Course, { quiz }: CourseProgress): Promise<Way> {
	if (quiz.state === 'led')
		return {
			version: await carried(trx, course),
			path: 'teacher-led',
			language: who.language,
			passMark: course.quiz.pass_mark,
			attempt: null
		};
	if (quiz.state !== 'passed') throw new Error(`course ${course.slug} is not complete`);
	const attempt = await attempts.find(trx, who.learner, quiz.attempt);
	if (!attempt) throw new Error(`the passed attempt of course ${course.slug} is gone`);
	const { path, language, passMark } = attempt;
	return { version: await byId(trx, attempt.courseVersion), path, language, passMark, attempt: attempt.id };
}

async function grantPeriod(
	trx: Trx,
	who: Who,
	course: Course,
	courseVersion: string,
	completion: string,
	completedAt: Date,
	before: CertificationStatus
): Promise<string | null> {
	const from = startOfNextPeriod(before, completedAt);
	const end = endOfValidity(course.valid_months, from);
	const until = earlier(end?.until ?? null, await startOfLaterPeriod(trx, who, course.certification, from));
	const period = await trx
		.insertInto('period')
		.values({
			learner: who.learner,
			certification: course.certification,
			completion,
			during: range(from, until),
			completed_at: completedAt
		})
		.returning('id')
		.executeTakeFirstOrThrow();
	await append(trx, {
		kind: 'certification.granted',
		learner: who.learner,
		subject: period.id,
		detail: { certification: course.certification }
	});
	return issueFor(trx, period.id, who.learner);
}

/**
 * The start of a period that this learner holds for later: there is one where it was earned to follow what another
 * record of the same person held, and the two were taken apart again. The new period lasts until then.
 */
async function startOfLaterPeriod(
	trx: Trx,
	{ learner }: Who,
	certification: string,
	from: Date
): Promise<Date | null> {
	const row = await trx
		.selectFrom('period_current')
		.select(sql<Date | null>`min(lower(during))`.as('start'))
		.where('learner', '=', learner)
		.where('certification', '=', certification)
		.where(sql<boolean>`lower(during) > ${from.toISOString()}::timestamptz`)
		.executeTakeFirst();
	return row?.start ?? null;
}

function earlier(one: Date | null, other: Date | null): Date | null {
	if (one === null || other === null) return one ?? other;
	return one < other ? one : other;
}

/** Until when a certification earned by this course holds, from its start; null when it has no end. */
function endOfValidity(
	validity: Course['valid_months'],
	from: Date
): { until: Date; through: string } | null {
	const { time_zone: zone, school_year: year } = district();
	if (validity === null) return null;
	return validity === 'school-year' ? endOfYear(from, year.ends, zone) : endAfterMonths(from, validity, zone);
}

/**
 * Issues the certificate of a period to the person whose learner earned it; a visitor gets theirs when the sign-in
 * is made. Null when there is nobody to name yet.
 */
export async function issueFor(trx: Trx, periodId: string, learner: string): Promise<string | null> {
	await enter(trx, { kind: 'system', purpose: 'certificate' });
	const row = await trx
		.selectFrom('period as p')
		.innerJoin('completion as c', 'c.id', 'p.completion')
		.innerJoin('learner_person as lp', 'lp.learner', 'p.learner')
		.innerJoin('person_identity as i', 'i.person', 'lp.person')
		.select([
			'p.certification',
			'c.course',
			'c.course_version',
			'c.language',
			'i.given_name',
			'i.family_name',
			sql<Date>`lower(p.during)`.as('from'),
			sql<Date | null>`upper(p.during)`.as('until')
		])
		.where('p.id', '=', periodId)
		.executeTakeFirst();
	if (!row) {
		await leave(trx);
		return null;
	}
	const version = await byId(trx, row.course_version);
	const issued = await certificates.issue(trx, {
		period: periodId,
		learner,
		course: row.course,
		courseVersion: row.course_version,
		certification: row.certification,
		audience: version.body.audience,
		title: certificationTitle(row.certification),
		language: row.language,
		validFrom: row.from,
		validUntil: row.until,
		validThrough: row.until === null ? null : lastDayBefore(row.until),
		holder: { givenName: row.given_name, familyName: row.family_name }
	});
	await leave(trx);
	return issued.code;
}

// Periods end at a local midnight, so the day before that instant is the last valid one.
function lastDayBefore(until: Date): string {
	const zone = district().time_zone;
	return new Intl.DateTimeFormat('en-CA', {
		timeZone: zone,
		year: 'numeric',
		month: '2-digit',
		day: '2-digit'
	}).format(new Date(until.getTime() - 1));
}
