import { sql } from 'kysely';
import { assuranceOf, type PersonActor } from '#lib/server/auth/actor.ts';
import { permissionPurposes } from '#lib/server/catalogue/catalogue.ts';
import { isAskedFor, permissionText, type PermissionText } from '#lib/server/catalogue/permission-texts.ts';
import type { PermissionPurpose } from '#lib/server/catalogue/read-catalogue.ts';
import { now } from '#lib/server/db/clock.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { range } from '#lib/server/db/instants.ts';
import { append } from '#lib/server/db/ledger.ts';
import { unlessRefused } from '#lib/server/db/refusal.ts';
import type { Assurance, Band, PermissionAct, PermissionReader } from '#lib/server/db/schema.ts';
import { within } from '#lib/server/db/scope.ts';
import { inOffice, isPersonId, type OfficeRefusal } from '#lib/server/people/family-office.ts';
import { shortestReason } from '#lib/server/people/guardians.ts';
import {
	basisOf,
	noBasis,
	schoolYearAt,
	stateOf,
	type FamilyBasis,
	type RecordedWord
} from './family-basis.ts';
import { learnerOf } from './learner-of.ts';
import { whoSigns, type PermissionState } from './permission-state.ts';

/** One permission of one student as somebody looks at it. */
export type Permission = {
	purpose: PermissionPurpose;
	state: PermissionState;
	/** What was signed this school year, the newest first. */
	history: RecordedWord[];
	/** The last word of whoever looks; null when they said nothing, or their no was lifted. */
	own: RecordedWord | null;
};
/** All that is asked about one student. */
export type Permissions = {
	permissions: Permission[];
	signing: { guardians: boolean; student: boolean };
	year: ReturnType<typeof schoolYearAt>;
	at: Date;
};

export type SignResult =
	| { ok: true }
	/** There is no such permission for this student. */
	| { ok: false; reason: 'not-found' }
	/** Whoever asks may not sign for this student now. */
	| { ok: false; reason: 'may-not-sign' }
	/** The words have changed since they were read. */
	| { ok: false; reason: 'other-text' };

/** What is asked about a student of these bands, how each stands, and what `viewer` said. */
export async function ofStudent(
	db: Db,
	student: { person: string; bands: readonly (Band | null)[] },
	viewer: string | null
): Promise<Permissions> {
	const at = await now(db);
	const basis = (await basisOf(db, [student.person], at)).get(student.person) ?? noBasis;
	return {
		permissions: purposesFor(student.bands, basis).map((purpose) => permissionOf(basis, purpose, viewer, at)),
		signing: whoSigns(basis.flags, at),
		year: schoolYearAt(at),
		at
	};
}

function permissionOf(
	basis: FamilyBasis,
	purpose: PermissionPurpose,
	viewer: string | null,
	at: Date
): Permission {
	const history = basis.words.filter((word) => word.purpose === purpose.id).reverse();
	const last = history.find((word) => viewer !== null && word.signer === viewer);
	return {
		purpose,
		state: stateOf(basis, purpose.id, at),
		history,
		own: last && last.act !== 'lifted' ? last : null
	};
}

/** What is asked in these bands, and what somebody has spoken about already. */
function purposesFor(bands: readonly (Band | null)[], basis: FamilyBasis): PermissionPurpose[] {
	return permissionPurposes().filter(
		(purpose) =>
			bands.some((band) => isAskedFor(purpose, band)) ||
			basis.words.some((word) => word.purpose === purpose.id)
	);
}

/** What each student’s permissions let a gate do, by person: whether one holds, and until when. */
export async function holding(
	db: Parameters<typeof basisOf>[0],
	people: readonly string[],
	at: Date
): Promise<(person: string, purpose: string) => { given: boolean; until: Date | null }> {
	const bases = await basisOf(db, people, at);
	return (person, purpose) => {
		const { state, until } = stateOf(bases.get(person) ?? noBasis, purpose, at);
		return { given: state === 'given', until };
	};
}

/** What somebody signs with: the answer, and the hash of the words that they read, in the language of the page. */
export type Signing = { purpose: string; act: 'given' | 'refused'; text: string; locale: string };

/**
 * A guardian says yes or no for a child of theirs. Saying the same again changes nothing. The database refuses whoever
 * is not a guardian of this child at this moment, and everybody once the student signs alone.
 */
export async function signAsGuardian(
	db: Db,
	actor: PersonActor,
	child: string,
	signing: Signing
): Promise<SignResult> {
	return sign(db, actor, { subject: child, reader: 'guardian' }, signing);
}

/** A student says yes or no for themselves, where a flag says that they sign. */
export async function signAsStudent(db: Db, actor: PersonActor, signing: Signing): Promise<SignResult> {
	return sign(db, actor, { subject: actor.person, reader: 'student' }, signing);
}

/** Takes back one’s own yes for a child, at once. Where there is none, nothing changes. */
export async function withdrawAsGuardian(
	db: Db,
	actor: PersonActor,
	child: string,
	taken: { purpose: string; locale: string }
): Promise<SignResult> {
	return withdraw(db, actor, { subject: child, reader: 'guardian' }, taken);
}

/** Takes back a student’s own yes, at once. */
export async function withdrawAsStudent(
	db: Db,
	actor: PersonActor,
	taken: { purpose: string; locale: string }
): Promise<SignResult> {
	return withdraw(db, actor, { subject: actor.person, reader: 'student' }, taken);
}

type As = { subject: string; reader: PermissionReader };

async function sign(
	db: Db,
	actor: PersonActor,
	as: As,
	{ purpose: id, act, text: hash, locale }: Signing
): Promise<SignResult> {
	return asSigner(db, actor, as, id, async (trx, { purpose, own }) => {
		const text = permissionText(purpose, as.reader, locale);
		if (text.hash !== hash) return { ok: false, reason: 'other-text' };
		// Whoever took a yes back and says no to the question has said no already.
		if (own?.act === act || (act === 'refused' && own?.act === 'withdrawn')) return { ok: true };
		await write(trx, {
			subject: as.subject,
			purpose: id,
			act,
			relation: as.reader,
			signer: actor.person,
			assurance: assuranceOf(actor),
			recordedBy: null,
			text,
			language: text.language
		});
		return { ok: true };
	});
}

async function withdraw(
	db: Db,
	actor: PersonActor,
	as: As,
	{ purpose: id, locale }: { purpose: string; locale: string }
): Promise<SignResult> {
	return asSigner(db, actor, as, id, async (trx, { own }) => {
		if (own?.act !== 'given') return { ok: true };
		await write(trx, {
			subject: as.subject,
			purpose: id,
			act: 'withdrawn',
			relation: as.reader,
			signer: actor.person,
			assurance: assuranceOf(actor),
			recordedBy: null,
			text: null,
			language: locale
		});
		return { ok: true };
	});
}

/** Runs `work` for somebody who may sign for this student now, under their own scope. */
async function asSigner(
	db: Db,
	actor: PersonActor,
	{ subject, reader }: As,
	purposeId: string,
	work: (trx: Trx, permission: Permission) => Promise<SignResult>
): Promise<SignResult> {
	if (!isPersonId(subject)) return { ok: false, reason: 'not-found' };
	const tried = () => within(db, { kind: 'family', actor: actor.person }, signed);
	return unlessRefused<SignResult>('WP032', { ok: false, reason: 'may-not-sign' }, tried);

	async function signed(trx: Trx): Promise<SignResult> {
		const at = await now(trx);
		const basis = (await basisOf(trx, [subject], at)).get(subject) ?? noBasis;
		const isGuardian = basis.guardians.some(
			({ person, from }) => person === actor.person && (from === null || from <= at)
		);
		// For a child of somebody else there is nothing here, whatever is asked.
		if (reader === 'guardian' ? !isGuardian : subject !== actor.person)
			return { ok: false, reason: 'not-found' };
		const signing = whoSigns(basis.flags, at);
		if (reader === 'guardian' ? !signing.guardians : !signing.student)
			return { ok: false, reason: 'may-not-sign' };
		const purpose = purposesFor(await bandsOf(trx, subject), basis).find(({ id }) => id === purposeId);
		if (!purpose) return { ok: false, reason: 'not-found' };
		return work(trx, permissionOf(basis, purpose, actor.person, at));
	}
}

/** Whose word it is that came to the office on paper, by phone or in person. */
export type HandedIn = {
	child: string;
	purpose: string;
	/** A guardian of the child, the child, or somebody of the family whom Waypost does not know. */
	from: { relation: 'guardian'; person: string } | { relation: 'student' } | { relation: 'office' };
	act: 'given' | 'refused' | 'lifted';
	/** The language of the paper, or in which it was said. */
	language: string;
	/** Why a no is lifted. */
	reason?: string;
};
export type HandedInResult =
	| { ok: true }
	| OfficeRefusal
	/** A yes of somebody who may not sign for this student now; confirm the link or set the flag first. */
	| { ok: false; reason: 'may-not-sign' }
	/** A no that its speaker can take back, or none at all. */
	| { ok: false; reason: 'nothing-to-lift' }
	| { ok: false; reason: 'reason-too-short' };

/**
 * Records what somebody handed in or said at the office. A yes needs somebody who may sign; a no counts from anybody of
 * the family. A no of somebody who can’t sign any more is lifted by the office, with a reason.
 */
export async function recordHandedIn(
	db: Db,
	actor: PersonActor,
	handedIn: HandedIn
): Promise<HandedInResult> {
	const { child, from, act } = handedIn;
	if (act === 'lifted' && (handedIn.reason ?? '').trim().length < shortestReason)
		return { ok: false, reason: 'reason-too-short' };
	const tried = () => inOffice<HandedInResult>(db, actor, child, recorded);
	return unlessRefused<HandedInResult>('WP032', { ok: false, reason: 'may-not-sign' }, tried);

	async function recorded(trx: Trx): Promise<HandedInResult> {
		const at = await now(trx);
		const basis = (await basisOf(trx, [child], at)).get(child) ?? noBasis;
		const purpose = permissionPurposes().find(({ id }) => id === handedIn.purpose);
		const signer = from.relation === 'office' ? null : from.relation === 'student' ? child : from.person;
		if (!purpose || (from.relation === 'guardian' && !(await isLinked(trx, from.person, child))))
			return { ok: false, reason: 'not-found' };
		const may = maySign(basis, from.relation, signer, at);
		const last = basis.words.findLast(
			(word) => word.purpose === purpose.id && word.signer === signer && word.relation === from.relation
		);
		const saysNo = last?.act === 'refused' || last?.act === 'withdrawn';
		if (act === 'given' && !may) return { ok: false, reason: 'may-not-sign' };
		if (act === 'lifted' && (may || !saysNo)) return { ok: false, reason: 'nothing-to-lift' };
		if (act === last?.act || (act === 'refused' && saysNo)) return { ok: true };
		const text = permissionText(
			purpose,
			from.relation === 'student' ? 'student' : 'guardian',
			handedIn.language
		);
		await write(trx, {
			subject: child,
			purpose: purpose.id,
			act: act === 'refused' && last?.act === 'given' ? 'withdrawn' : act,
			relation: from.relation,
			signer,
			assurance: 'paper',
			recordedBy: actor.person,
			text: act === 'given' ? text : null,
			language: text.language,
			...(act === 'lifted' ? { reason: handedIn.reason?.trim() ?? null } : {})
		});
		return { ok: true };
	}
}

function maySign(
	basis: FamilyBasis,
	relation: HandedIn['from']['relation'],
	person: string | null,
	at: Date
): boolean {
	const signing = whoSigns(basis.flags, at);
	if (relation === 'student') return signing.student;
	return (
		relation === 'guardian' &&
		signing.guardians &&
		basis.guardians.some(
			(guardian) => guardian.person === person && (guardian.from === null || guardian.from <= at)
		)
	);
}

async function isLinked(trx: Trx, guardian: string, child: string): Promise<boolean> {
	if (!isPersonId(guardian)) return false;
	const row = await trx
		.selectFrom('guardian_link')
		.select('child')
		.where('guardian', '=', guardian)
		.where('child', '=', child)
		.executeTakeFirst();
	return row !== undefined;
}

async function bandsOf(trx: Trx, student: string): Promise<(Band | null)[]> {
	const rows = await trx
		.selectFrom('affiliation')
		.select('band')
		.where('person', '=', student)
		.where('role', '=', 'student')
		.where('superseded_at', 'is', null)
		.where(sql<boolean>`during @> waypost_now()`)
		.execute();
	return rows.map(({ band }) => band);
}

async function write(
	trx: Trx,
	word: {
		subject: string;
		purpose: string;
		act: PermissionAct;
		relation: 'guardian' | 'student' | 'office';
		signer: string | null;
		/** How surely we know the signer; what the office writes down comes on paper. */
		assurance: Assurance;
		recordedBy: string | null;
		text: PermissionText | null;
		language: string;
		reason?: string | null;
	}
): Promise<void> {
	const year = schoolYearAt(await now(trx));
	const learner = await learnerOf(trx, word.subject);
	await trx
		.insertInto('permission')
		.values({
			learner,
			purpose: word.purpose,
			period: year.name,
			during: range(year.from, year.until),
			act: word.act,
			relation: word.relation,
			signer: word.signer === null ? null : await learnerOf(trx, word.signer),
			recorded_by: word.recordedBy,
			version: word.text?.version ?? null,
			text: word.text?.hash ?? null,
			language: word.language,
			assurance: word.assurance,
			reason: word.reason ?? null
		})
		.execute();
	await append(trx, {
		kind: `permission.${word.act}`,
		actor: word.recordedBy ?? word.signer,
		learner,
		subject: word.subject,
		detail: {
			purpose: word.purpose,
			period: year.name,
			relation: word.relation,
			...(word.recordedBy !== null && word.signer !== null ? { signer: word.signer } : {})
		}
	});
}
