import { error } from '@sveltejs/kit';
import { formatDate } from '#lib/dates.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { inWords } from '#lib/server/certification/certificate-words.ts';
import * as certificates from '#lib/server/certification/certificates.ts';
import { now } from '#lib/server/db/clock.ts';
import { serving } from '#lib/server/db/serving.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params, locals, setHeaders }) => {
	setHeaders({ 'x-robots-tag': 'noindex' });
	const at = await now(serving());
	const certificate = await certificates.verify(serving(), params.code, at);
	if (!certificate) error(404, m.certificate_unknown_title());
	return {
		certificate: inWords(certificate, locals.locale),
		shortName: certificate.shortName,
		checked: formatDate(at, locals.locale, certificate.district.zone)
	};
};
