import { certificationTitle } from '#lib/server/catalogue/catalogue.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { askedSince } from '#lib/server/catalogue/versions.ts';
import { statusOf } from '#lib/server/certification/certification-status.ts';
import { deriveView } from '#lib/server/certification/completions.ts';
import { nothingHeld, ofPeople } from '#lib/server/certification/holdings.ts';
import { showCode } from '#lib/server/certification/certificate-code.ts';
import { now } from '#lib/server/db/clock.ts';
import type { Db } from '#lib/server/db/database.ts';
import * as evidence from '#lib/server/learning/evidence.ts';
import * as guardians from '#lib/server/people/guardians.ts';
import { assignmentsFor } from '#lib/server/requirements/assignments.ts';
import type { Locale } from '#lib/messages/compiled/runtime.js';

/**
 * What a child must take, has taken and earned, for a guardian who may see it; null for one who may not. Status and
 * dates, no answers and no scores (invariant 9). That they looked is logged where the record is opened.
 */
export async function childLearning(db: Db, guardian: string, child: guardians.Child, locale: Locale) {
	const learners = await guardians.readRecord(db, guardian, child.person);
	if (!learners) return null;
	const [own] = learners;
	const say = localDates(locale);
	const [at, asked, holdings] = await Promise.all([now(db), askedSince(db), ofPeople(db, [child.person])]);
	const roles = child.schools.map(({ name, band, since }) => ({
		role: 'student' as const,
		band,
		organisationName: name,
		since
	}));
	const held = holdings.get(child.person) ?? nothingHeld;
	const assignments = assignmentsFor(roles, held, at, asked);
	const courses = await Promise.all(
		assignments.map(async ({ course, required, dueAt, waived }) => {
			const recorded = own ? await evidence.load(db, own, course.slug) : evidence.noEvidence(at);
			const { progress, completed, status } = deriveView(course, recorded, held);
			const lessons = progress.lessons.length;
			const lessonsDone = progress.lessons.filter((lesson) => lesson.state === 'done').length;
			const overdue = dueAt !== null && dueAt <= at;
			return {
				slug: course.slug,
				title: course.title,
				required,
				state: completed ? 'done' : waived ? 'waived' : progress.started ? 'doing' : 'open',
				lessons: progress.started && !completed ? { done: lessonsDone, lessons } : null,
				through: completed && status.validUntil ? say.lastDay(status.validUntil) : null,
				doneOn: completed && !status.validUntil ? say.date(completed.at) : null,
				due: !completed && dueAt ? say.lastDay(dueAt) : null,
				overdue
			} as const;
		})
	);
	return {
		courses: courses.filter(({ required, state }) => required || state === 'done' || state === 'doing'),
		certificates: [...new Set(held.periods.map(({ certification }) => certification))].map(
			(certification) => {
				const status = statusOf(held, certification, at);
				const code = held.periods.find(({ id }) => id === status.period?.id)?.certificate ?? null;
				return {
					title: certificationTitle(certification, locale),
					state: status.state,
					through: status.validUntil && say.lastDay(status.validUntil),
					code: code && showCode(code)
				};
			}
		)
	};
}
export type ChildLearning = NonNullable<Awaited<ReturnType<typeof childLearning>>>;
