import { sql } from 'kysely';
import type { Db } from '#lib/server/db/database.ts';
import { range } from '#lib/server/db/instants.ts';
import type { AffiliationRole, Right } from '#lib/server/db/schema.ts';
import { within } from '#lib/server/db/scope.ts';
import type { Hasher } from '../passwords.ts';
import { addSignIn } from '../sign-in.ts';

/** Hashes in no time, for tests of many sign-ins; refuses to take one text for another all the same. */
export const cheapHasher: Hasher = {
	hash: async (password) => `cheap:${password}`,
	verify: async (stored, password) => stored === `cheap:${password}`,
	decoy: async () => 'cheap:\u0000nobody',
	isOutdated: () => false
};

/** A school of a test; gives its id. */
export async function addOrganisation(
	db: Db,
	name: string,
	kind: 'school' | 'district' = 'school'
): Promise<string> {
	const row = await db
		.insertInto('organisation')
		.values({ kind, name, sourced_id: null })
		.returning('id')
		.executeTakeFirstOrThrow();
	return row.id;
}

/** A person with identity, learner and, where asked for, affiliation, right and sign-in; gives the ids. */
export async function addPerson(
	db: Db,
	{
		givenName = 'Ada',
		familyName = 'Quill',
		email = null,
		password,
		school,
		role = 'teacher',
		right,
		hasher = cheapHasher
	}: {
		givenName?: string;
		familyName?: string;
		email?: string | null;
		password?: string;
		school?: string;
		role?: AffiliationRole;
		right?: { right: Right; organisation: string; grantedBy: string };
		hasher?: Hasher;
	} = {}
): Promise<{ person: string; learner: string }> {
	const passwordHash = password === undefined ? null : await hasher.hash(password);
	return within(db, { kind: 'system', purpose: 'seed' }, async (trx) => {
		const { id: person } = await trx
			.insertInto('person')
			.defaultValues()
			.returning('id')
			.executeTakeFirstOrThrow();
		await trx
			.insertInto('person_identity')
			.values({
				person,
				given_name: givenName,
				family_name: familyName,
				email,
				sourced_id: null,
				employee_id: null
			})
			.execute();
		const { id: learner } = await trx
			.insertInto('learner')
			.values({ kind: 'person' })
			.returning('id')
			.executeTakeFirstOrThrow();
		await trx.insertInto('learner_person').values({ learner, person }).execute();
		if (school) {
			await trx
				.insertInto('affiliation')
				.values({
					person,
					organisation: school,
					role,
					band: null,
					during: range(new Date('2026-08-26T04:00:00Z'), null)
				})
				.execute();
		}
		if (right) {
			await trx
				.insertInto('scope_grant')
				.values({
					person,
					right: right.right,
					organisation: right.organisation,
					during: range(new Date('2026-08-26T04:00:00Z'), null),
					granted_by: right.grantedBy
				})
				.execute();
		}
		if (email !== null && passwordHash !== null) await addSignIn(trx, { person, login: email, passwordHash });
		return { person, learner };
	});
}

/** A person who has left. */
export async function endPerson(db: Db, person: string): Promise<void> {
	await within(db, { kind: 'system', purpose: 'seed' }, async (trx) => {
		await trx
			.updateTable('person')
			.set({ ended_at: sql<Date>`waypost_now()` })
			.where('id', '=', person)
			.execute();
	});
}

/** Brings two records of one person together as `by` would, links of learning left aside. */
export async function mergePerson(
	db: Db,
	{ kept, absorbed, by }: { kept: string; absorbed: string; by: string }
): Promise<void> {
	await within(db, { kind: 'system', purpose: 'merge', actor: by }, async (trx) => {
		await trx
			.insertInto('person_merge')
			.values({
				kind: 'merge',
				kept,
				absorbed,
				merged_by: by,
				reason: 'One person, two records',
				moved: '{}'
			})
			.execute();
		await trx.updateTable('person').set({ merged_into: kept }).where('id', '=', absorbed).execute();
	});
}
