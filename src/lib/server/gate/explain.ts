import { m } from '#lib/messages/compiled/messages.js';
import { getLocale, type Locale } from '#lib/messages/compiled/runtime.js';
import {
	catalogue,
	certificationTitle,
	course as findCourse,
	coursesFor,
	permissionPurposes,
	renewalOf,
	gate as findGate
} from '#lib/server/catalogue/catalogue.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { permissionText } from '#lib/server/catalogue/permission-texts.ts';
import type { Course } from '#lib/server/catalogue/read-catalogue.ts';
import type { AffiliationRole } from '#lib/server/db/schema.ts';
import type { Finding } from './decide.ts';

export type Explanation = {
	message: string;
	/** Where to go about it; null when it is met, or when only the co-owner can do something. */
	nextStep: { label: string; href: string } | null;
};
export type ExplainContext = {
	/** Whose finding it is, as the gate was asked: `owner`, `co-owner`, `person`… */
	part: string;
	gate: string;
	/** The request's language unless given; the API speaks English. */
	locale?: Locale;
};

/**
 * Says a finding of a gate in plain words, and what to do next. A co-owner's dates are not told: whoever reads
 * about them is a colleague, not their supervisor.
 */
export function explain(finding: Finding, { part, gate, locale = getLocale() }: ExplainContext): Explanation {
	const [kind = '', subject = ''] = finding.requirement.split(/:(.*)/s);
	const colleague = part === 'co-owner';
	const told = colleague ? { ...finding, until: null, ended: null } : finding;
	const { message, nextStep } = aboutOf[kind]?.(told, { subject, gate, locale }) ?? noEvidence(locale);
	if (colleague) return { message: m.gate_co_owner({ message }, { locale }), nextStep: null };
	return { message, nextStep: finding.met && finding.code !== 'met_in_grace' ? null : nextStep };
}

type About = (finding: Finding, context: { subject: string; gate: string; locale: Locale }) => Explanation;
const aboutOf: Record<string, About> = {
	person: (finding, { locale }) => ({
		message: finding.met ? m.gate_active({}, { locale }) : m.gate_not_active({}, { locale }),
		nextStep: help(locale)
	}),
	role: aboutRole,
	acknowledgement: aboutAcknowledgement,
	course: aboutCourse,
	permission: aboutPermission,
	certification: aboutCertification
};

function aboutRole(finding: Finding, { gate, locale }: { gate: string; locale: Locale }): Explanation {
	const nextStep = help(locale);
	if (finding.met && finding.until)
		return {
			message: m.gate_role_until({ date: localDates(locale).lastDay(finding.until) }, { locale }),
			nextStep
		};
	if (finding.met) return { message: m.gate_role({}, { locale }), nextStep };
	if (finding.code === 'wrong_school') return { message: m.gate_wrong_school({}, { locale }), nextStep };
	const roles = (findGate(gate)?.roles ?? []).map((role) => roleWord(role, locale)).join(', ');
	return { message: m.gate_wrong_role({ roles }, { locale }), nextStep };
}

function aboutAcknowledgement(
	finding: Finding,
	{ subject, locale }: { subject: string; locale: Locale }
): Explanation {
	const number = catalogue().policies[subject]?.number ?? subject;
	return {
		message: finding.met
			? m.gate_acknowledged({ number }, { locale })
			: m.gate_not_acknowledged({ number }, { locale }),
		nextStep: { label: m.gate_next_acknowledge({}, { locale }), href: '/policy/acknowledge' }
	};
}

function aboutCourse(
	finding: Finding,
	{ subject, locale }: { subject: string; locale: Locale }
): Explanation {
	const course = findCourse(subject);
	const what = course?.title ?? subject;
	if (finding.met) return { message: m.gate_completed({ what }, { locale }), nextStep: null };
	if (!course) return noEvidence(locale);
	return {
		message: m.gate_not_completed({ what, minutes: course.minutes }, { locale }),
		nextStep: { label: m.gate_next_course({ course: course.short }, { locale }), href: hrefOf(course) }
	};
}

function aboutPermission(
	finding: Finding,
	{ subject, locale }: { subject: string; locale: Locale }
): Explanation {
	const purpose = permissionPurposes().find(({ id }) => id === subject);
	if (!purpose) return noEvidence(locale);
	const what = permissionText(purpose, 'student', locale).title;
	if (finding.met)
		return {
			message: finding.until
				? m.gate_permitted_until({ what, date: localDates(locale).lastDay(finding.until) }, { locale })
				: m.gate_permitted({ what }, { locale }),
			nextStep: null
		};
	return {
		message: m.gate_not_permitted({ what }, { locale }),
		nextStep: { label: m.gate_next_permission({}, { locale }), href: '/permissions' }
	};
}

function aboutCertification(
	finding: Finding,
	{ subject, locale }: { subject: string; locale: Locale }
): Explanation {
	const what = certificationTitle(subject);
	const say = localDates(locale);
	const courses = coursesFor(subject);
	const course = courses[0];
	// Where each band has its own course, the person's own page knows which is theirs.
	const href = course && courses.length > 1 ? '/learn' : course && hrefOf(course);
	const take =
		course && href ? { label: m.gate_next_course({ course: course.short }, { locale }), href } : help(locale);
	const renewal = renewalOf(subject);
	const stillRenewable = finding.code === 'in_grace' || finding.code === 'met_in_grace';
	const renew =
		renewal && stillRenewable
			? { label: m.gate_next_renew({ course: renewal.short }, { locale }), href: hrefOf(renewal) }
			: course && href
				? { label: m.gate_next_renew({ course: course.short }, { locale }), href }
				: help(locale);
	const ended = finding.ended ? say.lastDay(finding.ended) : null;
	switch (finding.code) {
		case 'met':
			return finding.until
				? {
						message: m.gate_met_until({ what, date: say.lastDay(finding.until) }, { locale }),
						nextStep: null
					}
				: { message: m.gate_met({ what }, { locale }), nextStep: null };
		case 'met_by_credit':
			return { message: m.gate_met_by_credit({ what }, { locale }), nextStep: null };
		case 'met_in_grace':
			return {
				message: finding.until
					? m.gate_met_in_grace({ what, date: say.lastDay(finding.until) }, { locale })
					: m.gate_in_grace_plain({ what }, { locale }),
				nextStep: renew
			};
		case 'not_certified':
			return {
				message: course
					? m.gate_not_certified({ what, minutes: course.minutes }, { locale })
					: m.gate_not_certified_no_course({ what }, { locale }),
				nextStep: take
			};
		case 'expired':
			return {
				message: ended
					? m.gate_expired({ what, date: ended }, { locale })
					: m.gate_expired_plain({ what }, { locale }),
				nextStep: renew
			};
		case 'in_grace':
			return {
				message: ended
					? m.gate_in_grace({ what, date: ended }, { locale })
					: m.gate_in_grace_plain({ what }, { locale }),
				nextStep: renew
			};
		case 'revoked':
			return { message: m.gate_revoked({ what }, { locale }), nextStep: take };
		default:
			return noEvidence(locale);
	}
}

function noEvidence(locale: Locale): Explanation {
	return { message: m.gate_no_evidence({}, { locale }), nextStep: help(locale) };
}

function help(locale: Locale) {
	return { label: m.gate_next_help({}, { locale }), href: '/help' };
}

// A course that visitors may take begins where they come in.
function hrefOf(course: Course): string {
	return course.visitors ? '/join' : `/learn/${course.slug}`;
}

/** A role in words, as gates and registrations name it. */
export function roleWord(role: AffiliationRole, locale: Locale = getLocale()): string {
	const options = { locale };
	return {
		teacher: m.gate_role_teacher,
		principal: m.gate_role_principal,
		administrator: m.gate_role_administrator,
		counselor: m.gate_role_counselor,
		librarian: m.gate_role_librarian,
		aide: m.gate_role_aide,
		coach: m.gate_role_coach,
		communications: m.gate_role_communications,
		technology: m.gate_role_technology,
		student: m.gate_role_student,
		guardian: m.gate_role_guardian,
		volunteer: m.gate_role_volunteer
	}[role]({}, options);
}
