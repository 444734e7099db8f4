import { holds, schoolsWith, type PersonActor, type RequestActor } from '#lib/server/auth/actor.ts';
import { reviewRegistration } from '#lib/server/auth/can.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import type { AccountType, AttestationText } from '#lib/server/catalogue/read-catalogue.ts';
import { now } from '#lib/server/db/clock.ts';
import type { Db } from '#lib/server/db/database.ts';
import { civilDate } from '#lib/server/db/instants.ts';
import type { Finding } from '#lib/server/gate/decide.ts';
import { check, type RecordedReason } from '#lib/server/gate/gate.ts';
import { changesBetween, type AnswerChange } from '#lib/register/changes.ts';
import { describe, evidenceFor, type DescribedAnswer, type DescribedGroup } from '#lib/register/describe.ts';
import { checkForm, type FormError } from '#lib/register/form.ts';
import { statementsOf, type Part } from './attestations.ts';
import { formRules, questionContext } from './form-context.ts';
import { lookAlikes, type LookAlike } from './look-alikes.ts';
import * as registrations from './registrations.ts';
import type { HistoryEntry, Registration, Signature } from './registrations.ts';
import { schoolDaysBetween } from './school-days.ts';
import { missingSignatures, reviewerGate } from './verdict.ts';

/** After so many school days a registration has waited too long for anybody (curriculum 5.5, rule 3). */
const escalatesAfter = 10;

/** Where somebody reviews registrations: the whole district, or these schools; none for everybody else. */
export function reviewsFor(actor: RequestActor): 'district' | readonly string[] {
	if (holds(actor, 'district-administrator')) return 'district';
	const everywhere =
		actor.kind === 'person' &&
		actor.rights.some(({ right, districtWide }) => right === 'reviewer' && districtWide);
	return everywhere ? 'district' : schoolsWith(actor, 'reviewer');
}

/** Whether the pages of reviewers are for this person at all; each registration is asked about apart. */
export function isReviewer(actor: RequestActor): actor is PersonActor {
	return reviewsFor(actor).length > 0;
}

export type WaitingTime = {
	submittedAt: Date;
	schoolDays: number;
	/** School days within which the district means to answer. */
	target: number;
	urgency: 'in-time' | 'late' | 'escalated';
};
export type Waiting = {
	registration: Registration;
	/** Names within the reader's scope; null beyond it. */
	owner: string | null;
	coOwner: string | null;
	coOwnerSigned: boolean;
	time: WaitingTime;
	may: ReturnType<typeof reviewRegistration>;
};

/** What waits for a review where this person reviews, the longest waiting first. Empty for who reviews nowhere. */
export async function queue(db: Db, actor: PersonActor): Promise<Waiting[]> {
	const schools = reviewsFor(actor);
	if (schools.length === 0) return [];
	const ids = await waitingIn(db, schools).select('r.id').execute();
	const found = await Promise.all(ids.map(({ id }) => registrations.find(db, id)));
	const waiting = found.filter((one): one is Submitted => one !== null && one.revision !== null);
	const names = await registrations.namesOf(
		db,
		actor,
		waiting.flatMap(({ revision }) => [revision.owner, revision.coOwner])
	);
	const at = await now(db);
	const rows = await Promise.all(
		waiting.map(async (registration): Promise<Waiting> => {
			const { owner, coOwner } = registration.revision;
			const missing = await missingSignatures(
				db,
				registration.type,
				registration.id,
				registration.revision.number
			);
			return {
				registration,
				owner: names.get(owner) ?? null,
				coOwner: names.get(coOwner) ?? null,
				coOwnerSigned: missing.every(({ part }) => part !== 'co-owner'),
				time: waitingTime(registration, at),
				may: await mayReview(db, actor, registration)
			};
		})
	);
	return rows.sort((a, b) => a.time.submittedAt.getTime() - b.time.submittedAt.getTime());
}

/** How many registrations wait for a review by this person, their own left out. */
export async function countWaiting(db: Db, actor: PersonActor): Promise<number> {
	const schools = reviewsFor(actor);
	if (schools.length === 0) return 0;
	const { count } = await waitingIn(db, schools)
		.where('v.owner', '!=', actor.person)
		.where('v.co_owner', '!=', actor.person)
		.select(({ fn }) => fn.countAll<string>().as('count'))
		.executeTakeFirstOrThrow();
	return Number(count);
}

function waitingIn(db: Db, schools: 'district' | readonly string[]) {
	return registrations
		.withRevision(db)
		.where('c.state', 'in', ['submitted', 'in_review'])
		.$if(schools !== 'district', (query) => query.where('r.organisation', 'in', [...schools]));
}

export type Statement = Omit<AttestationText, 'evidence'> & {
	evidence: DescribedAnswer[];
	owner: Signature | null;
	coOwner: Signature | null;
};
export type ReviewHistory = (
	HistoryEntry | { kind: 'approval-refused'; reasons: RecordedReason[]; at: Date }
)[];
export type Opened = {
	registration: Submitted;
	owner: { name: string | null; findings: Finding[] };
	coOwner: { name: string | null; findings: Finding[] };
	/** What the account's gate would say now, of both. */
	gateAllows: boolean;
	groups: DescribedGroup[];
	statements: Statement[];
	missing: { part: Part; code: string }[];
	/** Answers that today's rules would not take any more. */
	mistakes: FormError[];
	/** What is different from the revision before; empty for the first. */
	changes: AnswerChange[];
	lookAlikes: LookAlike[];
	history: ReviewHistory;
	/** Null where nothing waits. */
	time: WaitingTime | null;
	may: ReturnType<typeof reviewRegistration>;
	/** Whether the reader is certified to review now, and if not, why. */
	reviewer: { allow: boolean; findings: Finding[] };
};
type Submitted = Registration & { revision: NonNullable<Registration['revision']> };

/**
 * Everything that a reviewer looks at: the latest revision, each statement beside its evidence and its signatures,
 * and what could be found out without them. Null for a registration of another school, a draft, and one that isn't.
 */
export async function open(db: Db, actor: PersonActor, id: string): Promise<Opened | null> {
	const registration = await registrations.find(db, id);
	const schools = reviewsFor(actor);
	if (!registration || !isSubmitted(registration)) return null;
	if (schools !== 'district' && !schools.includes(registration.organisation)) return null;

	const { body, owner, coOwner, number } = registration.revision;
	const { gate } = registration.type;
	const subjects = [
		{ part: 'owner', person: owner },
		{ part: 'co-owner', person: coOwner }
	];
	const [names, answer, missing, signed, before, form] = await Promise.all([
		registrations.namesOf(db, actor, await registrations.everOwners(db, id)),
		check(db, gate, subjects, 'open', registration.organisation),
		missingSignatures(db, registration.type, id, number),
		registrations.signatures(db, id, number),
		registrations.revision(db, id, number - 1),
		checkForm(body, await formRules(db))
	]);
	const findings = (part: Part) => answer.subjects.find((subject) => subject.part === part)?.findings ?? [];
	const context = questionContext([...names].map(([person, name]) => ({ person, name })));
	const waits = registration.state === 'submitted' || registration.state === 'in_review';
	return {
		registration,
		owner: { name: names.get(owner) ?? null, findings: findings('owner') },
		coOwner: { name: names.get(coOwner) ?? null, findings: findings('co-owner') },
		gateAllows: answer.allow,
		groups: describe(body, context),
		statements: statementsOf(registration.type).map((statement) => ({
			...statement,
			evidence: evidenceFor(body, statement.evidence, context),
			owner: signed.find(({ code, part }) => code === statement.code && part === 'owner') ?? null,
			coOwner: signed.find(({ code, part }) => code === statement.code && part === 'co-owner') ?? null
		})),
		missing,
		mistakes: waits && !form.ok ? form.errors : [],
		changes: before ? changesBetween(before.body, body, context) : [],
		lookAlikes: await lookAlikes(db, registration, schools),
		history: await historyOf(db, actor, id),
		time: waits ? waitingTime(registration, await now(db)) : null,
		may: await mayReview(db, actor, registration),
		reviewer: await reviewerGate(db, actor)
	};
}

function isSubmitted(registration: Registration): registration is Submitted {
	return registration.revision !== null;
}

async function mayReview(db: Db, actor: PersonActor, { id, organisation, revision }: Submitted) {
	const everOwners = await registrations.everOwners(db, id);
	return reviewRegistration(actor, {
		owner: revision.owner,
		coOwner: revision.coOwner,
		organisation,
		everOwners
	});
}

function waitingTime(
	{ type, revision }: { type: AccountType; revision: Submitted['revision'] },
	at: Date
): WaitingTime {
	const zone = district().time_zone;
	const schoolDays = schoolDaysBetween(civilDate(revision.submittedAt, zone), civilDate(at, zone));
	const target = type.review_school_days;
	const urgency =
		schoolDays > Math.max(escalatesAfter, target) ? 'escalated' : schoolDays > target ? 'late' : 'in-time';
	return { submittedAt: revision.submittedAt, schoolDays, target, urgency };
}

/** What happened, the last first, with the approvals that the gate refused: those decisions name the registration. */
async function historyOf(db: Db, actor: PersonActor, id: string): Promise<ReviewHistory> {
	const [moves, refused] = await Promise.all([
		registrations.history(db, actor, id),
		db
			.selectFrom('gate_decision')
			.select(['reasons', 'decided_at'])
			.where('registration', '=', id)
			.where('allow', '=', false)
			.execute()
	]);
	const refusals = refused.map((row) => ({
		kind: 'approval-refused' as const,
		reasons: row.reasons as RecordedReason[],
		at: row.decided_at
	}));
	return [...moves, ...refusals].sort((a, b) => b.at.getTime() - a.at.getTime());
}
