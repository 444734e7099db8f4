import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { catalogue } from '#lib/server/catalogue/catalogue.ts';
import type { ApiToken } from '#lib/server/auth/tokens.ts';
import type { Db } from '#lib/server/db/database.ts';
import type { Purpose } from '#lib/server/db/schema.ts';
import { within } from '#lib/server/db/scope.ts';
import type { Finding } from './decide.ts';
import { check } from './gate.ts';

/** What other systems were told is kept for looking into complaints, and no longer: it says who asked about whom. */
const KEPT_DAYS = 30;

export type PersonKey = { email: string } | { sourcedId: string };
export type OutsideAnswer = {
	allow: boolean;
	decisionId: string;
	gate: string;
	/** What is not met; empty when the gate is open. */
	findings: Finding[];
	allowedUntil: Date | null;
	checkedAt: Date;
};

/**
 * Answers another system whether a person may pass a gate now. An unknown person is taken through the same steps as a
 * known one, and looks like one who is not certified, in shape and time (data model, attack 15): whoever holds nothing
 * of what the gate asks gets the same reasons, whatever else is true of them.
 */
export async function outsideCheck(
	db: Db,
	token: ApiToken,
	gateId: string,
	key: PersonKey,
	purpose: Purpose
): Promise<OutsideAnswer | null> {
	if (!Object.hasOwn(catalogue().gates, gateId)) return null;
	const person = await findPerson(db, key);
	const answer = await check(db, gateId, [{ part: 'person', person: person ?? randomUUID() }], purpose);
	const findings = answer.subjects[0]?.findings ?? [];
	const asked = findings.filter(
		(finding) => finding.requirement !== 'role' && finding.requirement !== 'person'
	);
	const holdsSomething = asked.some((finding) => finding.met || !blank.has(finding.code));
	const unmet = (holdsSomething ? findings : asked.map(asNotHeld)).filter((finding) => !finding.met);
	const row = await db
		.insertInto('gate_check')
		.values({
			token: token.id,
			gate: gateId,
			person,
			allow: answer.allow,
			reasons: JSON.stringify(unmet.map(({ code, requirement }) => ({ code, requirement }))),
			allowed_until: answer.allowedUntil
		})
		.returning(['id', 'checked_at'])
		.executeTakeFirstOrThrow();
	return {
		allow: answer.allow,
		decisionId: row.id,
		gate: gateId,
		findings: answer.allow ? [] : unmet,
		allowedUntil: answer.allowedUntil,
		checkedAt: row.checked_at
	};
}

const blank = new Set<Finding['code']>([
	'not_certified',
	'not_acknowledged',
	'not_completed',
	'not_permitted'
]);

function asNotHeld(finding: Finding): Finding {
	return { ...finding, met: false, until: null };
}

/**
 * The one active person with this e-mail or source id; an address that several share names nobody. A record that was
 * merged into another is that other's.
 */
async function findPerson(db: Db, key: PersonKey): Promise<string | null> {
	const found = await within(db, { kind: 'system', purpose: 'gate-check' }, async (trx) => {
		const query = trx.selectFrom('person_identity as i').select('i.person').limit(50);
		const named = await ('email' in key
			? query.where((eb) => eb(eb.fn('lower', ['i.email']), '=', key.email.trim().toLowerCase())).execute()
			: query.where('i.sourced_id', '=', key.sourcedId.trim()).execute());
		// Asked about nobody as well: an unknown key takes as many statements as a known one.
		return trx
			.selectFrom('person as p')
			.select('p.id')
			.where('p.ended_at', 'is', null)
			.where(
				sql<boolean>`p.id in (
					select waypost_survivor(named) from unnest(${`{${named.map(({ person }) => person).join(',')}}`}::uuid[]) named
				)`
			)
			.execute();
	});
	return found.length === 1 ? (found[0]?.id ?? null) : null;
}

/** Takes away what other systems were told more than thirty days ago. Decisions on registrations are not among it. */
export async function deleteOld(db: Db): Promise<void> {
	await db
		.deleteFrom('gate_check')
		.where('checked_at', '<', sql<Date>`waypost_now() - make_interval(days => ${KEPT_DAYS})`)
		.execute();
}
