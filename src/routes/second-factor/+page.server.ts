import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { sameSitePath } from '#lib/server/auth/same-site-path.ts';
import { LONGEST_NAME } from '#lib/server/auth/second-factor/passkeys.ts';
import type { Proof } from '#lib/server/auth/second-factor/proof.ts';
import { RECOVERY_CODES } from '#lib/server/auth/second-factor/recovery-codes.ts';
import * as secondFactor from '#lib/server/auth/second-factor/second-factor.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { drawQr } from '#lib/server/certification/qr-code.ts';
import { serving } from '#lib/server/db/serving.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { partyOf, siteName } from '../relying-party.server.ts';
import { limitedWords } from '../sign-in/limited-words.server.ts';
import { proofOf, refusedProof } from '../sign-in/proof-words.server.ts';
import { keepSession, whereFrom } from '../sign-in/session-start.server.ts';
import type { Actions, PageServerLoad } from './$types';

type Done = 'passkey' | 'app' | 'renamed' | 'removed' | 'codes';

export const load: PageServerLoad = async (event) => {
	const actor = signedIn(event);
	const say = localDates(event.locals.locale);
	const held = await secondFactor.standing(
		serving(),
		actor,
		{ issuer: siteName(), login: actor.email ?? actor.givenName },
		new Date()
	);
	const { deviceLabel } = whereFrom(event);
	return {
		next: sameSitePath(event.url.searchParams.get('next'), ''),
		needed: actor.sleepingRights ?? false,
		on: held.passkeys.length > 0 || held.authenticator !== null,
		fresh: held.fresh,
		provable: { ...held.provable, passkey: held.provable.passkey && partyOf(event) !== null },
		passkeysWork: partyOf(event) !== null,
		canSeal: held.canSeal,
		site: siteName(),
		suggestedName: deviceLabel,
		passkeys: held.passkeys.map(({ id, name, createdAt, lastUsedAt }) => ({
			id,
			name,
			made: say.date(createdAt),
			used: lastUsedAt && say.date(lastUsedAt)
		})),
		app: held.authenticator && { since: say.date(held.authenticator.createdAt) },
		begun: held.begun && {
			uri: held.begun.uri,
			secret: (held.begun.secret.match(/.{1,4}/g) ?? []).join(' '),
			qr: drawQr(held.begun.uri)
		},
		codes: held.recoveryCodes && {
			left: held.recoveryCodes.left,
			all: RECOVERY_CODES,
			made: say.date(held.recoveryCodes.madeAt)
		}
	};
};

export const actions: Actions = {
	provePassword: async (event) => {
		const actor = signedIn(event);
		const password = String((await event.request.formData()).get('password') ?? '');
		if (password === '') return refused('password', m.signin_error_password());
		const { address, device } = whereFrom(event);
		const answer = await secondFactor.provePassword(
			serving(),
			actor,
			{ password, address, device },
			new Date()
		);
		if (answer.ok) redirect(303, here(event));
		if (answer.reason === 'limited') {
			event.setHeaders({ 'retry-after': String(answer.retryAfterSeconds) });
			return problem(limitedWords(answer.retryAfterSeconds), 429);
		}
		return answer.reason === 'wrong'
			? refused('password', m.factor_error_password())
			: problem(m.signin_error_no_sign_in());
	},
	proveCode: (event) => proveAgain(event, 'code'),
	provePasskey: (event) => proveAgain(event, 'passkey'),
	finished: async (event) => {
		await secondFactor.forgetProof(serving(), signedIn(event));
		redirect(303, here(event));
	},

	addPasskey: async (event) => {
		const form = await event.request.formData();
		const name = nameOf(form, 'passkey_name');
		if (!name.ok) return name.refusal;
		const party = partyOf(event);
		if (!party) return problem(m.factor_passkeys_off());
		const response = String(form.get('response') ?? '');
		const by = changer(event);
		const answer = await secondFactor.addPasskey(
			serving(),
			by,
			{ response, name: name.value },
			party,
			new Date()
		);
		return told(event, answer, 'passkey');
	},
	renamePasskey: async (event) => {
		const form = await event.request.formData();
		const id = idOf(form);
		const name = nameOf(form, 'name', `name-${id}`);
		if (!name.ok) return name.refusal;
		const answer = await secondFactor.renamePasskey(
			serving(),
			changer(event),
			{ id, name: name.value },
			new Date()
		);
		return told(event, answer, 'renamed');
	},
	removePasskey: async (event) => {
		const id = idOf(await event.request.formData());
		const answer = await secondFactor.remove(serving(), changer(event), { kind: 'passkey', id }, new Date());
		return told(event, answer, 'removed');
	},
	beginApp: async (event) => {
		const answer = await secondFactor.beginAuthenticator(serving(), changer(event), new Date());
		if (answer.ok) redirect(303, `${here(event)}#app`);
		return told(event, answer, 'app');
	},
	confirmApp: async (event) => {
		const code = String((await event.request.formData()).get('code') ?? '').trim();
		if (code === '') return refused('code', m.factor_error_code_missing());
		const answer = await secondFactor.confirmAuthenticator(serving(), changer(event), code, new Date());
		if (!answer.ok && answer.reason === 'wrong') return refused('code', m.factor_error_app_code());
		return told(event, answer, 'app');
	},
	removeApp: async (event) => {
		const answer = await secondFactor.remove(
			serving(),
			changer(event),
			{ kind: 'authenticator' },
			new Date()
		);
		return told(event, answer, 'removed');
	},
	renewCodes: async (event) =>
		told(event, await secondFactor.renewRecoveryCodes(serving(), changer(event), new Date()), 'codes')
};

async function proveAgain(event: RequestEvent, kind: Proof['kind']) {
	const actor = signedIn(event);
	const given = proofOf(event, kind, await event.request.formData());
	if (!given.ok) return fail(400, given.problem);
	const answer = await secondFactor.proveAgain(serving(), actor, given.proof, new Date());
	if (!answer.ok) return refusedProof(event, kind, answer);
	redirect(303, here(event));
}

type Answer =
	| secondFactor.Changed
	| secondFactor.NotFresh
	| {
			ok: false;
			reason:
				'not-made' | 'too-many' | 'gone' | 'only-way-in' | 'no-key' | 'wrong' | 'not-begun' | 'no-factor';
	  };

/** What came of a change. A new session goes into the browser; new recovery codes are shown now and never again. */
async function told(event: RequestEvent, answer: Answer, done: Done) {
	if (!answer.ok) return problem(words[answer.reason](), answer.reason === 'prove-first' ? 403 : 400);
	if (answer.session) await keepSession(event, { session: answer.session });
	return { errors: [], message: '', done, codes: answer.recoveryCodes };
}

const words: Record<Exclude<Answer, { ok: true }>['reason'], () => string> = {
	'prove-first': m.factor_error_prove_first,
	'not-made': m.factor_error_not_made,
	'too-many': m.factor_error_too_many,
	gone: m.factor_error_gone,
	'only-way-in': m.factor_error_only_way_in,
	'no-key': m.factor_app_no_key,
	wrong: m.factor_error_app_code,
	'not-begun': m.factor_error_not_begun,
	'no-factor': m.factor_error_gone
};

function problem(message: string, status = 400) {
	return fail(status, { errors: [], message, done: null, codes: null });
}

function refused(field: string, message: string) {
	return fail(400, { errors: [{ field, message }], message: '', done: null, codes: null });
}

/** The name of a passkey that was typed. `control`: the id of its field. */
function nameOf(form: FormData, field: string, control = field) {
	const value = String(form.get(field) ?? '')
		.normalize('NFC')
		.trim();
	if (value === '') return { ok: false as const, refusal: refused(control, m.factor_error_name_missing()) };
	if (value.length > LONGEST_NAME)
		return { ok: false as const, refusal: refused(control, m.factor_error_name_long()) };
	return { ok: true as const, value };
}

function idOf(form: FormData): string {
	const id = String(form.get('passkey') ?? '');
	return /^[0-9a-f-]{36}$/i.test(id) ? id : '00000000-0000-0000-0000-000000000000';
}

function changer(event: RequestEvent): secondFactor.Changer {
	return { actor: signedIn(event), deviceLabel: whereFrom(event).deviceLabel };
}

/** This page, with the page that is waiting. */
function here({ url }: RequestEvent): string {
	const next = sameSitePath(url.searchParams.get('next'), '');
	return `/second-factor${next ? `?next=${encodeURIComponent(next)}` : ''}`;
}

function signedIn(event: RequestEvent): PersonActor {
	const { actor } = event.locals;
	if (actor.kind !== 'person') redirect(303, `/sign-in?next=${encodeURIComponent(here(event))}`);
	return actor;
}
