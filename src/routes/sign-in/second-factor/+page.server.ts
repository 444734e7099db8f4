import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { stepCookie } from '#lib/server/auth/cookies.ts';
import { sameSitePath } from '#lib/server/auth/same-site-path.ts';
import type { Proof } from '#lib/server/auth/second-factor/proof.ts';
import * as step from '#lib/server/auth/second-factor/sign-in-step.ts';
import { serving } from '#lib/server/db/serving.ts';
import { partyOf } from '../../relying-party.server.ts';
import { afterSignIn } from '../after-sign-in.server.ts';
import { proofOf, refusedProof } from '../proof-words.server.ts';
import { keepSession, whereFrom } from '../session-start.server.ts';
import type { Actions, PageServerLoad } from './$types';

const HOME = '/learn';

export const load: PageServerLoad = async (event) => {
	const next = sameSitePath(event.url.searchParams.get('next'), '');
	event.setHeaders({ 'cache-control': 'no-store' });
	if (event.locals.actor.kind === 'person') redirect(303, next || HOME);
	const offered = await step.offered(serving(), stepCookie.read(event), new Date());
	if (!offered) beginAnew(event, next);
	return { next, code: offered.code, passkey: offered.passkey && partyOf(event) !== null };
};

export const actions: Actions = {
	code: (event) => finish(event, 'code'),
	recovery: (event) => finish(event, 'recovery-code'),
	passkey: (event) => finish(event, 'passkey')
};

async function finish(event: RequestEvent, kind: Proof['kind']) {
	const form = await event.request.formData();
	const next = sameSitePath(form.get('next'), '');
	const given = proofOf(event, kind, form);
	if (!given.ok) return fail(400, given.problem);
	const { device, deviceLabel: label } = whereFrom(event);
	const answer = await step.finish(
		serving(),
		stepCookie.read(event) ?? '',
		given.proof,
		{ device, label },
		new Date()
	);
	if (!answer.ok && answer.reason === 'over') beginAnew(event, next);
	if (!answer.ok) return refusedProof(event, kind, answer);
	stepCookie.clear(event);
	await keepSession(event, answer);
	redirect(303, await afterSignIn(event, answer.person, next || HOME));
}

/** The step is over: the way begins again with the password. */
function beginAnew(event: RequestEvent, next: string): never {
	stepCookie.clear(event);
	redirect(303, `/sign-in?out=over${next ? `&next=${encodeURIComponent(next)}` : ''}`);
}
