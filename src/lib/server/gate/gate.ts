import { sql, type Kysely } from 'kysely';
import { catalogue, gate as findGate, mainPolicy } from '#lib/server/catalogue/catalogue.ts';
import { statusOf } from '#lib/server/certification/certification-status.ts';
import { nothingHeld, ofLearner, ofPeople, type Holdings } from '#lib/server/certification/holdings.ts';
import { now } from '#lib/server/db/clock.ts';
import type { Trx } from '#lib/server/db/database.ts';
import type { AffiliationRole, Database, Purpose } from '#lib/server/db/schema.ts';
import * as permissions from '#lib/server/families/permissions.ts';
import { decide, type Decision, type Finding, type FindingCode, type GateEvidence } from './decide.ts';

/** Somebody a gate is asked about: a person, or a visitor who is only a learner yet. */
export type Subject = { part: string; person: string } | { part: string; learner: string };
export type SubjectDecision = Decision & { part: string; person: string | null };
export type GateAnswer = {
	gate: string;
	purpose: Purpose;
	allow: boolean;
	subjects: SubjectDecision[];
	/** The earliest end among all that the answer rests on; null when nothing ends it or it is a no. */
	allowedUntil: Date | null;
	at: Date;
	/** Revision of each person's standing that the answer saw. */
	standing: Record<string, string>;
};

type PersonFacts = { active: boolean; roles: GateEvidence['roles']; permission: GateEvidence['permission'] };
const notPermitted = () => ({ given: false, until: null });

/**
 * Answers a gate for one or several subjects (owner and co-owner). Reads only; for an answer that an action rests
 * on use `decideFor` in the action's own transaction. An unknown gate throws: a mistake in code or content.
 */
export async function check(
	db: Kysely<Database>,
	gateId: string,
	subjects: Subject[],
	purpose: Purpose,
	school: string | null = null
): Promise<GateAnswer> {
	const people = subjects.flatMap((subject) => ('person' in subject ? [subject.person] : []));
	const standing = await standingOf(db, people);
	return answer(db, gateId, subjects, purpose, school, standing);
}

/**
 * Decides a gate for an action in this transaction, and records it: locks what the answer rests on, reads the
 * clock, decides, writes (invariant 7). Gives the answer with the id of the decision.
 */
export async function decideFor(
	trx: Trx,
	gateId: string,
	subjects: { part: string; person: string }[],
	purpose: Purpose,
	school: string | null,
	registration: { id: string; revision: number }
): Promise<GateAnswer & { decision: string }> {
	const given = await decideLocked(trx, gateId, subjects, purpose, school);
	return { ...given, decision: await storeDecision(trx, given, registration) };
}

/**
 * The first half of `decideFor`, for an action that writes nothing when it is refused: holds the standings of all
 * subjects until the transaction ends, and answers. Follow it by `storeDecision` in the same transaction.
 */
export async function decideLocked(
	trx: Trx,
	gateId: string,
	subjects: { part: string; person: string }[],
	purpose: Purpose,
	school: string | null
): Promise<GateAnswer> {
	const people = subjects.map((subject) => subject.person);
	const { rows } = await sql<{ person: string; rev: string }>`
		select person, rev from lock_standing(${`{${people.join(',')}}`}::uuid[])
	`.execute(trx);
	const standing = Object.fromEntries(rows.map((row) => [row.person, row.rev]));
	return answer(trx, gateId, subjects, purpose, school, standing);
}

/** Keeps an answer with its reasons; `registration` is null for a refusal, which leaves no revision behind. Gives its id. */
export async function storeDecision(
	trx: Trx,
	given: GateAnswer,
	registration: { id: string; revision: number } | null
): Promise<string> {
	const rules = await trx
		.selectFrom('rule_set')
		.select('id')
		.where('hash', '=', catalogue().ruleHash)
		.executeTakeFirstOrThrow();
	const decision = await trx
		.insertInto('gate_decision')
		.values({
			gate: given.gate,
			purpose: given.purpose,
			allow: given.allow,
			reasons: JSON.stringify(reasonsOf(given)),
			rule_set: rules.id,
			allowed_until: given.allowedUntil,
			registration: registration?.id ?? null,
			revision: registration?.revision ?? null
		})
		.returning('id')
		.executeTakeFirstOrThrow();
	const subjects = given.subjects.flatMap(({ person, part }) =>
		person === null ? [] : [{ decision: decision.id, person, part, rev: given.standing[person] ?? '0' }]
	);
	if (subjects.length > 0) await trx.insertInto('gate_decision_subject').values(subjects).execute();
	return decision.id;
}

export type RecordedReason = {
	part: string;
	code: FindingCode;
	requirement: string;
	met: boolean;
	until: string | null;
	ended?: string;
};

/** The findings as they are stored with a decision: codes, never words or names. */
export function reasonsOf(given: GateAnswer): RecordedReason[] {
	return given.subjects.flatMap((subject) =>
		subject.findings.map((finding) => ({
			part: subject.part,
			code: finding.code,
			requirement: finding.requirement,
			met: finding.met,
			until: finding.until?.toISOString() ?? null,
			...(finding.ended ? { ended: finding.ended.toISOString() } : {})
		}))
	);
}

/** The findings of a stored decision, one part's or all, to be explained again. */
export function findingsOf(reasons: RecordedReason[]): (Finding & { part: string })[] {
	return reasons.map((reason) => ({
		part: reason.part,
		code: reason.code,
		requirement: reason.requirement,
		met: reason.met,
		until: reason.until === null ? null : new Date(reason.until),
		...(reason.ended ? { ended: new Date(reason.ended) } : {})
	}));
}

async function answer(
	db: Kysely<Database>,
	gateId: string,
	subjects: Subject[],
	purpose: Purpose,
	school: string | null,
	standing: Record<string, string>
): Promise<GateAnswer> {
	const gate = findGate(gateId);
	if (!gate) throw new Error(`there is no gate “${gateId}” in content/gates.yaml`);
	const people = subjects.flatMap((subject) => ('person' in subject ? [subject.person] : []));
	const at = await now(db);
	const held = await ofPeople(db, people);
	const facts = await factsOf(db, people);
	const asksPermission = gate.asks.some((ask) => 'permission' in ask);
	const permitted = asksPermission ? await permissions.holding(db, people, at) : notPermitted;
	const decided: SubjectDecision[] = [];
	for (const subject of subjects) {
		const evidence =
			'person' in subject
				? evidenceOf(
						held.get(subject.person) ?? nothingHeld,
						{
							...(facts.get(subject.person) ?? { active: false, roles: [] }),
							permission: (purpose) => permitted(subject.person, purpose)
						},
						at
					)
				: evidenceOf(
						await ofLearner(db, subject.learner),
						{ active: true, roles: [], permission: notPermitted },
						at
					);
		decided.push({
			...decide(gate, evidence, purpose, at, school),
			part: subject.part,
			person: 'person' in subject ? subject.person : null
		});
	}
	return combine(gateId, purpose, decided, at, standing);
}

function combine(
	gateId: string,
	purpose: Purpose,
	subjects: SubjectDecision[],
	at: Date,
	standing: Record<string, string>
): GateAnswer {
	const allow = subjects.length > 0 && subjects.every((subject) => subject.allow);
	const ends = subjects.flatMap((subject) => (subject.allowedUntil ? [subject.allowedUntil.getTime()] : []));
	return {
		gate: gateId,
		purpose,
		allow,
		subjects,
		allowedUntil: allow && ends.length > 0 ? new Date(Math.min(...ends)) : null,
		at,
		standing
	};
}

/** Turns what is held into what a gate looks at. */
export function evidenceOf(held: Holdings, facts: PersonFacts, at: Date): GateEvidence {
	const policies = catalogue().policies;
	return {
		active: facts.active,
		roles: facts.roles,
		permission: facts.permission,
		certification: (id) => statusOf(held, id, at),
		credit: (id) =>
			held.credits
				.filter(
					(credit) =>
						credit.certification === id && credit.from <= at && (credit.until === null || at < credit.until)
				)
				.sort((a, b) => (b.until?.getTime() ?? Infinity) - (a.until?.getTime() ?? Infinity))[0] ?? null,
		acknowledged: (policy) =>
			held.acknowledgements.some(
				(entry) =>
					entry.policy === policy && entry.version === (policies[policy]?.version ?? mainPolicy().version)
			),
		completed: (course) =>
			held.completions.some((completion) => completion.course === course && !completion.annulled)
	};
}

/** Revisions of people's standings, without locking them. */
export async function standingOf(db: Kysely<Database>, people: string[]): Promise<Record<string, string>> {
	if (people.length === 0) return {};
	const rows = await db
		.selectFrom('standing')
		.select(['person', 'rev'])
		.where('person', 'in', people)
		.execute();
	return Object.fromEntries(rows.map((row) => [row.person, row.rev]));
}

/** Whether people are active, and their roles now. Opaque ids only, so row-level security need not open. */
async function factsOf(
	db: Kysely<Database>,
	people: string[]
): Promise<Map<string, Omit<PersonFacts, 'permission'>>> {
	if (people.length === 0) return new Map();
	const { rows } = await sql<{
		person: string;
		active: boolean;
		roles: { role: AffiliationRole; organisation: string; until: string | null }[];
	}>`
		select s.person, s.active,
			coalesce((select json_agg(json_build_object('role', a.role, 'organisation', a.organisation, 'until', upper(a.during)))
				from affiliation a where a.person = s.person and a.superseded_at is null and a.during @> waypost_now()), '[]') as roles
		from standing s where s.person = any(${`{${people.join(',')}}`}::uuid[])
	`.execute(db);
	return new Map(
		rows.map((row) => [
			row.person,
			{
				active: row.active && row.roles.length > 0,
				roles: row.roles.map((role) => ({
					...role,
					until: role.until === null ? null : new Date(role.until)
				}))
			}
		])
	);
}
