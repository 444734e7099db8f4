import { json, type RequestEvent } from '@sveltejs/kit';
import * as v from 'valibot';
import * as tokens from '#lib/server/auth/tokens.ts';
import { isUnreachable, serving } from '#lib/server/db/serving.ts';
import { explain } from '#lib/server/gate/explain.ts';
import { outsideCheck } from '#lib/server/gate/outside-check.ts';
import { described } from '../../../../../hooks/error-report.ts';
import { log } from '../../../../../hooks/log.ts';
import type { RequestHandler } from './$types';

// No e-mail address or source id holds a control character, and the database refuses some of them.
const key = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(320), v.regex(/^\P{Cc}*$/u));
const body = v.strictObject({
	gate: v.pipe(v.string(), v.maxLength(100)),
	person: v.union([v.strictObject({ email: key }), v.strictObject({ sourced_id: key })]),
	purpose: v.optional(v.picklist(['open', 'keep']), 'open')
});

/** Every answer that is not a clear yes says `allow: false`, errors included. */
const refuse = (status: number, error: string, message: string, headers?: HeadersInit) =>
	json({ allow: false, error, message }, { status, headers });

/**
 * POST /api/v1/gate/check: may this person do this now, and if not, why and what next? Bearer token with scope
 * `gate:check`; body `{ gate, person: { email } | { sourced_id }, purpose? }`.
 */
export const POST: RequestHandler = async (event) => {
	try {
		return await answer(event);
	} catch (failure) {
		log.error(
			{ request: event.locals.requestId, route: event.route.id, error: described(failure) },
			'a question to a gate could not be answered'
		);
		if (isUnreachable(failure))
			return refuse(503, 'unavailable', 'Waypost can’t answer now. Ask again in a minute.');
		return refuse(500, 'failed', 'Something went wrong in Waypost, so the answer is no. Ask again later.');
	}
};

async function answer({ request, url }: Pick<RequestEvent, 'request' | 'url'>): Promise<Response> {
	const held = await tokens.verify(serving(), request.headers.get('authorization'));
	if (!held.ok)
		return refuse(401, 'unauthorized', 'Send a valid token as “Authorization: Bearer …”.', {
			'www-authenticate': 'Bearer'
		});
	const parsed = v.safeParse(body, await request.json().catch(() => null));
	if (!parsed.success)
		return refuse(
			400,
			'bad_request',
			'Send JSON like {"gate": "…", "person": {"email": "…"}} (or “sourced_id”).'
		);
	const { gate, person, purpose } = parsed.output;
	if (!tokens.allows(held.token, 'gate:check', gate))
		return refuse(403, 'forbidden', 'This token may not ask about this gate.');
	const given = await outsideCheck(
		serving(),
		held.token,
		gate,
		'email' in person ? { email: person.email } : { sourcedId: person.sourced_id },
		purpose
	);
	if (!given) return refuse(404, 'unknown_gate', `There is no gate “${gate}”.`);
	return json({
		allow: given.allow,
		decision_id: given.decisionId,
		gate: given.gate,
		reasons: given.findings.map((finding) => {
			const { message, nextStep } = explain(finding, { part: 'person', gate, locale: 'en' });
			return {
				code: finding.code,
				requirement: finding.requirement,
				message,
				next_step_url: nextStep ? new URL(nextStep.href, url.origin).href : null
			};
		}),
		allowed_until: given.allowedUntil?.toISOString() ?? null,
		checked_at: given.checkedAt.toISOString()
	});
}
