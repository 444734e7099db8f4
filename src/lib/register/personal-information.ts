export type PersonalInformation = 'phone' | 'street' | 'date' | 'mail';

const phone = /(?<!\d)(?:\+?\d{1,2}[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}(?!\d)/;
// Words such as "on the" before "road" tell a saying from an address.
const street =
	/\b\d{1,5}\s+(?:(?!(?:on|in|at|the|a|an|of|our|and)\b)[\p{L}'.-]+\s+){1,3}(?:street|st|avenue|ave|road|rd|lane|ln|boulevard|blvd|rua|calle|avenida)\b/iu;
const streetWithCapitals =
	/\b\d{1,5}\s+(?:\p{Lu}[\p{L}'.-]*\s+){1,3}(?:Drive|Dr|Court|Ct|Way|Place|Pl|Circle|Terrace)\b/u;
const fullDate = /(?<!\d)(?:\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d{2}|(?:19|20)\d{2}-\d{1,2}-\d{1,2})(?!\d)/;
const mail = /[\w.+-]+@([\w-]+(?:\.[\w-]+)+)/gu;

/**
 * What in a public text looks like personal information (clause III.6, attestation A04): a phone number, a street
 * address, a full date such as a birth date, or an e-mail address outside the district's domains. Null for none.
 */
export function personalInformation(
	text: string,
	emailDomains: readonly string[]
): PersonalInformation | null {
	for (const [, domain = ''] of text.matchAll(mail)) if (!isOfDistrict(domain, emailDomains)) return 'mail';
	if (fullDate.test(text)) return 'date';
	if (phone.test(text)) return 'phone';
	if (street.test(text) || streetWithCapitals.test(text)) return 'street';
	return null;
}

/** Whether an e-mail domain is one of the district's, or below one. */
export function isOfDistrict(domain: string, emailDomains: readonly string[]): boolean {
	const asked = domain.toLowerCase();
	return emailDomains.some((own) => asked === own.toLowerCase() || asked.endsWith(`.${own.toLowerCase()}`));
}
