import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import { within } from '#lib/server/db/scope.ts';
import { beginSessionIn, type SecondFactorNext, type SignedIn } from '../sign-in.ts';
import { weightiestAudience } from './audience.ts';
import { evidenceOf, type Evidence } from './evidence.ts';
import { addressOf, redeem, type ExchangeRefusal, type Vouched } from './exchange.ts';
import * as links from './identity-links.ts';
import { presetOf } from './presets.ts';
import type { Provider } from './providers.ts';
import * as requests from './requests.ts';

/**
 * Signing in with somebody else's word. People are known by issuer and subject; only who comes for the first time is
 * looked for in the roster, by what the issuer is authoritative for, and is linked when exactly one person answers to
 * it. What they may do comes from the roster and from rights that people granted, never from the token.
 */

/** Why somebody whom the provider vouches for is not let in. */
export type Unadmitted =
	/** Nothing was said by which the roster could be looked through. */
	| 'nothing-to-match'
	| 'not-on-roster'
	| 'several-match'
	/** That person is another subject of this issuer already: an address or id that was given to a second one. */
	| 'linked-otherwise'
	/** The person has left, their last role ran out, or their sign-in is disabled. */
	| 'ended'
	/** The issuer is not believed of people who are what this one is. */
	| 'other-audience';

export type SignOnRefusal = {
	ok: false;
	reason:
		| ExchangeRefusal['reason']
		| Unadmitted
		/** The request is unknown, over, used, or of another browser. */
		| 'unknown-request'
		/** The provider's own page sent them here: the way begins anew, from this site. */
		| 'started-elsewhere'
		| 'other-district';
	/** For the log; holds nothing of anybody's. */
	because?: string;
	/** Where they were going on this site. */
	next: string;
};

export type SignedOn = {
	ok: true;
	person: string;
	/** A session; for somebody with a second factor of ours the step to it. */
	begun: SignedIn | SecondFactorNext;
	next: string;
};

/** A provider that never brings the state back would send people round for ever. */
const ROUNDS = 3;

/**
 * Sends somebody to a provider: gives the address, and what the cookie of their browser is to hold. `anew`: they are to
 * be asked there who they are, even where somebody is signed in.
 */
export async function begin(
	db: Db,
	provider: Provider,
	{
		redirectUri,
		next,
		browser,
		anew = false
	}: { redirectUri: string; next: string; browser: string | null | undefined; anew?: boolean }
): Promise<{ ok: true; address: URL; browser: string } | ExchangeRefusal> {
	const request = await requests.begin(db, { provider: provider.id, browser, next });
	const sent = await addressOf(provider, request, { redirectUri, anew });
	return sent.ok ? { ...sent, browser: request.browser } : sent;
}

/**
 * Signs in who comes back from a provider, and begins a session, or the step to a second factor, as a password does. `back` is the whole address at
 * which they came back, `now` the machine's clock, as sessions use it.
 */
export async function finish(
	db: Db,
	provider: Provider,
	{ back, browser }: { back: URL; browser: string | null | undefined },
	place: { device: string | null; label: string },
	now: Date
): Promise<SignedOn | SignOnRefusal> {
	const state = back.searchParams.get('state');
	const returned = await requests.take(db, { provider: provider.id, browser, state });
	if (!returned) {
		const elsewhere =
			state === null && back.searchParams.has('code') && (await requests.countOut(db, browser)) < ROUNDS;
		return { ok: false, reason: elsewhere ? 'started-elsewhere' : 'unknown-request', next: '' };
	}
	const { next } = returned;
	const vouched = await redeem(provider, returned, back);
	if (!vouched.ok) return { ...vouched, next };
	// OpenID Connect Core 1.0, section 2: a subject has no more than 255 ASCII characters.
	if (!/^[\x20-\x7e]{1,255}$/.test(vouched.subject))
		return { ok: false, reason: 'not-trusted', because: 'subject', next };
	if (!presetOf(provider.settings).isOfDistrict(vouched.claims, provider.settings))
		return { ok: false, reason: 'other-district', next };

	const looked = (await links.isKnown(db, vouched))
		? { ok: true as const, evidence: null }
		: await evidenceOf(provider, vouched);
	if (!looked.ok) return { ...looked, next };
	return within(db, { kind: 'system', purpose: 'sign-in' }, async (trx) => {
		const admitted = await admit(trx, provider, vouched, looked.evidence);
		if (!admitted.ok) {
			await noteRefusal(trx, provider, vouched, admitted);
			return { ok: false, reason: admitted.reason, next };
		}
		const { person, linkedBy } = admitted;
		const begun = await beginSessionIn(trx, person, place, now);
		const session = begun.ok ? begun.session.publicId : null;
		if (linkedBy) await noteLink(trx, provider, vouched, { person, linkedBy, session });
		return { ok: true, person, begun, next };
	});
}

type Admitted =
	| { ok: true; person: string; linkedBy: Evidence['by'] | null }
	| { ok: false; reason: Unadmitted; person: string | null };

/** Who this is, by a link or, the first time, by the roster. */
async function admit(
	trx: Trx,
	provider: Provider,
	vouched: Vouched,
	evidence: Evidence | null
): Promise<Admitted> {
	const known = await links.find(trx, vouched);
	if (!known) return admitFirst(trx, provider, vouched, evidence);
	const [person] = await links.whoAreHere(trx, [known.person]);
	if (person === undefined) return { ok: false, reason: 'ended', person: known.person };
	const refused = await refusalOf(trx, provider, person);
	if (refused) return { ok: false, reason: refused, person };
	await links.noteUse(trx, known.id);
	return { ok: true, person, linkedBy: null };
}

async function admitFirst(
	trx: Trx,
	provider: Provider,
	vouched: Vouched,
	evidence: Evidence | null
): Promise<Admitted> {
	if (!evidence) return { ok: false, reason: 'nothing-to-match', person: null };
	const [person, ...others] = await links.rostered(trx, evidence);
	if (person === undefined) return { ok: false, reason: 'not-on-roster', person: null };
	if (others.length > 0) return { ok: false, reason: 'several-match', person: null };
	const refused = await refusalOf(trx, provider, person);
	if (refused) return { ok: false, reason: refused, person };
	const { issuer, subject } = vouched;
	const made = await links.make(trx, person, { issuer, subject, matchedBy: evidence.by });
	if (made.ok) return { ok: true, person, linkedBy: evidence.by };
	// Twice at once, from two tabs: the other one has just made this very link.
	const meanwhile = await links.find(trx, vouched);
	return meanwhile?.person === person
		? { ok: true, person, linkedBy: null }
		: { ok: false, reason: 'linked-otherwise', person };
}

/** Why somebody who is here is not let in all the same; null when they are. */
async function refusalOf(trx: Trx, provider: Provider, person: string): Promise<Unadmitted | null> {
	const { rows } = await sql<{ may: boolean }>`
		select waypost_may_come_in(${person}, waypost_now()) as may`.execute(trx);
	if (!rows[0]?.may) return 'ended';
	const audience = weightiestAudience(await links.standingOf(trx, person));
	return audience !== null && provider.settings.authoritative.audiences.includes(audience)
		? null
		: 'other-audience';
}

async function noteLink(
	trx: Trx,
	provider: Provider,
	{ issuer }: Vouched,
	{ person, linkedBy, session }: { person: string; linkedBy: Evidence['by']; session: string | null }
): Promise<void> {
	const detail = { provider: provider.id, issuer };
	await append(trx, {
		kind: 'identity.linked',
		actor: person,
		subject: person,
		detail: { ...detail, matched_by: linkedBy }
	});
	await append(trx, {
		kind: 'identity.first-used',
		actor: person,
		subject: person,
		detail: { ...detail, session }
	});
}

/** The subject is noted as a hash: it may be a user name, and the same one that comes again can be told. */
async function noteRefusal(
	trx: Trx,
	provider: Provider,
	{ issuer, subject }: Vouched,
	{ reason, person }: { reason: Unadmitted; person: string | null }
): Promise<void> {
	const presented = createHash('sha256')
		.update(JSON.stringify([issuer, subject]))
		.digest('hex')
		.slice(0, 32);
	await append(trx, {
		kind: 'identity.refused',
		subject: person,
		detail: { provider: provider.id, issuer, reason, presented }
	});
}
