import { sql, type Kysely } from 'kysely';
import { catalogue, district, gate as findGate, mainPolicy } from '#lib/server/catalogue/catalogue.ts';
import { contentHash } from '#lib/server/catalogue/hash.ts';
import type { Gate } from '#lib/server/catalogue/read-catalogue.ts';
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
	/** The rules that it was given under; see `rulesOf`. */
	rules: string;
};
/** About whom a gate is asked together, and the school that it is for, where it is for one. */
export type Question = { subjects: Subject[]; school: string | null };

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
	const standing = await standingOf(db, peopleIn(subjects));
	return answer(db, gateId, subjects, purpose, school, standing);
}

/** Answers many questions of one gate as `check` does, in as many statements as one takes. */
export async function checkEach(
	db: Kysely<Database>,
	gateId: string,
	questions: Question[],
	purpose: Purpose
): Promise<GateAnswer[]> {
	const everybody = questions.flatMap(({ subjects }) => subjects);
	const standing = await standingOf(db, peopleIn(everybody));
	const evidence = await readEvidence(db, gateId, everybody);
	return questions.map(({ subjects, school }) => decideOn(evidence, subjects, purpose, school, standing));
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

/**
 * Hash of the rules by which a gate answers: what it asks for, the policy versions that count as acknowledged, and what
 * the district set of grace and of who permits. An answer that was stored is the gate's no longer once this has changed,
 * and no standing tells of it. null for a gate that there is not.
 */
export function rulesOf(gateId: string): string | null {
	const gate = findGate(gateId);
	if (!gate) return null;
	return contentHash({
		gate,
		policies: gate.asks.flatMap((ask) =>
			'acknowledgement' in ask ? [[ask.acknowledgement, versionThatCounts(ask.acknowledgement)]] : []
		),
		graceDays: district().renewal.grace_days,
		permissionSigners: district().families.permission_signers
	});
}

async function answer(
	db: Kysely<Database>,
	gateId: string,
	subjects: Subject[],
	purpose: Purpose,
	school: string | null,
	standing: Record<string, string>
): Promise<GateAnswer> {
	return decideOn(await readEvidence(db, gateId, subjects), subjects, purpose, school, standing);
}

type ReadEvidence = { gate: Gate; rules: string; at: Date; of: (subject: Subject) => GateEvidence };

/** What a gate looks at for all of these, read once. */
async function readEvidence(
	db: Kysely<Database>,
	gateId: string,
	subjects: Subject[]
): Promise<ReadEvidence> {
	const [gate, rules] = [findGate(gateId), rulesOf(gateId)];
	if (!gate || !rules) throw new Error(`there is no gate “${gateId}” in content/gates.yaml`);
	const people = peopleIn(subjects);
	const at = await now(db);
	const held = await ofPeople(db, people);
	const facts = await factsOf(db, people);
	const asksPermission = gate.asks.some((ask) => 'permission' in ask);
	const permitted = asksPermission ? await permissions.holding(db, people, at) : notPermitted;
	const visitors = new Map<string, Holdings>();
	for (const subject of subjects)
		if ('learner' in subject) visitors.set(subject.learner, await ofLearner(db, subject.learner));
	return {
		gate,
		rules,
		at,
		of: (subject) =>
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
						visitors.get(subject.learner) ?? nothingHeld,
						{ active: true, roles: [], permission: notPermitted },
						at
					)
	};
}

function decideOn(
	{ gate, rules, at, of }: ReadEvidence,
	subjects: Subject[],
	purpose: Purpose,
	school: string | null,
	standing: Record<string, string>
): GateAnswer {
	const decided = subjects.map((subject) => ({
		...decide(gate, of(subject), purpose, at, school),
		part: subject.part,
		person: 'person' in subject ? subject.person : null
	}));
	const allow = decided.length > 0 && decided.every((subject) => subject.allow);
	const ends = decided.flatMap((subject) => (subject.allowedUntil ? [subject.allowedUntil.getTime()] : []));
	return {
		gate: gate.id,
		purpose,
		allow,
		subjects: decided,
		allowedUntil: allow && ends.length > 0 ? new Date(Math.min(...ends)) : null,
		at,
		standing: Object.fromEntries(
			peopleIn(subjects).flatMap((person) => {
				const rev = standing[person];
				return rev === undefined ? [] : [[person, rev]];
			})
		),
		rules
	};
}

function peopleIn(subjects: Subject[]): string[] {
	return [...new Set(subjects.flatMap((subject) => ('person' in subject ? [subject.person] : [])))];
}

/** Turns what is held into what a gate looks at. */
export function evidenceOf(held: Holdings, facts: PersonFacts, at: Date): GateEvidence {
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
				(entry) => entry.policy === policy && entry.version === versionThatCounts(policy)
			),
		completed: (course) =>
			held.completions.some((completion) => completion.course === course && !completion.annulled)
	};
}

/** The version of a policy that has to be acknowledged now. */
function versionThatCounts(policy: string): string {
	return catalogue().policies[policy]?.version ?? mainPolicy().version;
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
