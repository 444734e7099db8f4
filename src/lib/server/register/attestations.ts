import { assuranceOf, type PersonActor } from '#lib/server/auth/actor.ts';
import { catalogue } from '#lib/server/catalogue/catalogue.ts';
import { contentHash } from '#lib/server/catalogue/hash.ts';
import type { AccountType, AttestationText } from '#lib/server/catalogue/read-catalogue.ts';
import type { Trx } from '#lib/server/db/database.ts';

export type Part = 'owner' | 'co-owner';

/** The statements that owner and co-owner of this type sign, one by one (curriculum 5.2). */
export function statementsOf(type: AccountType): AttestationText[] {
	const { attestations } = catalogue();
	return type.attestations.map((code) => {
		const text = attestations[code];
		if (!text) throw new Error(`attestation ${code} of type ${type.id} is not in content/account-types.yaml`);
		return text;
	});
}

/** The statements that are asked and not among the ticked ones, in their order. */
export function unsigned(type: AccountType, ticked: readonly string[]): AttestationText[] {
	return statementsOf(type).filter(({ code }) => !ticked.includes(code));
}

/** Signs every statement of the type for one revision, in its present wording. Signing again changes nothing. */
export async function sign(
	trx: Trx,
	type: AccountType,
	{
		registration,
		revision,
		part,
		signer
	}: { registration: string; revision: number; part: Part; signer: PersonActor }
): Promise<void> {
	await trx
		.insertInto('attestation')
		.values(
			statementsOf(type).map(({ code, statement }) => ({
				registration,
				revision,
				code,
				wording: statement,
				wording_hash: contentHash(statement),
				part,
				signer: signer.person,
				given: true,
				assurance: assuranceOf(signer)
			}))
		)
		.onConflict((conflict) => conflict.columns(['registration', 'revision', 'code', 'signer']).doNothing())
		.execute();
}
