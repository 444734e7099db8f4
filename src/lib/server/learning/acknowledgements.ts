import type { Policy } from '#lib/server/catalogue/read-catalogue.ts';
import type { Trx } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import type { Who } from './lessons.ts';

/** Records that a learner has read this version of a policy. A second time changes nothing. */
export async function acknowledge(trx: Trx, who: Who, policy: Policy): Promise<void> {
	const row = await trx
		.insertInto('acknowledgement')
		.values({
			learner: who.learner,
			policy: policy.policy,
			version: policy.version,
			language: who.language,
			assurance: who.assurance
		})
		.onConflict((conflict) => conflict.doNothing())
		.returning('id')
		.executeTakeFirst();
	if (row)
		await append(trx, {
			kind: 'policy.acknowledged',
			learner: who.learner,
			detail: { policy: policy.policy, version: policy.version }
		});
}
