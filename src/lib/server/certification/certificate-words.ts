import { formatDate } from '#lib/dates.ts';
import type { ShownCertificate } from '#lib/certificate/shown-certificate.ts';
import type { Locale } from '#lib/messages/compiled/runtime.js';
import { showCode } from './certificate-code.ts';
import type { CertificateFacts } from './certificates.ts';
import type { CertificateState } from './certificate-state.ts';

/** A certificate with its code grouped and its dates in words, in the page's language and the district's zone. */
export function inWords(
	certificate: CertificateFacts & { state: CertificateState },
	locale: Locale
): ShownCertificate {
	const { zone } = certificate.district;
	const { graceUntil, state } = certificate.state;
	return {
		code: showCode(certificate.code),
		title: certificate.title,
		audience: certificate.audience,
		course: certificate.course,
		edition: `${certificate.edition}, ${certificate.shortHash}`,
		earned: formatDate(certificate.earnedAt, locale, zone),
		validFrom: formatDate(certificate.validFrom, locale, zone),
		validThrough: certificate.validThrough && formatDate(certificate.validThrough, locale, zone),
		district: certificate.district.name,
		policy: certificate.policy,
		state,
		// Grace ends at an instant; the last whole day of it is the one before.
		graceThrough: graceUntil && formatDate(new Date(graceUntil.getTime() - 1), locale, zone)
	};
}
