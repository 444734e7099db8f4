import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import type { FieldError } from '#lib/components/text.ts';
import { m } from '#lib/messages/compiled/messages.js';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { catalogue, mainPolicy } from '#lib/server/catalogue/catalogue.ts';
import type { AccountType } from '#lib/server/catalogue/read-catalogue.ts';
import { serving } from '#lib/server/db/serving.ts';
import type { Finding } from '#lib/server/gate/decide.ts';
import { explain } from '#lib/server/gate/explain.ts';
import { statementsOf } from '#lib/server/register/attestations.ts';
import { offered } from '#lib/server/register/co-owner.ts';
import * as drafts from '#lib/server/register/drafts.ts';
import * as ownerView from '#lib/server/register/owner-view.ts';
import { isStaff } from '#lib/server/register/staff.ts';
import { faultsOf } from '#lib/server/register/submit.ts';

/** The member of staff who asks; everybody else is sent to sign in or told plainly that this is for staff. */
export function staffOnly(event: RequestEvent): PersonActor {
	const { actor } = event.locals;
	if (actor.kind !== 'person')
		redirect(303, `/sign-in?next=${encodeURIComponent(event.url.pathname + event.url.search)}`);
	if (!isStaff(actor)) error(403, { message: m.register_staff_only(), hint: m.register_staff_only_hint() });
	return actor;
}

/** One's own draft to work on; a registration that can't be changed now leads to its own page. */
export async function ownDraft(actor: PersonActor, id: string): Promise<drafts.Draft> {
	const draft = await drafts.load(serving(), actor, id);
	if (draft) return draft;
	await ownAccount(actor, id);
	redirect(303, `/accounts/${id}`);
}

/** A draft's answers as they would be signed now, with what is missing or wrong in them. */
export async function checkedDraft(actor: PersonActor, draft: drafts.Draft) {
	const colleagues = await offered(serving(), actor, draft.type, draft.organisation);
	const chosen = draft.answers.co_owner;
	// Somebody who can't be chosen any more is asked for again, not shown as an id.
	const answers = colleagues.some(({ person }) => person === chosen)
		? draft.answers
		: { ...draft.answers, co_owner: '' };
	return { answers, colleagues, faults: await faultsOf(serving(), { ...draft, answers }) };
}

/** A registration that this person owns or is co-owner of; every other is not found, whether it exists or not. */
export async function ownAccount(actor: PersonActor, id: string): Promise<ownerView.OwnAccount> {
	const account = await ownerView.one(serving(), actor, id);
	if (!account) error(404, { message: m.register_not_found(), hint: m.register_not_found_hint() });
	return account;
}

/** Clauses with the sentences of the policy that they are part of, for the call-out beside a question. */
export function clausesInWords(ids: readonly string[]): {
	number: string;
	clauses: string[];
	sentences: string[];
} {
	const { number, blocks } = mainPolicy();
	const sentences = blocks
		.filter(({ runs }) => runs.some(({ clause }) => clause !== null && ids.includes(clause)))
		.map(({ runs }) => runs.map(({ text }) => text.trim()).join(' '));
	return { number, clauses: [...ids], sentences };
}

/** The statements of a type, each with the clause that it rests on. */
export function statementsInWords(type: AccountType) {
	const { number } = mainPolicy();
	return statementsOf(type).map(({ code, title, statement, clauses, district }) => ({
		code,
		title,
		statement,
		clauses,
		number,
		voice: district ? ('district' as const) : ('policy' as const)
	}));
}

/** For each statement that was not ticked, what to do, beside its box. */
export function unsignedErrors(codes: readonly string[]): FieldError[] {
	const { attestations } = catalogue();
	return codes.map((code) => ({
		field: code,
		message: m.register_error_unsigned({ title: attestations[code]?.title ?? code })
	}));
}

/** What a gate found, in words with the way on. */
export function reasonsInWords(findings: readonly (Finding & { part: string })[], gate: string) {
	return findings.map((finding) => {
		const { message, nextStep } = explain(finding, { part: finding.part, gate });
		return { part: finding.part, met: finding.met, message, next: nextStep };
	});
}

/** The types of account as one chooses among them. */
export function typesToChoose() {
	const shown = ({ id, title, summary }: AccountType) => ({ id, title, summary });
	const types = Object.values(catalogue().accountTypes);
	return {
		open: types.filter(({ open }) => open).map(shown),
		closed: types.filter(({ open }) => !open).map(shown)
	};
}
