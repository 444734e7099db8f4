import { m } from '#lib/messages/compiled/messages.js';
import { stateWord } from '#lib/register/states.ts';
import { pageTitle } from '#lib/register/describe.ts';
import { catalogue } from '#lib/server/catalogue/catalogue.ts';
import type { Finding } from '#lib/server/gate/decide.ts';
import { explain } from '#lib/server/gate/explain.ts';
import { findingsOf, type RecordedReason } from '#lib/server/gate/gate.ts';
import type { Opened, WaitingTime } from '#lib/server/register/review.ts';
import type { VerdictResult } from '#lib/server/register/verdict.ts';

const reviewersGate = 'review-registrations';

/** How long something waits, beside what the district means to keep. */
export function waitingWords({ schoolDays, target, urgency }: WaitingTime) {
	const kind = { 'in-time': 'note', late: 'wait', escalated: 'stop' } as const;
	const word = {
		'in-time': m.review_in_time,
		late: m.review_late,
		escalated: m.review_escalated
	};
	return { days: m.review_days({ days: schoolDays, target }), kind: kind[urgency], word: word[urgency]() };
}

/** What a gate found of owner or co-owner. A reviewer supervises, so they read the dates of both. */
export function findingsInWords(findings: readonly Finding[], gate: string) {
	return findings.map((finding) => ({
		met: finding.met,
		message: explain(finding, { part: 'owner', gate }).message
	}));
}

/** What the reviewer themselves lacks, with the way on. */
export function ownReasons(findings: readonly Finding[]) {
	return findings
		.filter(({ met }) => !met)
		.map((finding) => {
			const { message, nextStep } = explain(finding, { part: 'person', gate: reviewersGate });
			return { message, next: nextStep };
		});
}

export type Refusal = {
	title: string;
	text: string;
	reasons: { message: string; next: { label: string; href: string } | null }[];
};

/** A verdict that could not be given, in plain words. Null where the mistake is at a field. */
export function refusalInWords(result: Exclude<VerdictResult, { ok: true }>): Refusal | null {
	const plain = (title: string, text: string, reasons: string[] = []): Refusal => ({
		title,
		text,
		reasons: reasons.map((message) => ({ message, next: null }))
	});
	switch (result.reason) {
		case 'reason-short':
		case 'reason-long':
			return null;
		case 'not-found':
			return plain(m.review_not_found(), m.review_not_found_hint());
		case 'may-not':
			return plain(m.review_may_not(), whyNot(result.why));
		case 'already-decided':
			return plain(m.review_decided_title(), m.review_decided({ state: stateWord(result.state) }));
		case 'changed-since':
			return plain(m.review_changed_title(), m.review_changed({ revision: result.revision }));
		case 'reviewer-gate':
			return {
				title: m.review_gate_title(),
				text: m.review_gate_text(),
				reasons: ownReasons(result.findings)
			};
		case 'attestations':
			return plain(m.review_unsigned_title(), m.review_unsigned_text(), missingWords(result.missing));
		case 'answers':
			return plain(
				m.review_mistakes_title(),
				m.review_mistakes_text(),
				result.errors.map(({ page, message }) => `${pageTitle(page)} ${message}`)
			);
		case 'gate':
			return plain(
				m.review_refused_title(),
				m.review_refused_text(),
				result.answer.subjects.flatMap(({ part, findings }) =>
					unmet(findings, result.answer.gate).map((message) => `${partWord(part)}: ${message}`)
				)
			);
	}
}

/** Why this person may not decide on it. */
export function whyNot(reason: string): string {
	if (reason === 'own-registration') return m.review_own();
	if (reason === 'was-owner') return m.review_was_owner();
	return m.review_only_hint();
}

export function partWord(part: string): string {
	return part === 'co-owner' ? m.review_co_owner() : m.review_owner();
}

/** How many statements are not signed, by whom. */
export function missingWords(missing: Opened['missing']): string[] {
	const { attestations } = catalogue();
	return (['owner', 'co-owner'] as const).flatMap((part) => {
		const titles = missing.flatMap((one) =>
			one.part === part ? [attestations[one.code]?.title ?? one.code] : []
		);
		return titles.length > 0 ? [`${partWord(part)}: ${titles.join(', ')}`] : [];
	});
}

/** The reasons of a stored decision, each with whose they are. */
export function recordedInWords(reasons: RecordedReason[], gate: string): string[] {
	return findingsOf(reasons).map(
		(finding) => `${partWord(finding.part)}: ${explain(finding, { part: 'owner', gate }).message}`
	);
}

function unmet(findings: readonly Finding[], gate: string): string[] {
	return findingsInWords(findings, gate).flatMap(({ met, message }) => (met ? [] : [message]));
}
