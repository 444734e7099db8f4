export interface ContactPart {
	text: string;
	href?: string;
}

// E-mail, web address, phone number with its groups, or a three-figure help number that stands alone.
const pressable =
	/[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https:\/\/[^\s,;]+|(?<![\w.-])(?:[a-z0-9-]+\.)+(?:org|net|com|gov|edu|us|example)(?:\/[^\s,;]*)?|(?<![\w-])(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w-])|(?<![\w-])(?:911|988)(?![\w-])/gi;

function hrefOf(text: string): string {
	if (text.startsWith('https://')) return text;
	if (text.includes('@')) return `mailto:${text}`;
	if (/[a-z]/i.test(text)) return `https://${text}`;
	return `tel:${text.replace(/[^\d+]/g, '')}`;
}

/**
 * Takes a contact as the district wrote it ("report.cybertip.org or 1-800-843-5678") and gives its parts in order,
 * with a link on each address and number in it. Joined again, the texts are the contact.
 */
export function contactParts(contact: string): ContactPart[] {
	const parts: ContactPart[] = [];
	let end = 0;
	for (const match of contact.matchAll(pressable)) {
		if (match.index > end) parts.push({ text: contact.slice(end, match.index) });
		parts.push({ text: match[0], href: hrefOf(match[0]) });
		end = match.index + match[0].length;
	}
	if (end < contact.length) parts.push({ text: contact.slice(end) });
	return parts;
}
