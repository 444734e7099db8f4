import { gatesAskingFor } from '#lib/server/certification/certificate-gates.ts';
import { verifyAddress } from '#lib/server/certification/certificate-pdf.ts';
import { inWords } from '#lib/server/certification/certificate-words.ts';
import { drawQr } from '#lib/server/certification/qr-code.ts';
import { heldCertificate } from './held.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const held = await heldCertificate(event, event.params.code);
	const address = verifyAddress(event.url.origin, held.code);
	return {
		certificate: inWords(held, event.locals.locale),
		name: held.name,
		own: held.own,
		isNew: held.own && event.url.searchParams.has('new'),
		address,
		qr: drawQr(address),
		opens: gatesAskingFor(held, held.own ? event.locals.actor : null)
	};
};
