import type { PersonActor } from '#lib/server/auth/actor.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import { decideLocked, reasonsOf, storeDecision, type GateAnswer } from '#lib/server/gate/gate.ts';
import { canonicalUrl, claimKey } from '#lib/register/canonical-url.ts';
import { checkForm, type FormError } from '#lib/register/form.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { sign, unsigned } from './attestations.ts';
import { worksAt } from './co-owner.ts';
import * as drafts from './drafts.ts';
import { formRules } from './form-context.ts';
import { record } from './moves.ts';

export type SubmitResult =
	| { ok: true; revision: number }
	/** No such draft of this actor, or it can't be changed any more. */
	| { ok: false; reason: 'not-found' }
	/** Answers were saved elsewhere since the actor read them: they are to be read again. */
	| { ok: false; reason: 'changed-meanwhile' }
	/** Answers are missing or wrong, or the account is registered already. */
	| { ok: false; reason: 'answers'; errors: FormError[] }
	/** Statements that were not ticked. */
	| { ok: false; reason: 'unsigned'; codes: string[] }
	/** The gate said no; nothing was submitted. */
	| { ok: false; reason: 'refused'; answer: GateAnswer };

/**
 * Submits one's own draft as a new revision, with the owner's statements, in one transaction with the gate's
 * decision. `attestations` are the codes that were ticked; `expected` is the draft's rev that the actor read.
 * A refusal leaves no revision, only its decision and a ledger event with the reasons.
 */
export async function submit(
	db: Db,
	actor: PersonActor,
	registration: string,
	attestations: readonly string[],
	expected: number
): Promise<SubmitResult> {
	const once = () =>
		db.transaction().execute((trx) => submitIn(trx, actor, registration, attestations, expected));
	try {
		return await once();
	} catch (error) {
		if (error instanceof AddressTaken) return error.result;
		// The answer ran out while waiting for the address: asked again, the gate says so itself.
		if ((error as { code?: string }).code === 'WP009') return once();
		throw error;
	}
}

/** Carries the answer out of the transaction, so that an address claimed earlier is not given up for nothing. */
class AddressTaken extends Error {
	readonly result: SubmitResult;
	constructor(result: SubmitResult) {
		super('the address is registered already');
		this.result = result;
	}
}

async function submitIn(
	trx: Trx,
	actor: PersonActor,
	registration: string,
	attestations: readonly string[],
	expected: number
): Promise<SubmitResult> {
	const draft = await drafts.lock(trx, actor, registration);
	if (!draft) return { ok: false, reason: 'not-found' };
	if (draft.rev !== expected) return { ok: false, reason: 'changed-meanwhile' };

	const form = checkForm(draft.answers, await formRules(trx));
	if (!form.ok) return { ok: false, reason: 'answers', errors: form.errors };
	const coOwner = form.body.co_owner.toLowerCase();
	if (coOwner === actor.person) return wrong('colleague', 'co_owner', m.register_error_co_owner_self());
	if (!(await worksAt(trx, coOwner, draft.organisation)))
		return wrong('colleague', 'co_owner', m.register_error_co_owner());
	const missing = unsigned(draft.type, attestations);
	if (missing.length > 0) return { ok: false, reason: 'unsigned', codes: missing.map(({ code }) => code) };

	const answer = await decideLocked(
		trx,
		draft.type.gate,
		[
			{ part: 'owner', person: actor.person },
			{ part: 'co-owner', person: coOwner }
		],
		'open',
		draft.organisation
	);
	if (!answer.allow) {
		await keepRefusal(trx, actor, registration, answer);
		return { ok: false, reason: 'refused', answer };
	}
	if (!(await claim(trx, registration, form.body.url))) {
		const words = await addressTaken(trx, registration, form.body.url);
		throw new AddressTaken(wrong('platform', 'url', words ?? m.register_error_url_taken()));
	}

	const revision = await nextRevision(trx, registration);
	await trx
		.insertInto('registration_revision')
		.values({
			registration,
			number: revision,
			body: JSON.stringify(form.body),
			owner: actor.person,
			co_owner: coOwner,
			submitted_by: actor.person
		})
		.execute();
	await sign(trx, draft.type, { registration, revision, part: 'owner', signer: actor });
	const decision = await storeDecision(trx, answer, { id: registration, revision });
	await record(trx, { registration, to: 'submitted', actor: actor.person, revision, decision });
	return { ok: true, revision };
}

function wrong(page: FormError['page'], field: string, message: string): SubmitResult {
	return { ok: false, reason: 'answers', errors: [{ page, field, message }] };
}

async function keepRefusal(
	trx: Trx,
	actor: PersonActor,
	registration: string,
	answer: GateAnswer
): Promise<void> {
	const decision = await storeDecision(trx, answer, null);
	const unmet = reasonsOf(answer).filter((reason) => !reason.met);
	await append(trx, {
		kind: 'registration.refused',
		actor: actor.person,
		subject: registration,
		detail: {
			decision,
			reasons: unmet.map(({ part, code, requirement }) => `${part}: ${code} ${requirement}`)
		}
	});
}

/** Takes the account's address for this registration; false when another has it. Waits for one that is about to take it. */
async function claim(trx: Trx, registration: string, url: string): Promise<boolean> {
	const key = claimKey(url);
	await trx
		.deleteFrom('registration_claim')
		.where('registration', '=', registration)
		.where('canonical_url', '<>', key)
		.execute();
	await trx
		.insertInto('registration_claim')
		.values({ canonical_url: key, registration })
		.onConflict((conflict) => conflict.doNothing())
		.execute();
	const holder = await trx
		.selectFrom('registration_claim')
		.select('registration')
		.where('canonical_url', '=', key)
		.executeTakeFirst();
	return holder?.registration === registration;
}

/**
 * What to say beside an address that another registration holds; null while it is free. Whose it is may be said only
 * of an account that the public register shows anyway.
 */
export async function addressTaken(db: Db, registration: string, url: string): Promise<string | null> {
	const holder = await db
		.selectFrom('registration_claim as k')
		.innerJoin('registration_current as c', 'c.registration', 'k.registration')
		.innerJoin('registration as r', 'r.id', 'k.registration')
		.innerJoin('organisation as o', 'o.id', 'r.organisation')
		.select(['o.name as school', 'c.state'])
		.where('k.canonical_url', '=', claimKey(url))
		.where('k.registration', '<>', registration)
		.executeTakeFirst();
	if (!holder) return null;
	const isPublic = holder.state === 'active' || holder.state === 'renewal_due';
	return isPublic
		? m.register_error_url_taken_public({ school: holder.school })
		: m.register_error_url_taken();
}

/** Everything that keeps a draft from being signed: wrong or missing answers, and an address that is taken. */
export async function faultsOf(db: Db, { id, answers }: drafts.Draft): Promise<FormError[]> {
	const form = checkForm(answers, await formRules(db));
	const faults = form.ok ? [] : form.errors;
	const address = canonicalUrl(answers.url ?? '');
	const taken = address.ok ? await addressTaken(db, id, address.url) : null;
	return taken === null ? faults : [...faults, { page: 'platform', field: 'url', message: taken }];
}

async function nextRevision(trx: Trx, registration: string): Promise<number> {
	const latest = await trx
		.selectFrom('registration_revision')
		.select(({ fn }) => fn.max('number').as('number'))
		.where('registration', '=', registration)
		.executeTakeFirst();
	return (latest?.number ?? 0) + 1;
}
