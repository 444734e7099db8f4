import type { AffiliationRole, Purpose } from '#lib/server/db/schema.ts';
import type { CertificationStatus } from '#lib/server/certification/status.ts';
import type { Gate } from '#lib/server/catalogue/read-catalogue.ts';

/** What a gate looks at, for one person or visitor. Unknown people have `active: true` and nothing else (see gate.ts). */
export type GateEvidence = {
	active: boolean;
	/** Roles held now, with the end of each when one is set; null when the gate does not ask for a role of this subject. */
	roles: { role: AffiliationRole; organisation: string; until: Date | null }[];
	certification: (id: string) => CertificationStatus;
	credit: (id: string) => { until: Date | null } | null;
	acknowledged: (policy: string) => boolean;
	completed: (course: string) => boolean;
	/** Whether those who sign for this person permit it, and until when that holds if nobody says anything more. */
	permission: (purpose: string) => { given: boolean; until: Date | null };
};

export type FindingCode =
	| 'met'
	| 'met_in_grace'
	| 'met_by_credit'
	| 'not_certified'
	| 'expired'
	| 'in_grace'
	| 'revoked'
	| 'not_acknowledged'
	| 'not_completed'
	| 'not_permitted'
	| 'not_active'
	| 'wrong_role'
	| 'wrong_school'
	| 'no_evidence';
export type Finding = {
	code: FindingCode;
	/** `certification:staff`, `acknowledgement:6531-1`, `course:family-core`, `permission:photo`, `role`, `person`. */
	requirement: string;
	met: boolean;
	/** Until when this requirement is met; null when nothing ends it or it is not met. */
	until: Date | null;
	/** When a certification ran out, for one that is expired or in grace. */
	ended?: Date | null;
};
export type Decision = { allow: boolean; findings: Finding[]; allowedUntil: Date | null };

/**
 * Decides a gate for one subject at an instant: the one function for pages, registrations, sign-up and API
 * (invariant 7). `open` needs every certification valid; `keep` is satisfied by grace as well; a waiver opens
 * nothing; a credit counts only where the gate accepts it. `school` is the school the action is for, where it has one.
 */
export function decide(
	gate: Gate,
	evidence: GateEvidence,
	purpose: Purpose,
	at: Date,
	school: string | null = null
): Decision {
	const findings: Finding[] = [];
	if (!evidence.active) findings.push({ code: 'not_active', requirement: 'person', met: false, until: null });
	if (gate.roles) findings.push(roleFinding(gate.roles, evidence, school));
	for (const ask of gate.asks) {
		if ('acknowledgement' in ask) {
			const met = evidence.acknowledged(ask.acknowledgement);
			findings.push({
				code: met ? 'met' : 'not_acknowledged',
				requirement: `acknowledgement:${ask.acknowledgement}`,
				met,
				until: null
			});
		} else if ('course' in ask) {
			const met = evidence.completed(ask.course);
			findings.push({
				code: met ? 'met' : 'not_completed',
				requirement: `course:${ask.course}`,
				met,
				until: null
			});
		} else if ('permission' in ask) {
			// One word for all that is not a yes: who said no, or has not said anything, is the family's.
			const { given, until } = evidence.permission(ask.permission);
			findings.push({
				code: given ? 'met' : 'not_permitted',
				requirement: `permission:${ask.permission}`,
				met: given,
				until: given ? until : null
			});
		} else
			findings.push(certificationFinding(ask.certification, ask.accepts === 'credit', evidence, purpose));
	}
	const allow = findings.length > 0 && findings.every((finding) => finding.met);
	const ends = findings.flatMap((finding) => (finding.until ? [finding.until.getTime()] : []));
	const allowedUntil = allow && ends.length > 0 ? new Date(Math.min(...ends)) : null;
	// A requirement that has run out by `at` can't be met; this guards against evidence read too early.
	if (allowedUntil && allowedUntil <= at) return { allow: false, findings, allowedUntil: null };
	return { allow, findings, allowedUntil };
}

function roleFinding(roles: AffiliationRole[], evidence: GateEvidence, school: string | null): Finding {
	const fitting = evidence.roles.filter((held) => roles.includes(held.role));
	const here = school === null ? fitting : fitting.filter((held) => held.organisation === school);
	if (here.length === 0)
		return {
			code: fitting.length > 0 ? 'wrong_school' : 'wrong_role',
			requirement: 'role',
			met: false,
			until: null
		};
	const until = here.some((held) => held.until === null)
		? null
		: new Date(Math.max(...here.map((held) => held.until?.getTime() ?? 0)));
	return { code: 'met', requirement: 'role', met: true, until };
}

function certificationFinding(
	id: string,
	acceptsCredit: boolean,
	evidence: GateEvidence,
	purpose: Purpose
): Finding {
	const requirement = `certification:${id}`;
	const status = evidence.certification(id);
	if (status.state === 'valid')
		return {
			code: 'met',
			requirement,
			met: true,
			until: purpose === 'keep' ? status.graceUntil : status.validUntil
		};
	if (status.state === 'in_grace' && purpose === 'keep')
		return {
			code: 'met_in_grace',
			requirement,
			met: true,
			until: status.graceUntil,
			ended: status.validUntil
		};
	const credit = acceptsCredit && status.state !== 'revoked' ? evidence.credit(id) : null;
	if (credit) return { code: 'met_by_credit', requirement, met: true, until: credit.until };
	const code = status.state === 'none' ? 'not_certified' : status.state;
	const ranOut = status.state === 'expired' || status.state === 'in_grace';
	return { code, requirement, met: false, until: null, ...(ranOut ? { ended: status.validUntil } : {}) };
}
