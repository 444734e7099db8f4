import { createHash, randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { RequestActor } from '#lib/server/auth/actor.ts';
import { district, mainPolicy } from '#lib/server/catalogue/catalogue.ts';
import type { Course } from '#lib/server/catalogue/read-catalogue.ts';
import { byId } from '#lib/server/catalogue/versions.ts';
import { now } from '#lib/server/db/clock.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import type { Database } from '#lib/server/db/schema.ts';
import { within } from '#lib/server/db/scope.ts';
import { reachOf } from '#lib/server/people/seen.ts';
import { locales, type Locale } from '#lib/messages/compiled/runtime.js';
import { newCode, normaliseCode } from './certificate-code.ts';
import { certificateState, type CertificateState } from './certificate-state.ts';
import * as holdings from './holdings.ts';

export type Audience = Course['audience'];

/** What the paper says about itself: the same on the holder's page, in the PDF and to whoever checks it. */
export type CertificateFacts = {
	/** 16 characters; `showCode()` groups them. */
	code: string;
	/** The certification's name as it was when the certificate was issued. */
	title: string;
	audience: Audience;
	/** Title, version and the first eight digits of the hash of the course edition that was taken. */
	course: string;
	edition: string;
	shortHash: string;
	earnedAt: Date;
	validFrom: Date;
	validUntil: Date | null;
	/** The last valid civil day in the district's zone; null when it never ends. */
	validThrough: string | null;
	district: { name: string; zone: string };
	policy: { number: string; title: string };
};

/** A certificate as its holder sees it. */
export type HeldCertificate = CertificateFacts & {
	/** Null when nobody was named, or the name was deleted when its time was up. */
	name: string | null;
	/** The language in which the course was taken, and the paper is written. */
	language: Locale;
	certification: string;
	courseSlug: string;
	own: boolean;
	state: CertificateState;
};

/** A certificate as anyone sees it who has its code: no more about the person than the paper shows. */
export type VerifiedCertificate = CertificateFacts & {
	/** “R. Okafor”; null for students, and when nobody is named. */
	shortName: string | null;
	state: CertificateState;
};

export type NewCertificate = {
	period: string;
	learner: string;
	course: string;
	courseVersion: string;
	certification: string;
	audience: Audience;
	title: string;
	language: string;
	validFrom: Date;
	validUntil: Date | null;
	validThrough: string | null;
	holder: { givenName: string; familyName: string } | null;
};

/**
 * Issues the certificate of a period in the caller's transaction, which has the system scope 'certificate'. The
 * certificate itself is evidence and names nobody: it holds a commitment to the name, and the name stands apart,
 * where it can be deleted. Gives id and code; throws when the period has a certificate already.
 */
export async function issue(trx: Trx, certificate: NewCertificate): Promise<{ id: string; code: string }> {
	const { period, learner, course, certification, audience, title, language, holder } = certificate;
	const name = holder && fullName(holder);
	const salt = randomBytes(16).toString('hex');
	const issued = await trx
		.insertInto('certificate')
		.values({
			code: newCode(),
			period,
			learner,
			certification,
			course,
			course_version: certificate.courseVersion,
			title,
			audience,
			language,
			valid_from: certificate.validFrom,
			valid_until: certificate.validUntil,
			valid_through: certificate.validThrough,
			holder_commitment: name === null ? 'nobody named' : holderCommitment(name, salt)
		})
		.returning(['id', 'code'])
		.executeTakeFirstOrThrow();
	if (holder && name !== null)
		await trx
			.insertInto('certificate_holder')
			.values({
				certificate: issued.id,
				name,
				short_name: audience === 'student' ? null : shortName(holder),
				salt
			})
			.execute();
	await append(trx, {
		kind: 'certificate.issued',
		learner,
		subject: issued.id,
		detail: { certification, course }
	});
	return issued;
}

/**
 * Binds a certificate to a name without holding it: whoever has name and salt can show that they belong to it, and
 * once the salt is deleted with the name, nobody can find the name by trying.
 */
export function holderCommitment(name: string, salt: string): string {
	return createHash('sha256')
		.update(`${salt}\n${name.normalize('NFC')}`)
		.digest('hex');
}

function fullName({ givenName, familyName }: { givenName: string; familyName: string }): string {
	return `${givenName} ${familyName}`.trim();
}

/** “R. Okafor”: what a stranger may see. An initial is a whole letter, marks and all. */
export function shortName({ givenName, familyName }: { givenName: string; familyName: string }): string {
	const [initial] = new Intl.Segmenter().segment(givenName.trim());
	return initial ? `${initial.segment.toLocaleUpperCase()}. ${familyName}` : familyName;
}

/**
 * A certificate for its holder, or for somebody who administers or audits the holder's records; that second look is
 * logged as a disclosure. Null for everyone else, just as for a code that does not exist (invariant 9).
 */
export async function forHolder(db: Db, actor: RequestActor, code: string): Promise<HeldCertificate | null> {
	const stored = normaliseCode(code);
	if (stored === null || actor.kind !== 'person') return null;
	return within(db, reachOf(actor), async (trx) => {
		const row = await certificateRow(trx)
			.innerJoin('learner_person as lp', 'lp.learner', 'c.learner')
			// Row-level security lets this join through for nobody but those in scope.
			.innerJoin('person', 'person.id', 'lp.person')
			.leftJoin('certificate_holder as h', 'h.certificate', 'c.id')
			.select(['lp.person', 'h.name', 'c.language', 'c.id'])
			.where('c.code', '=', stored)
			.executeTakeFirst();
		if (!row) return null;
		const own = row.person === actor.person;
		if (!own)
			await trx
				.insertInto('access_log')
				.values({
					kind: 'disclosure',
					actor: actor.person,
					detail: JSON.stringify({ what: 'certificate', certificate: row.id, person: row.person })
				})
				.execute();
		return {
			...(await factsOf(trx, row)),
			name: row.name,
			language: locales.find((locale) => locale === row.language) ?? 'en',
			certification: row.certification,
			courseSlug: row.course,
			own,
			state: await stateOf(trx, row, await now(trx))
		};
	});
}

/** What anyone may know of a certificate by its code, and its state at an instant. Null when there is none. */
export async function verify(db: Db, code: string, at: Date): Promise<VerifiedCertificate | null> {
	const stored = normaliseCode(code);
	if (stored === null) return null;
	return within(db, { kind: 'system', purpose: 'verify' }, async (trx) => {
		const row = await certificateRow(trx)
			.leftJoin('certificate_holder as h', 'h.certificate', 'c.id')
			.select('h.short_name')
			.where('c.code', '=', stored)
			.executeTakeFirst();
		if (!row) return null;
		return { ...(await factsOf(trx, row)), shortName: row.short_name, state: await stateOf(trx, row, at) };
	});
}

function certificateRow(db: Kysely<Database>) {
	return db
		.selectFrom('certificate as c')
		.innerJoin('period as p', 'p.id', 'c.period')
		.select([
			'c.code',
			'c.period',
			'c.learner',
			'c.certification',
			'c.course',
			'c.course_version',
			'c.title',
			'c.audience',
			'c.valid_from',
			'c.valid_until',
			'c.valid_through',
			'p.completed_at'
		]);
}

type CertificateRow = {
	code: string;
	period: string;
	learner: string;
	certification: string;
	course: string;
	course_version: string;
	title: string;
	audience: string;
	valid_from: Date;
	valid_until: Date | null;
	valid_through: string | null;
	completed_at: Date;
};

async function factsOf(db: Kysely<Database>, row: CertificateRow): Promise<CertificateFacts> {
	const edition = await byId(db, row.course_version);
	const { name, time_zone } = district();
	const { number, title } = mainPolicy();
	return {
		code: row.code,
		title: row.title,
		// issue() takes no other.
		audience: row.audience as Audience,
		course: edition.body.title,
		edition: edition.version,
		shortHash: `${edition.hash.slice(0, 4)} ${edition.hash.slice(4, 8)}`,
		earnedAt: row.completed_at,
		validFrom: row.valid_from,
		validUntil: row.valid_until,
		validThrough: row.valid_through,
		district: { name, zone: time_zone },
		policy: { number, title }
	};
}

// A person may have learned as a visitor first: what is held is read over all learners of the person.
async function stateOf(db: Kysely<Database>, row: CertificateRow, at: Date): Promise<CertificateState> {
	const link = await db
		.selectFrom('learner_person')
		.select('person')
		.where('learner', '=', row.learner)
		.executeTakeFirst();
	const held = link
		? ((await holdings.ofPeople(db, [link.person])).get(link.person) ?? holdings.nothingHeld)
		: await holdings.ofLearner(db, row.learner);
	return certificateState(held, row, at, district().renewal.grace_days);
}
