import { sql } from 'kysely';
import { check as checkPassword, hashPassword, ownWords, type Weakness } from '#lib/server/auth/passwords.ts';
import { addSignIn, loginOf } from '#lib/server/auth/sign-in.ts';
import { district, gate as findGate } from '#lib/server/catalogue/catalogue.ts';
import { issueFor } from '#lib/server/certification/completions.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import type { AffiliationRole } from '#lib/server/db/schema.ts';
import { enter, within } from '#lib/server/db/scope.ts';
import { check, type GateAnswer } from './gate.ts';

export type Audience = keyof ReturnType<typeof district>['sign_up'];
export type NewSignIn = {
	givenName: string;
	familyName: string;
	email: string;
	password: string;
	locale: string;
};
export type SignUpRefusal =
	| { ok: false; reason: 'closed' | 'invitation' | 'nothing-learned' | 'login-taken' | 'already-somebody' }
	| { ok: false; reason: 'gate'; answer: GateAnswer }
	| { ok: false; reason: 'weak-password'; weakness: Weakness };

const roleOf: Record<Audience, AffiliationRole> = {
	staff: 'teacher',
	student: 'student',
	family: 'guardian',
	partner: 'volunteer'
};

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

	return within(db, { kind: 'system', purpose: 'sign-up' }, async (trx) => {
		// One sign-in from one visitor's evidence, however many forms are sent at once.
		await sql`select pg_advisory_xact_lock(hashtextextended(${learner}, 1))`.execute(trx);
		const claimed = await trx
			.selectFrom('learner_person')
			.select('person')
			.where('learner', '=', learner)
			.executeTakeFirst();
		if (claimed) return { ok: false, reason: 'already-somebody' };
		const answer = await check(trx, way.gate, [{ part: 'visitor', learner }], 'open');
		if (!answer.allow) return { ok: false, reason: 'gate', answer };
		const taken = await trx
			.selectFrom('sign_in')
			.select('person')
			.where('login', '=', loginOf(wanted.email))
			.executeTakeFirst();
		if (taken) return { ok: false, reason: 'login-taken' };
		const person = await makePerson(trx, audience, learner, wanted);
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

async function makePerson(trx: Trx, audience: Audience, learner: string, wanted: NewSignIn): Promise<string> {
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
	await trx.insertInto('learner_person').values({ learner, person }).execute();
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
	await trx.deleteFrom('visitor').where('learner', '=', learner).execute();
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
	await enter(trx, { kind: 'system', purpose: 'sign-up' });
}
