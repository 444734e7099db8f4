import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';
import * as certificates from '#lib/server/certification/certificates.ts';
import { serving } from '#lib/server/db/serving.ts';
import { secondFactorFirst } from '../../second-factor-first.server.ts';

/**
 * The certificate that the address names, if whoever asks may see it. Another's certificate and an unknown code
 * give the same answer; without a sign-in the way leads there first.
 */
export async function heldCertificate(
	event: RequestEvent,
	code: string
): Promise<certificates.HeldCertificate> {
	event.setHeaders({ 'x-robots-tag': 'noindex' });
	if (event.locals.actor.kind !== 'person')
		// Back to the page, also from the PDF: a sign-in form answered in place cannot go on to a file.
		redirect(303, `/sign-in?next=${encodeURIComponent(`/certificates/${encodeURIComponent(code)}`)}`);
	const certificate = await certificates.forHolder(serving(), event.locals.actor, code);
	// It may be one that a second factor would show.
	if (!certificate) secondFactorFirst(event, event.locals.actor);
	if (!certificate)
		error(404, { message: m.certificate_missing_title(), hint: m.certificate_missing_hint() });
	return certificate;
}
