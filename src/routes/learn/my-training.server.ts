import type { PersonActor } from '#lib/server/auth/actor.ts';
import { certificationTitle, district, gate as findGate } from '#lib/server/catalogue/catalogue.ts';
import { localDates, type LocalDates } from '#lib/server/catalogue/local-dates.ts';
import { deriveView, type CourseView } from '#lib/server/certification/completions.ts';
import { askedSince } from '#lib/server/catalogue/versions.ts';
import { viewInLanguage, type CourseInLanguage } from '#lib/server/certification/view-in-language.ts';
import { ofLearner } from '#lib/server/certification/holdings.ts';
import { statusOf } from '#lib/server/certification/certification-status.ts';
import { renewalIsOpen } from '#lib/server/certification/status.ts';
import { now } from '#lib/server/db/clock.ts';
import type { Db } from '#lib/server/db/database.ts';
import type { Locale } from '#lib/messages/compiled/runtime.js';
import { explain } from '#lib/server/gate/explain.ts';
import { check } from '#lib/server/gate/gate.ts';
import { ofStudent } from '#lib/server/families/permissions.ts';
import * as evidence from '#lib/server/learning/evidence.ts';
import { awaiting } from '#lib/server/register/awaiting.ts';
import { stillTheirs } from '#lib/server/requirements/audience.ts';
import { assignmentsFor, type Assignment } from '#lib/server/requirements/assignments.ts';
import { nextStep, type NextStep } from '#lib/server/requirements/next-step.ts';
import { courseOverview } from './course-overview.server.ts';

const registrationGate = 'register-classroom-account';

/** One page: what is required, why, by when, the one next step, what is held, and what the gate would say. */
export async function myTraining(db: Db, actor: PersonActor, locale: Locale) {
	const say = localDates(locale);
	const [held, at, asked, underWay, waits] = await Promise.all([
		ofLearner(db, actor.learner),
		now(db),
		askedSince(db),
		evidence.coursesUnderWay(db, actor.learner),
		awaiting(db, actor)
	]);
	const assignments = assignmentsFor(actor.affiliations, held, at, asked, stillTheirs(actor, underWay));
	const views = await Promise.all(
		assignments.map(async (assignment) => {
			const recorded = await evidence.load(db, actor.learner, assignment.course.slug);
			const view = viewInLanguage(deriveView(assignment.course, recorded, held), locale);
			return { assignment, view, next: nextStep(view, say) };
		})
	);
	const current =
		views.find(needsDoing) ?? views.find(({ view }) => view.progress.started && !view.completed);
	return {
		givenName: actor.givenName,
		awaiting: waits,
		current: current ? { ...courseCard(current, say), overview: courseOverview(current.view, say) } : null,
		others: views.filter((entry) => entry !== current).map((entry) => courseCard(entry, say)),
		held: [...new Set(held.periods.map((period) => period.certification))].map((certification) => {
			const status = statusOf(held, certification, at);
			return {
				title: certificationTitle(certification, locale),
				state: status.state,
				validThrough: status.validUntil && say.lastDay(status.validUntil),
				graceThrough: status.graceUntil && say.lastDay(status.graceUntil),
				soon: status.state === 'valid' && renewalIsOpen(status, at, district().renewal.opens_days_before),
				certificate: held.periods.find((period) => period.id === status.period?.id)?.certificate ?? null
			};
		}),
		credits: held.credits
			.filter((credit) => credit.from <= at && (credit.until === null || at < credit.until))
			.map((credit) => ({
				title: certificationTitle(credit.certification, locale),
				through: credit.until && say.lastDay(credit.until)
			})),
		registering: await registering(db, actor),
		permissions: await ownPermissions(db, actor)
	};
}

type View = CourseView & { course: CourseInLanguage };
type Entry = { assignment: Assignment; view: View; next: NextStep };

function needsDoing({ assignment, view, next }: Entry): boolean {
	if (next.kind === 'done' || next.kind === 'held-back' || assignment.waived) return false;
	return assignment.required || view.progress.started || assignment.course.audience !== 'staff';
}

function courseCard({ assignment, view, next }: Entry, say: LocalDates) {
	return {
		slug: assignment.course.slug,
		title: view.course.title,
		short: view.course.short,
		language: view.course.language,
		minutes: assignment.course.minutes,
		required: assignment.required,
		waived: assignment.waived,
		because: assignment.because && {
			role: assignment.because.role,
			school: assignment.because.organisationName,
			since: say.date(assignment.because.since)
		},
		due: assignment.dueAt && say.date(assignment.dueAt),
		overdue: assignment.dueAt !== null && assignment.dueAt <= view.at,
		status: view.status.state,
		validThrough: view.status.validUntil && say.lastDay(view.status.validUntil),
		lessonsDone: view.progress.lessons.filter((lesson) => lesson.state === 'done').length,
		lessons: view.progress.lessons.length,
		next
	};
}

/** What the gate to an official account would say now; null for people whose role never asks it. */
async function registering(db: Db, actor: PersonActor) {
	const gate = findGate(registrationGate);
	if (!gate || !actor.affiliations.some((held) => gate.roles?.includes(held.role))) return null;
	const answer = await check(db, registrationGate, [{ part: 'owner', person: actor.person }], 'open');
	const findings = answer.subjects[0]?.findings ?? [];
	return {
		allow: answer.allow,
		needs: findings.map((finding) => {
			const { message, nextStep } = explain(finding, { part: 'owner', gate: registrationGate });
			return {
				requirement: finding.requirement,
				met: finding.met,
				message,
				next: finding.met ? null : nextStep
			};
		})
	};
}

/** How many permissions wait for a student's own answer; null for everybody who signs none of their own. */
async function ownPermissions(db: Db, actor: PersonActor): Promise<{ waiting: number } | null> {
	const bands = actor.affiliations.filter(({ role }) => role === 'student').map(({ band }) => band);
	if (bands.length === 0) return null;
	const { permissions, signing } = await ofStudent(db, { person: actor.person, bands }, actor.person);
	return signing.student ? { waiting: permissions.filter(({ own }) => own === null).length } : null;
}
