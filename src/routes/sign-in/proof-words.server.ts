import { fail, type ActionFailure, type RequestEvent } from '@sveltejs/kit';
import type { FieldError } from '#lib/components/text.ts';
import type { Proof, ProofRefusal } from '#lib/server/auth/second-factor/proof.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { partyOf } from '../relying-party.server.ts';

export type ProofProblem = { errors: FieldError[]; message: string };

/** The second factor that a form gives; the mistake where it gives none. */
export function proofOf(
	event: RequestEvent,
	kind: Proof['kind'],
	form: FormData
): { ok: true; proof: Proof } | { ok: false; problem: ProofProblem } {
	if (kind === 'passkey') {
		const party = partyOf(event);
		const response = String(form.get('response') ?? '');
		return party
			? { ok: true, proof: { kind, response, party } }
			: { ok: false, problem: { errors: [], message: m.factor_signin_passkeys_off() } };
	}
	const [field, missing] =
		kind === 'code'
			? ['code', m.factor_error_code_missing()]
			: ['recovery_code', m.factor_error_recovery_missing()];
	const code = String(form.get(field) ?? '').trim();
	return code === ''
		? { ok: false, problem: { errors: [{ field, message: missing }], message: '' } }
		: { ok: true, proof: { kind, code } };
}

/** Why a second factor was not taken, and what to do about it. */
export function refusedProof(
	event: RequestEvent,
	kind: Proof['kind'],
	refusal: ProofRefusal
): ActionFailure<ProofProblem> {
	switch (refusal.reason) {
		case 'limited': {
			const minutes = String(Math.ceil(refusal.retryAfterSeconds / 60));
			event.setHeaders({ 'retry-after': String(refusal.retryAfterSeconds) });
			return fail(429, { errors: [], message: m.factor_error_limited({ minutes }) });
		}
		case 'unreadable':
			return fail(503, { errors: [], message: m.factor_error_unreadable() });
		case 'wrong':
			if (kind === 'passkey') return fail(400, { errors: [], message: m.factor_error_passkey() });
			return fail(400, {
				errors: [
					kind === 'code'
						? { field: 'code', message: m.factor_error_code() }
						: { field: 'recovery_code', message: m.factor_error_recovery() }
				],
				message: ''
			});
	}
}
