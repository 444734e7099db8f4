import type { PersonActor } from '#lib/server/auth/actor.ts';
import { catalogue } from '#lib/server/catalogue/catalogue.ts';
import type { Db } from '#lib/server/db/database.ts';
import type { Finding } from '#lib/server/gate/decide.ts';
import { check } from '#lib/server/gate/gate.ts';
import { changesBetween, type AnswerChange } from '#lib/register/changes.ts';
import { statementsOf } from './attestations.ts';
import { offered } from './co-owner.ts';
import * as drafts from './drafts.ts';
import { questionContext } from './form-context.ts';
import { isShownNow } from './keep.ts';
import { record, withdrawals } from './moves.ts';
import * as registrations from './registrations.ts';
import type { Registration } from './registrations.ts';
import { workplaces } from './staff.ts';

/** The state of a registration for those who run it. */
export type OwnAccount = {
	registration: Registration;
	/** '' for a draft that has no name yet. */
	name: string;
	part: 'owner' | 'co-owner';
	/** Whether every statement of the submitted revision is signed by the co-owner. */
	coOwnerSigned: boolean;
	/** Active by its last move, but not shown as such: something that it rests on has ended. */
	paused: boolean;
};
export type OwnAccounts = {
	/** What the gate says of this person now, before anything is submitted. */
	gate: { id: string; allow: boolean; findings: Finding[] };
	/** How many colleagues of one's first school could be co-owner now. */
	colleagues: number;
	toSign: OwnAccount[];
	accounts: OwnAccount[];
};

/** Everything that “My official accounts” shows a member of staff. */
export async function mine(db: Db, actor: PersonActor, typeId = 'classroom'): Promise<OwnAccounts> {
	const type = catalogue().accountTypes[typeId];
	if (!type) throw new Error(`account type “${typeId}” is not in content/account-types.yaml`);
	const school = workplaces(actor)[0]?.id ?? null;
	const answer = await check(db, type.gate, [{ part: 'owner', person: actor.person }], 'open', school);
	const accounts = await ownAccounts(db, actor);
	return {
		gate: { id: type.gate, allow: answer.allow, findings: answer.subjects[0]?.findings ?? [] },
		colleagues: school === null ? 0 : (await offered(db, actor, type, school)).length,
		toSign: accounts.filter(waitsForSignature),
		accounts: accounts.filter((account) => !waitsForSignature(account))
	};
}

function waitsForSignature({ part, registration, coOwnerSigned }: OwnAccount): boolean {
	return (
		part === 'co-owner' &&
		!coOwnerSigned &&
		(registration.state === 'submitted' || registration.state === 'in_review')
	);
}

async function ownAccounts(db: Db, actor: PersonActor): Promise<OwnAccount[]> {
	const found = await registrations.ofPerson(db, actor.person);
	const named = new Map(
		(await drafts.listMine(db, actor)).map((draft) => [draft.id, draft.answers.display_name ?? ''])
	);
	return Promise.all(
		found.map(async (registration) => ({
			registration,
			name: named.get(registration.id) || (registration.revision?.body.display_name ?? ''),
			part: partOf(actor, registration) ?? 'owner',
			coOwnerSigned: await isSignedByCoOwner(db, registration),
			paused: await isPaused(db, registration)
		}))
	);
}

async function isPaused(db: Db, registration: Registration): Promise<boolean> {
	if (registration.state !== 'active' && registration.state !== 'renewal_due') return false;
	return !(await isShownNow(db, registration.id));
}

/** Which part somebody has in a registration: owner (or who began it), co-owner, or none. */
export function partOf(
	actor: PersonActor,
	{ revision, createdBy }: Registration
): 'owner' | 'co-owner' | null {
	if (actor.person === (revision?.owner ?? createdBy)) return 'owner';
	return actor.person === revision?.coOwner ? 'co-owner' : null;
}

/** Whether the co-owner has signed every statement of the present revision. */
export async function isSignedByCoOwner(db: Db, { id, type, revision }: Registration): Promise<boolean> {
	if (!revision) return false;
	const signed = (await registrations.signatures(db, id, revision.number)).filter(
		({ part }) => part === 'co-owner'
	);
	return statementsOf(type).every(({ code }) => signed.some((signature) => signature.code === code));
}

/** One's own registration or one that names one as co-owner; null for every other, as if it were not there. */
export async function one(db: Db, actor: PersonActor, id: string): Promise<OwnAccount | null> {
	const registration = await registrations.find(db, id);
	const part = registration && partOf(actor, registration);
	if (!registration || !part) return null;
	const draft = part === 'owner' ? await drafts.load(db, actor, id) : null;
	return {
		registration,
		name: draft?.answers.display_name || (registration.revision?.body.display_name ?? ''),
		part,
		coOwnerSigned: await isSignedByCoOwner(db, registration),
		paused: await isPaused(db, registration)
	};
}

/** What led to the present revision and what is new in it, for who is to sign it. */
export type SinceBefore = { before: number; asked: string | null; changes: AnswerChange[] };

/**
 * The reason for a later revision, and which answers it changed. The answers of the revision before are for those who
 * ran the account then: a co-owner who came after it is told the reason only. Null for a first revision.
 */
export async function sinceBefore(
	db: Db,
	actor: PersonActor,
	{ id, revision }: Registration
): Promise<SinceBefore | null> {
	if (!revision || revision.number < 2) return null;
	const number = revision.number - 1;
	const before = await registrations.revision(db, id, number);
	const ranIt = before !== null && [before.owner, before.coOwner].includes(actor.person);
	const asked = await registrations.changeAsked(db, id, number);
	if (!ranIt) return { before: number, asked, changes: [] };
	const people = [before.owner, before.coOwner, revision.owner, revision.coOwner];
	const names = await registrations.namesOf(db, actor, [], people);
	const context = questionContext([...names].map(([person, name]) => ({ person, name })));
	return { before: number, asked, changes: changesBetween(before.body, revision.body, context) };
}

export type WithdrawResult = { ok: true } | { ok: false; reason: 'not-found' | 'not-now' | 'reason-needed' };

/**
 * The owner takes a registration back, or asks for an active account to be closed (with a reason). Its address is free
 * again once it is closed. Under review it waits for the reviewer.
 */
export async function withdraw(db: Db, actor: PersonActor, id: string, reason = ''): Promise<WithdrawResult> {
	const account = await one(db, actor, id);
	if (!account || account.part !== 'owner') return { ok: false, reason: 'not-found' };
	return db.transaction().execute(async (trx) => {
		const current = await trx
			.selectFrom('registration_current')
			.select('state')
			.where('registration', '=', id)
			.forUpdate()
			.executeTakeFirstOrThrow();
		const to = withdrawals[current.state as Registration['state']];
		if (!to) return { ok: false, reason: 'not-now' };
		if (to === 'closing' && reason.trim().length < 10) return { ok: false, reason: 'reason-needed' };
		await record(trx, { registration: id, to, actor: actor.person, reason });
		return { ok: true };
	});
}
