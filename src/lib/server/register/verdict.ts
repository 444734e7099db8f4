import type { PersonActor } from '#lib/server/auth/actor.ts';
import { reviewRegistration } from '#lib/server/auth/can.ts';
import type { AccountType } from '#lib/server/catalogue/read-catalogue.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import type { Finding } from '#lib/server/gate/decide.ts';
import { check, decideFor, decideLocked, type GateAnswer } from '#lib/server/gate/gate.ts';
import { checkForm, type FormError } from '#lib/register/form.ts';
import type { RegistrationState } from '#lib/register/states.ts';
import { statementsOf, type Part } from './attestations.ts';
import { formRules } from './form-context.ts';
import { record } from './moves.ts';
import * as registrations from './registrations.ts';

/** The gate that a reviewer has to pass at the moment of deciding (curriculum 5.5, rule 2). */
const reviewersGate = 'review-registrations';
const shortestReason = 10;
export const longestReason = 2_000;

export type Verdict = 'approve' | 'change' | 'reject';
export type VerdictInput = {
	registration: string;
	/** The revision that the reviewer has read. */
	revision: number;
	verdict: Verdict;
	/** Owed to the owner for a change and a rejection. */
	reason: string;
};
export type VerdictResult =
	| { ok: true; state: 'active' | 'changes_requested' | 'rejected' }
	/** No such registration, or one of another school. */
	| { ok: false; reason: 'not-found' }
	| {
			ok: false;
			reason: 'may-not';
			why: 'own-registration' | 'was-owner' | 'second-factor' | 'not-reviewer' | 'not-signed-in';
	  }
	| { ok: false; reason: 'already-decided'; state: RegistrationState }
	/** There is a newer revision than the one that was read. */
	| { ok: false; reason: 'changed-since'; revision: number }
	| { ok: false; reason: 'reviewer-gate'; findings: Finding[] }
	| { ok: false; reason: 'reason-short' | 'reason-long' }
	| { ok: false; reason: 'attestations'; missing: { part: Part; code: string }[] }
	/** Answers that the rules of today don't take, whatever they were at submit. */
	| { ok: false; reason: 'answers'; errors: FormError[] }
	/** The account's gate said no. Its decision is kept, and the registration stays in review. */
	| { ok: false; reason: 'gate'; answer: GateAnswer };

/**
 * A reviewer decides on the revision that they read, in one transaction with the gate's decision. Of two at the same
 * moment the second is told that it is decided.
 */
export async function decide(db: Db, actor: PersonActor, input: VerdictInput): Promise<VerdictResult> {
	const once = () => db.transaction().execute((trx) => decideIn(trx, actor, input));
	try {
		return await once();
	} catch (error) {
		const { code } = error as { code?: string };
		// The answer ran out between question and move, or two transactions met in the wrong order: asked once more.
		if (code === 'WP009' || code === '40P01') return once();
		// The database knows of merged entries of one person, which the question before it can't see.
		if (code === 'WP007') return { ok: false, reason: 'may-not', why: 'was-owner' };
		throw error;
	}
}

async function decideIn(trx: Trx, actor: PersonActor, input: VerdictInput): Promise<VerdictResult> {
	const id = input.registration;
	if (!(await registrations.find(trx, id))) return { ok: false, reason: 'not-found' };
	// Held until the end: a second reviewer, a withdrawal or a co-owner's signature waits here.
	await trx
		.selectFrom('registration_current')
		.select('n')
		.where('registration', '=', id)
		.forUpdate()
		.execute();
	const registration = await registrations.find(trx, id);
	if (!registration?.revision) return { ok: false, reason: 'not-found' };
	const { type, organisation, state, revision } = registration;

	const everOwners = await registrations.everOwners(trx, id);
	const may = reviewRegistration(actor, {
		owner: revision.owner,
		coOwner: revision.coOwner,
		organisation,
		everOwners
	});
	if (!may.ok)
		return may.reason === 'other-school'
			? { ok: false, reason: 'not-found' }
			: { ok: false, reason: 'may-not', why: may.reason };
	if (state !== 'submitted' && state !== 'in_review') return { ok: false, reason: 'already-decided', state };
	if (revision.number !== input.revision)
		return { ok: false, reason: 'changed-since', revision: revision.number };

	const reviewing = await decideLocked(
		trx,
		reviewersGate,
		[{ part: 'person', person: actor.person }],
		'open',
		null
	);
	if (!reviewing.allow)
		return { ok: false, reason: 'reviewer-gate', findings: reviewing.subjects[0]?.findings ?? [] };
	// A text of PostgreSQL can't hold the character 0.
	const reason = input.reason.replaceAll('\0', '').trim();
	if ([...reason].length > longestReason) return { ok: false, reason: 'reason-long' };

	const move = (to: RegistrationState, more: { decision?: string; reason?: string } = {}) =>
		record(trx, { registration: id, to, actor: actor.person, revision: revision.number, ...more });
	if (input.verdict !== 'approve') {
		if ([...reason].length < shortestReason) return { ok: false, reason: 'reason-short' };
		const to = input.verdict === 'change' ? 'changes_requested' : 'rejected';
		if (state === 'submitted') await move('in_review');
		await move(to, { reason });
		// A rejected registration is over: its address is free for another that is right.
		if (to === 'rejected')
			await trx.deleteFrom('registration_claim').where('registration', '=', id).execute();
		return { ok: true, state: to };
	}

	const missing = await missingSignatures(trx, type, id, revision.number);
	if (missing.length > 0) return { ok: false, reason: 'attestations', missing };
	const form = checkForm(revision.body, await formRules(trx));
	if (!form.ok) return { ok: false, reason: 'answers', errors: form.errors };
	if (state === 'submitted') await move('in_review');
	const subjects = [
		{ part: 'owner', person: revision.owner },
		{ part: 'co-owner', person: revision.coOwner }
	];
	const answer = await decideFor(trx, type.gate, subjects, 'open', organisation, {
		id,
		revision: revision.number
	});
	if (!answer.allow) return { ok: false, reason: 'gate', answer };
	await move('approved', { decision: answer.decision, ...(reason ? { reason } : {}) });
	await move('active', { decision: answer.decision });
	return { ok: true, state: 'active' };
}

/** Whether somebody is certified to review now. Reads only; `decide` asks again. */
export async function reviewerGate(
	db: Db,
	actor: PersonActor
): Promise<{ allow: boolean; findings: Finding[] }> {
	const answer = await check(db, reviewersGate, [{ part: 'person', person: actor.person }], 'open');
	return { allow: answer.allow, findings: answer.subjects[0]?.findings ?? [] };
}

/** The statements that owner or co-owner have not given for this revision. */
export async function missingSignatures(
	db: Db,
	type: AccountType,
	registration: string,
	revision: number
): Promise<{ part: Part; code: string }[]> {
	const signed = await registrations.signatures(db, registration, revision);
	const parts: Part[] = ['owner', 'co-owner'];
	return parts.flatMap((part) =>
		statementsOf(type)
			.filter(({ code }) => !signed.some((signature) => signature.part === part && signature.code === code))
			.map(({ code }) => ({ part, code }))
	);
}
