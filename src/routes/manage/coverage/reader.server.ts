import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import * as can from '#lib/server/auth/can.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { secondFactorFirst } from '../../second-factor-first.server.ts';

/** Lets through who may read the coverage; anybody else is told why not. */
export function coverageReader(event: RequestEvent): void {
	const { locals, url } = event;
	secondFactorFirst(event, locals.actor);
	const reading = can.readCoverage(locals.actor);
	if (reading.ok) return;
	if (reading.reason === 'not-signed-in') redirect(303, `/sign-in?next=${encodeURIComponent(url.pathname)}`);
	error(403, { message: m.coverage_refused(), hint: m.coverage_refused_hint() });
}
