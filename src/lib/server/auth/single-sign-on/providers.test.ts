import { resolve } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { use } from '#lib/server/catalogue/catalogue.ts';
import { readCatalogue, type SingleSignOn } from '#lib/server/catalogue/read-catalogue.ts';
import { isLoopback, localEntries, missingSecrets, providerOf, providers, secretName } from './providers.ts';

const content = readCatalogue(resolve('content'), { translations: false });
function having(single_sign_on: SingleSignOn[]): void {
	use({ ...content, district: { ...content.district, single_sign_on } });
}
afterEach(() => use(content));

const believed = { audiences: ['staff'], email_domains: ['wrsd.example'] } as const;
const common = { label: 'X', client_id: 'client' };
const authoritative = {
	audiences: [...believed.audiences],
	email_domains: [...believed.email_domains],
	sourced_id: false as const
};
const entries: SingleSignOn[] = [
	{ ...common, preset: 'google', id: 'google-staff', hosted_domains: ['wrsd.example'], authoritative },
	{
		...common,
		preset: 'entra',
		id: 'entra',
		tenant: '0f0e0d0c-1111-2222-3333-444455556666',
		authoritative
	},
	{ ...common, preset: 'clever', id: 'clever', district: '4fd43cc56d11340000000005', authoritative },
	{ ...common, preset: 'classlink', id: 'classlink', tenant: '2284', authoritative },
	{ ...common, preset: 'oidc', id: 'portal', issuer: 'https://portal.example/', authoritative }
];
const secrets = Object.fromEntries(entries.map(({ id }) => [secretName(id), `secret of ${id}`]));

describe('the district’s providers', () => {
	test('are none unless district.yaml says so', () => {
		expect(providers(secrets)).toEqual([]);
		expect(missingSecrets({})).toEqual([]);
	});

	test('are at the addresses of their makers, with secrets from the environment', () => {
		having(entries);
		expect(providers(secrets).map(({ id, issuer, clientSecret }) => [id, issuer, clientSecret])).toEqual([
			['google-staff', 'https://accounts.google.com', 'secret of google-staff'],
			[
				'entra',
				'https://login.microsoftonline.com/0f0e0d0c-1111-2222-3333-444455556666/v2.0',
				'secret of entra'
			],
			['clever', 'https://clever.com', 'secret of clever'],
			['classlink', 'https://launchpad.classlink.com', 'secret of classlink'],
			['portal', 'https://portal.example/', 'secret of portal']
		]);
		expect(secretName('google-staff')).toBe('WAYPOST_SSO_GOOGLE_STAFF_SECRET');
	});

	test('are left out without a secret, and named', () => {
		having(entries);
		const env = { ...secrets, WAYPOST_SSO_CLEVER_SECRET: '' };
		expect(providerOf('clever', env)).toBeUndefined();
		expect(providerOf('entra', env)?.id).toBe('entra');
		expect(missingSecrets(env)).toEqual(['WAYPOST_SSO_CLEVER_SECRET']);
	});
});

describe('providers on this machine, for trying out', () => {
	const ORIGIN = 'http://127.0.0.1:3000';
	const entry = { local_issuer: 'http://127.0.0.1:4000', settings: entries[0] };
	const given = (list: unknown) => ({ ...secrets, ORIGIN, WAYPOST_SSO: JSON.stringify(list) });

	test('take the place of the real issuer', () => {
		expect(providers(given([entry]))).toMatchObject([
			{
				id: 'google-staff',
				issuer: 'http://127.0.0.1:4000',
				cleverUsers: 'http://127.0.0.1:4000/v3.1/users/'
			}
		]);
	});

	test('are refused anywhere else', () => {
		for (const local_issuer of ['https://elsewhere.example', 'http://127.0.0.1.elsewhere.example', 'x'])
			expect(localEntries(given([{ ...entry, local_issuer }]))).toMatchObject({ ok: false });
	});

	test('are refused by a site that others reach', () => {
		for (const origin of ['https://waypost.example', 'http://192.0.2.1', undefined]) {
			const env = { ...given([entry]), ORIGIN: origin };
			expect(localEntries(env)).toMatchObject({ ok: false });
			expect(providers(env)).toEqual([]);
		}
	});

	test('are refused when they are no JSON, or not of the shape of district.yaml', () => {
		for (const WAYPOST_SSO of ['google', '{}', JSON.stringify([{ ...entry, settings: { id: 'google' } }])])
			expect(localEntries({ ...secrets, ORIGIN, WAYPOST_SSO })).toMatchObject({ ok: false });
	});

	test('are on a loopback address, written in any way', () => {
		expect(['http://127.0.0.1:1', 'http://[::1]:1', 'http://localhost'].every(isLoopback)).toBe(true);
		expect(['http://10.0.0.1', 'http://localhost.example', 'localhost'].some(isLoopback)).toBe(false);
	});
});
