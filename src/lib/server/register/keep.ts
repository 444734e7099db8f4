import { sql, type Kysely } from 'kysely';
import { catalogue } from '#lib/server/catalogue/catalogue.ts';
import { now } from '#lib/server/db/clock.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import type { Database } from '#lib/server/db/schema.ts';
import { checkEach, rulesOf, standingOf, type GateAnswer } from '#lib/server/gate/gate.ts';
import { withRevision } from './registrations.ts';

/** An account that is active by its last move, with the gate's stored answer on keeping it. */
export type ActiveRow = {
	id: string;
	type: string;
	organisation: string;
	/** Number of its last move. */
	n: number;
	owner: string;
	co_owner: string;
	/** Until when the gate allows keeping the account; null when nothing ends it. */
	keep_until: Date | null;
	/** Revision of each person's standing that this rests on; null when the gate was never asked. */
	keep_standing: Record<string, string> | null;
	/** The rules that the gate answered under; null when that is not known. */
	keep_rules: string | null;
};

/** The accounts that are active by their last move; which of them are shown, `shownOf` says. */
export function active(db: Kysely<Database>) {
	return withRevision(db)
		.select([
			'r.id',
			'r.type',
			'r.organisation',
			'c.n',
			'c.keep_until',
			'c.keep_standing',
			'c.keep_rules',
			'v.owner',
			'v.co_owner'
		])
		.where('c.state', 'in', ['active', 'renewal_due']);
}

/**
 * Those that may be shown as active at this moment, for the public register and for those who run them alike. Where the
 * stored answer is no running yes (the rules have changed or somebody's standing has, or it ran out, or it was a no),
 * the gate is asked again. So an account is gone the moment that the gate would not allow it any more, and back when it
 * does again, with no job running (invariant 7). A yes is stored, so that the next reader need not ask.
 */
export async function shownOf<Row extends ActiveRow>(db: Db, rows: Row[]): Promise<Row[]> {
	const standing = await standingOf(db, [
		...new Set(rows.flatMap(({ owner, co_owner }) => [owner, co_owner]))
	]);
	const at = await now(db);
	const rules = new Map(gatesOf(rows).map((gate) => [gate, rulesOf(gate)]));
	const stands = rows.filter((row) => {
		const gate = gateOf(row);
		return gate !== undefined && isRunningYes(row, { standing, rules: rules.get(gate) ?? null, at });
	});
	const shown = new Set(stands.map(({ id }) => id));
	const asked = await ask(
		db,
		rows.filter(({ id }) => !shown.has(id))
	);
	const allowed = asked.filter(({ answer }) => answer.allow);
	await store(db, allowed);
	for (const { row } of allowed) shown.add(row.id);
	return rows.filter(({ id }) => shown.has(id));
}

/** Whether an account is shown as active now. */
export async function isShownNow(db: Db, id: string): Promise<boolean> {
	const shown = await shownOf(db, await active(db).where('r.id', '=', id).execute());
	return shown.length > 0;
}

/**
 * Asks the gate whether owner and co-owner may keep the account that has just become active, and stores until when,
 * and what that rests on. A no is stored as an end that is reached already.
 */
export async function askKeep(trx: Trx, registration: string): Promise<void> {
	const row = await active(trx).where('r.id', '=', registration).executeTakeFirstOrThrow();
	const asked = await ask(trx, [row]);
	if (asked.length === 0) throw new Error(`account type “${row.type}” is not in content/account-types.yaml`);
	await store(trx, asked);
}

/** Whether the gate's stored answer is a yes that still holds: of this rule, for these standings, at this moment. */
function isRunningYes(
	{ owner, co_owner, keep_until, keep_standing, keep_rules }: ActiveRow,
	present: { standing: Record<string, string>; rules: string | null; at: Date }
): boolean {
	if (!keep_standing || keep_rules === null || keep_rules !== present.rules) return false;
	const isAsItWas = (person: string) =>
		keep_standing[person] !== undefined && keep_standing[person] === present.standing[person];
	return isAsItWas(owner) && isAsItWas(co_owner) && (keep_until === null || present.at < keep_until);
}

type Asked = { row: ActiveRow; answer: GateAnswer };

/** Asks about many accounts, in one go for each gate. Those of an unknown type are left out, and so not allowed. */
async function ask(db: Kysely<Database>, rows: ActiveRow[]): Promise<Asked[]> {
	const asked: Asked[] = [];
	for (const gate of gatesOf(rows)) {
		const group = rows.filter((row) => gateOf(row) === gate);
		const questions = group.map(({ owner, co_owner, organisation }) => ({
			subjects: [
				{ part: 'owner', person: owner },
				{ part: 'co-owner', person: co_owner }
			],
			school: organisation
		}));
		const answers = await checkEach(db, gate, questions, 'keep');
		for (const [index, row] of group.entries()) {
			const answer = answers[index];
			if (answer) asked.push({ row, answer });
		}
	}
	return asked;
}

function gatesOf(rows: ActiveRow[]): string[] {
	return [...new Set(rows.flatMap((row) => gateOf(row) ?? []))];
}

function gateOf({ type }: ActiveRow): string | undefined {
	return catalogue().accountTypes[type]?.gate;
}

/**
 * Stores answers beside their accounts. Not where the account has moved on since it was read, nor where somebody else
 * holds it at this instant: readers neither wait for each other nor for a move, and the next one asks again.
 */
async function store(db: Kysely<Database>, asked: Asked[]): Promise<void> {
	if (asked.length === 0) return;
	const answers = asked.map(({ row, answer }) => ({
		registration: row.id,
		n: row.n,
		keep_until: answer.allow ? answer.allowedUntil : answer.at,
		keep_standing: answer.standing,
		keep_rules: answer.rules
	}));
	await sql`
		with answered as (
			select * from jsonb_to_recordset(${JSON.stringify(answers)}::jsonb)
				as a (registration uuid, n integer, keep_until timestamptz, keep_standing jsonb, keep_rules text)
		), free as (
			select c.registration from registration_current c join answered a on a.registration = c.registration and a.n = c.n
			for no key update of c skip locked
		)
		update registration_current c
		set keep_until = a.keep_until, keep_standing = a.keep_standing, keep_rules = a.keep_rules
		from answered a
		where c.registration = a.registration and c.n = a.n and c.registration in (select registration from free)
	`.execute(db);
}
