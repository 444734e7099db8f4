import { describe, expect, it } from 'vitest';
import { contactParts } from './contact-parts.ts';

const links = (contact: string) => contactParts(contact).flatMap((part) => part.href ?? []);

describe('a contact on the help page', () => {
	it('can be called, with short help numbers too', () => {
		expect(links('988')).toEqual(['tel:988']);
		expect(links('call or text 988')).toEqual(['tel:988']);
		expect(links('833-773-2445')).toEqual(['tel:8337732445']);
		expect(links('(508) 555-0100')).toEqual(['tel:5085550100']);
	});
	it('can be written to or opened, also beside a number', () => {
		expect(links('help@wrsd.example')).toEqual(['mailto:help@wrsd.example']);
		expect(links('report.cybertip.org or 1-800-843-5678')).toEqual([
			'https://report.cybertip.org',
			'tel:18008435678'
		]);
		expect(links('https://report.cybertip.org/hotline')).toEqual(['https://report.cybertip.org/hotline']);
	});
	it('stays plain words otherwise, and never becomes another kind of link', () => {
		expect(links('The office of your school, room 12, ext. 4410')).toEqual([]);
		expect(links('javascript:alert(1)')).toEqual([]);
	});
	it('loses no letter', () => {
		const contact = 'Write to help@wrsd.example, or call 508-555-0100 (8 to 4).';
		expect(
			contactParts(contact)
				.map((part) => part.text)
				.join('')
		).toBe(contact);
	});
});
