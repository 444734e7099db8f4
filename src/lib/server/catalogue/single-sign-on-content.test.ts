import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readChecked } from './check-content.ts';
import { contentFolder, edit } from './content.fixture.ts';

let root: string;
beforeEach(() => {
	root = contentFolder();
});
afterEach(() => rmSync(root, { recursive: true }));

const google = `  - id: google
    preset: google
    label: your district Google account
    client_id: 1234.apps.googleusercontent.com
    hosted_domains: [srsd.example]
    authoritative: { audiences: [staff, student], email_domains: [srsd.example] }
`;
const entra = `  - id: entra
    preset: entra
    label: Microsoft
    client_id: 5678
    tenant: 0f0e0d0c-1111-2222-3333-444455556666
    authoritative: { audiences: [staff], email_domains: [srsd.example], sourced_id: employeeid }
`.replace('5678', '"5678"');
const clever = `  - { id: clever, preset: clever, label: Clever, client_id: abc, district: 4fd43cc56d11340000000005, authoritative: { audiences: [student], sourced_id: true } }
`;
const classlink = `  - { id: classlink, preset: classlink, label: ClassLink, client_id: abc, tenant: 2284, authoritative: { audiences: [student], sourced_id: true } }
`;
const oidc = `  - { id: portal, preset: oidc, label: Portal, client_id: abc, issuer: "https://portal.example", authoritative: { audiences: [family], email_domains: [srsd.example] } }
`;

async function checked(entries: string) {
	edit(root, 'district.yaml', 'sign_up:', `single_sign_on:\n${entries}sign_up:`);
	const { catalogue, findings } = await readChecked(root);
	return {
		entries: catalogue?.district.single_sign_on,
		found: findings.map(({ severity, file, problem }) => `${severity} ${file} ${problem}`)
	};
}

describe('single sign-on in district.yaml', () => {
	test('may be there with several providers at once', async () => {
		const { entries, found } = await checked(google + entra + clever + classlink + oidc);
		expect(found).toEqual([]);
		expect(entries).toMatchObject([
			{ id: 'google', authoritative: { sourced_id: false } },
			{ id: 'entra', authoritative: { sourced_id: 'employeeid' } },
			{ id: 'clever', authoritative: { email_domains: [], sourced_id: true } },
			{ id: 'classlink', tenant: '2284' },
			{ id: 'portal' }
		]);
	});

	test('may be left out', async () => {
		expect((await readChecked(root)).catalogue?.district.single_sign_on).toEqual([]);
	});

	test.each([
		[
			'Google without domains',
			google.replace('hosted_domains: [srsd.example]', 'hosted_domains: []'),
			'names no domain'
		],
		[
			'Google with a source id',
			google.replace('email_domains', 'sourced_id: true, email_domains'),
			'sourced_id'
		],
		[
			'Microsoft with everybody’s tenant',
			entra.replace(/tenant: .*/, 'tenant: common'),
			'is not the id of a tenant'
		],
		['an address as source id', entra.replace('employeeid', 'email'), 'never names one person for good'],
		['a domain in capitals', google.replaceAll('srsd.example', 'SRSD.example'), 'is not a domain'],
		[
			'an address in place of a domain',
			google.replaceAll('[srsd.example]', '["@srsd.example"]'),
			'is not a domain'
		],
		[
			'Clever without the district',
			clever.replace(/district: \w+, /, ''),
			'“single_sign_on.0.district” is missing'
		],
		['ClassLink with another kind of tenant', classlink.replace('2284', 'ours'), 'is not a number'],
		['an issuer without TLS', oidc.replace('https://', 'http://'), 'begins with https://'],
		['nobody for whom it is believed', oidc.replace('[family]', '[]'), 'names nobody'],
		[
			'nothing that it is believed',
			oidc.replace(', email_domains: [srsd.example]', ''),
			'so that nobody could be found in the roster'
		],
		[
			'a secret in the file',
			oidc.replace('client_id: abc', 'client_id: abc, client_secret: abc'),
			'client_secret'
		],
		['an id that makes no variable', oidc.replace('id: portal', 'id: Our Portal'), 'is not an id'],
		['an id that is there twice', google + google, 'single sign-on “google” is there twice.'],
		[
			'an issuer whose subjects differ by client twice',
			oidc + oidc.replace('id: portal', 'id: portal-2'),
			'https://portal.example vouches for people in two entries.'
		]
	])('is refused with %s', async (_, entries, problem) => {
		const { found } = await checked(entries);
		expect(found).toHaveLength(1);
		expect(found[0]).toMatch(/^error district\.yaml /);
		expect(found[0]).toContain(problem);
	});

	test('may be there with Google twice, for staff and for students', async () => {
		const students = google
			.replace('id: google', 'id: google-students')
			.replace('[staff, student]', '[student]');
		expect((await checked(google + students)).found).toEqual([]);
	});
});
