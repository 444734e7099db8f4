import type { PersonActor } from '#lib/server/auth/actor.ts';
import { catalogue } from '#lib/server/catalogue/catalogue.ts';
import type { AccountType } from '#lib/server/catalogue/read-catalogue.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { withoutUnasked, type Answers } from '#lib/register/form.ts';
import type { RegistrationState } from '#lib/register/states.ts';
import { editable, record } from './moves.ts';
import { isStaff, workplaces } from './staff.ts';

export type Draft = {
	id: string;
	type: AccountType;
	/** School (or office) that the account belongs to. */
	organisation: string;
	organisationName: string;
	state: RegistrationState;
	/** The revision that was submitted last; null before the first. */
	revision: number | null;
	answers: Answers;
	/** Rises with every save: what is submitted is what was last read. */
	rev: number;
	updatedAt: Date;
};
export type CreateRefusal = 'not-staff' | 'unknown-type' | 'not-open' | 'other-school';

/** Begins a draft. Anybody on the staff may begin one; the gate is asked when it is submitted. */
export async function create(
	db: Db,
	actor: PersonActor,
	{ type, organisation }: { type: string; organisation: string }
): Promise<{ ok: true; id: string } | { ok: false; reason: CreateRefusal }> {
	if (!isStaff(actor)) return { ok: false, reason: 'not-staff' };
	const chosen = catalogue().accountTypes[type];
	if (!chosen) return { ok: false, reason: 'unknown-type' };
	if (!chosen.open) return { ok: false, reason: 'not-open' };
	if (!workplaces(actor).some(({ id }) => id === organisation)) return { ok: false, reason: 'other-school' };
	return db.transaction().execute(async (trx) => {
		const { id } = await trx
			.insertInto('registration')
			.values({ type, organisation, created_by: actor.person })
			.returning('id')
			.executeTakeFirstOrThrow();
		await trx.insertInto('registration_draft').values({ registration: id, body: '{}' }).execute();
		await record(trx, { registration: id, to: 'draft', actor: actor.person });
		return { ok: true, id };
	});
}

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** One's own draft, while it can be changed; null for another's, a submitted one and one that never was alike. */
export async function load(db: Db, actor: PersonActor, id: string): Promise<Draft | null> {
	if (!uuid.test(id)) return null;
	const row = await ownDrafts(db, actor).where('r.id', '=', id).executeTakeFirst();
	return row ? draftOf(row) : null;
}

/** One's own drafts, the last touched first. */
export async function listMine(db: Db, actor: PersonActor): Promise<Draft[]> {
	const rows = await ownDrafts(db, actor).orderBy('d.updated_at', 'desc').execute();
	return rows.map(draftOf);
}

/**
 * Keeps what was typed on a page, right or wrong: nothing typed is lost. `answers` replaces the fields that it names.
 * Gives the draft as it then stands; null where there is no such draft of this actor.
 */
export async function save(db: Db, actor: PersonActor, id: string, answers: Answers): Promise<Draft | null> {
	return db.transaction().execute(async (trx) => {
		const draft = await lock(trx, actor, id);
		if (!draft) return null;
		const body = withoutUnasked({ ...draft.answers, ...answers });
		const row = await trx
			.updateTable('registration_draft')
			.set(({ eb, fn }) => ({
				body: JSON.stringify(body),
				rev: eb('rev', '+', 1),
				updated_at: fn('waypost_now')
			}))
			.where('registration', '=', id)
			.returning(['rev', 'updated_at'])
			.executeTakeFirstOrThrow();
		return { ...draft, answers: body, rev: row.rev, updatedAt: row.updated_at };
	});
}

/** Holds one's own draft until the transaction ends. */
export async function lock(trx: Trx, actor: PersonActor, id: string): Promise<Draft | null> {
	if (!uuid.test(id)) return null;
	await trx
		.selectFrom('registration_draft')
		.select('rev')
		.where('registration', '=', id)
		.forUpdate()
		.execute();
	return load(trx, actor, id);
}

// The owner of a draft is who last submitted it, and before that who began it.
function ownDrafts(db: Db, actor: PersonActor) {
	return db
		.selectFrom('registration as r')
		.innerJoin('registration_draft as d', 'd.registration', 'r.id')
		.innerJoin('registration_current as c', 'c.registration', 'r.id')
		.innerJoin('organisation as o', 'o.id', 'r.organisation')
		.leftJoin('registration_revision as v', (join) =>
			join.onRef('v.registration', '=', 'r.id').onRef('v.number', '=', 'c.revision')
		)
		.select([
			'r.id',
			'r.type',
			'r.organisation',
			'o.name as organisationName',
			'c.state',
			'c.revision',
			'd.body',
			'd.rev',
			'd.updated_at'
		])
		.where('c.state', 'in', [...editable])
		.where(({ eb, fn }) => eb(fn.coalesce('v.owner', 'r.created_by'), '=', actor.person));
}

function draftOf(row: {
	id: string;
	type: string;
	organisation: string;
	organisationName: string;
	state: string;
	revision: number | null;
	body: object;
	rev: number;
	updated_at: Date;
}): Draft {
	const type = catalogue().accountTypes[row.type];
	if (!type) throw new Error(`account type “${row.type}” is not in content/account-types.yaml`);
	return {
		id: row.id,
		type,
		organisation: row.organisation,
		organisationName: row.organisationName,
		state: row.state as RegistrationState,
		revision: row.revision,
		answers: withoutUnasked(row.body as Answers),
		rev: row.rev,
		updatedAt: row.updated_at
	};
}
