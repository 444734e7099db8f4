import { sql } from 'kysely';
import { check as checkPassword, hashPassword, ownWords, type Weakness } from '#lib/server/auth/passwords.ts';
import {
	accept,
	type Choice,
	type ChoiceRefusal,
	type CodeRefusal
} from '#lib/server/auth/invitation-use.ts';
import type { Purpose } from '#lib/server/auth/invitations.ts';
import type { InvitationRow } from '#lib/server/auth/made-invitations.ts';
import { addSignIn, loginOf } from '#lib/server/auth/sign-in.ts';
import * as visitors from '#lib/server/auth/visitors.ts';
import { district, gate as findGate } from '#lib/server/catalogue/catalogue.ts';
import { issueFor } from '#lib/server/certification/completions.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import type { AffiliationRole } from '#lib/server/db/schema.ts';
import { enter, within, type Scope } from '#lib/server/db/scope.ts';
import { confirmInvited } from '#lib/server/people/guardians.ts';
import { check, type GateAnswer } from './gate.ts';

const signUpScope: Scope = { kind: 'system', purpose: 'sign-up' };

export type Audience = keyof ReturnType<typeof district>['sign_up'];
export type NewSignIn = {
	givenName: string;
	familyName: string;
	email: string;
	password: string;
	locale: string;
};
export type SignUpRefusal =
	| {
			ok: false;
			reason:
				| 'closed'
				| 'invitation'
				| 'nothing-learned'
				| 'district-address'
				| 'login-taken'
				| 'already-somebody'
				| 'too-late';
	  }
	| { ok: false; reason: 'gate'; answer: GateAnswer }
	| { ok: false; reason: 'weak-password'; weakness: Weakness };

const roleOf: Record<Audience, AffiliationRole> = {
	staff: 'teacher',
	student: 'student',
	family: 'guardian',
	partner: 'volunteer'
};

/**
 * Whether an address is one that the district gives out. Nobody has shown that an address typed here is theirs; with
 * one of these they would pass for staff, or stand in the way of whoever gets it (attack 11 of the data model).
 */
function isOfDistrict(email: string): boolean {
	const domain = loginOf(email).split('@').at(-1) ?? '';
	return district().emailDomains.some((own) => domain === own || domain.endsWith(`.${own}`));
}

/** How an audience comes to a sign-in, as district.yaml says. */
export function wayIn(audience: Audience) {
	return district().sign_up[audience];
}

/**
 * Makes a sign-in for a visitor whose gate is open, and carries their evidence over by linking it: nothing is
 * rewritten (data model, ground rules). Without the evidence, or where the audience can't sign up, it is refused.
 */
export async function signUp(
	db: Db,
	audience: Audience,
	learner: string | null,
	wanted: NewSignIn
): Promise<{ ok: true; person: string } | SignUpRefusal> {
	const way = wayIn(audience);
	if (way.by !== 'gated') return { ok: false, reason: way.by };
	if (!findGate(way.gate))
		throw new Error(
			`district.yaml: sign_up.${audience} names gate “${way.gate}”, which is not in gates.yaml`
		);
	if (!learner) return { ok: false, reason: 'nothing-learned' };
	const early = await check(db, way.gate, [{ part: 'visitor', learner }], 'open');
	if (!early.allow) return { ok: false, reason: 'gate', answer: early };
	if (isOfDistrict(wanted.email)) return { ok: false, reason: 'district-address' };

	const words = ownWords([
		district().short,
		district().name,
		wanted.givenName,
		wanted.familyName,
		wanted.email
	]);
	const strong = checkPassword(wanted.password, words);
	if (!strong.ok) return { ok: false, reason: 'weak-password', weakness: strong.reason };
	const passwordHash = await hashPassword(wanted.password);

	return within(db, signUpScope, async (trx) => {
		// One sign-in from one visitor's evidence, however many forms are sent at once.
		const stands = await visitors.standing(trx, learner);
		if (stands !== 'open') return { ok: false, reason: stands === 'taken' ? 'already-somebody' : 'too-late' };
		const answer = await check(trx, way.gate, [{ part: 'visitor', learner }], 'open');
		if (!answer.allow) return { ok: false, reason: 'gate', answer };
		const taken = await trx
			.selectFrom('sign_in')
			.select('person')
			.where('login', '=', loginOf(wanted.email))
			.executeTakeFirst();
		if (taken) return { ok: false, reason: 'login-taken' };
		const person = await makePerson(trx, audience, wanted);
		await visitors.take(trx, learner, person);
		if (!(await addSignIn(trx, { person, login: wanted.email, passwordHash })))
			throw new Error('the login was taken in between');
		await append(trx, {
			kind: 'sign-in.made',
			actor: person,
			learner,
			subject: person,
			detail: { audience, gate: way.gate }
		});
		await issueCertificates(trx, learner);
		return { ok: true, person };
	});
}

/**
 * Carries a visitor's evidence over to somebody who has a sign-in, as signing up does: once, within thirty days, and
 * only what nobody else has. They say themselves that it is theirs.
 */
export async function claim(
	db: Db,
	person: string,
	learner: string
): Promise<{ ok: true } | { ok: false; reason: 'already-somebody' | 'too-late' }> {
	return within(db, signUpScope, async (trx) => {
		const stands = await visitors.standing(trx, learner);
		if (stands !== 'open') return { ok: false, reason: stands === 'taken' ? 'already-somebody' : 'too-late' };
		await visitors.take(trx, learner, person);
		await append(trx, { kind: 'visitor.claimed', actor: person, learner, subject: person });
		await issueCertificates(trx, learner);
		return { ok: true };
	});
}

type LessonsFirst = { ok: false; reason: 'gate'; answer: GateAnswer | null };
export type InvitationRefusal = CodeRefusal | ChoiceRefusal | LessonsFirst;

/**
 * Makes a sign-in (or the way back into one) by an invitation. Families who hold one are not asked for lessons, unless
 * district.yaml says `invitations.lessons_first`; `learner` is then the visitor whose evidence the gate looks at.
 */
export async function joinByInvitation(
	db: Db,
	code: string,
	choice: Choice,
	{ learner, ...where }: { learner: string | null; address: string | null; device: string | null; now: Date }
): Promise<{ ok: true; person: string; purpose: Purpose; login: string } | InvitationRefusal> {
	const { name, short, emailDomains } = district();
	return accept<LessonsFirst>(db, code, choice, {
		...where,
		districtWords: [name, short, ...emailDomains, 'Waypost'],
		async mayJoin(trx, { purpose, roles }) {
			const gate = purpose === 'first' && roles.every((role) => role === 'guardian') ? lessonsGate() : null;
			if (gate === null) return { ok: true };
			const answer = learner ? await check(trx, gate, [{ part: 'visitor', learner }], 'open') : null;
			return answer?.allow ? { ok: true } : { ok: false, reason: 'gate', answer };
		},
		used: confirmGuardian
	});
}

/** An invitation by which the office says whose guardian somebody is, says so from the moment it is used. */
async function confirmGuardian(
	trx: Trx,
	{ person: guardian, madeBy: invitedBy, children }: InvitationRow
): Promise<void> {
	if (children.length === 0) return;
	// What the office or the roster has ended or confirmed meanwhile stays as it is.
	const links = await trx
		.selectFrom('guardian_link')
		.select('child')
		.where('guardian', '=', guardian)
		.where('child', 'in', children)
		.where('confirmed_at', 'is', null)
		.where('ended_at', 'is', null)
		.where(sql<boolean>`during @> waypost_now()`)
		.execute();
	for (const { child } of links)
		await confirmInvited(trx, { guardian, child }, { invitedBy, maySeeRecord: false });
}

/** The gate that a family's invitation asks for; null where it asks for none, as by default. */
export function lessonsGate(): string | null {
	const way = wayIn('family');
	return district().invitations.lessons_first && way.by === 'gated' ? way.gate : null;
}

async function makePerson(trx: Trx, audience: Audience, wanted: NewSignIn): Promise<string> {
	const { id: person } = await trx
		.insertInto('person')
		.values({ kind: 'human' })
		.returning('id')
		.executeTakeFirstOrThrow();
	await trx
		.insertInto('person_identity')
		.values({
			person,
			given_name: wanted.givenName,
			family_name: wanted.familyName,
			email: loginOf(wanted.email),
			locale: wanted.locale,
			sourced_id: null,
			employee_id: null
		})
		.execute();
	const organisation = await trx
		.selectFrom('organisation')
		.select('id')
		.where('kind', '=', 'district')
		.executeTakeFirstOrThrow(
			() => new Error('the district has no organisation yet; make the first administrator first')
		);
	await trx
		.insertInto('affiliation')
		.values({
			person,
			organisation: organisation.id,
			role: roleOf[audience],
			band: null,
			during: sql<string>`tstzrange(waypost_now(), null)`
		})
		.execute();
	return person;
}

/** What was earned as a visitor gets its certificate now that there is a name to put on it. */
async function issueCertificates(trx: Trx, learner: string): Promise<void> {
	const periods = await trx
		.selectFrom('period')
		.leftJoin('certificate', 'certificate.period', 'period.id')
		.select('period.id')
		.where('period.learner', '=', learner)
		.where('certificate.id', 'is', null)
		.execute();
	for (const period of periods) await issueFor(trx, period.id, learner);
	await enter(trx, signUpScope);
}
