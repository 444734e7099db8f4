import { renderCertificatePdf } from '#lib/server/certification/certificate-pdf.ts';
import { showCode } from '#lib/server/certification/certificate-code.ts';
import { heldCertificate } from '../held.server.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const certificate = await heldCertificate(event, event.params.code);
	const pdf = await renderCertificatePdf(certificate, event.url.origin);
	return new Response(new Uint8Array(pdf), {
		headers: {
			'content-type': 'application/pdf',
			'content-disposition': `inline; filename="${showCode(certificate.code)}.pdf"`,
			'cache-control': 'private, no-store'
		}
	});
};
