import * as v from 'valibot';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { singleSignOn } from '#lib/server/catalogue/content-schema.ts';
import type { SingleSignOn } from '#lib/server/catalogue/read-catalogue.ts';
import { presetOf } from './presets.ts';

/** Somebody else who says who a person is, ready for use. */
export type Provider = {
	id: string;
	/** Ends “Sign in with …”. */
	label: string;
	issuer: string;
	clientId: string;
	clientSecret: string;
	settings: SingleSignOn;
	/** Where Clever tells what it knows of one person, followed by their id. */
	cleverUsers: string;
};

const CLEVER_USERS = 'https://api.clever.com/v3.1/users/';

/**
 * The district's providers in the order of district.yaml, and those of WAYPOST_SSO. One whose secret is missing is
 * left out: its button would lead nowhere.
 */
export function providers(env: NodeJS.ProcessEnv = process.env): Provider[] {
	return [...entriesOf(env)].flatMap(({ settings, issuer, cleverUsers }) => {
		const clientSecret = env[secretName(settings.id)];
		if (!clientSecret) return [];
		const { id, label, client_id: clientId } = settings;
		return [{ id, label, issuer, clientId, clientSecret, settings, cleverUsers }];
	});
}

/** The provider of this id, where it can be used. */
export function providerOf(id: string, env: NodeJS.ProcessEnv = process.env): Provider | undefined {
	return providers(env).find((provider) => provider.id === id);
}

/** What the district calls an issuer by which people are linked; its host, where it is no longer in use. */
export function labelOf(issuer: string, env: NodeJS.ProcessEnv = process.env): string {
	const { href, hostname } = new URL(issuer);
	return entriesOf(env).find((entry) => new URL(entry.issuer).href === href)?.settings.label ?? hostname;
}

/** The variables with secrets that are missing in this environment. */
export function missingSecrets(env: NodeJS.ProcessEnv = process.env): string[] {
	return entriesOf(env)
		.map(({ settings }) => secretName(settings.id))
		.filter((name) => !env[name]);
}

/** The variable of the environment that holds a client's secret. */
export function secretName(id: string): string {
	return `WAYPOST_SSO_${id.toUpperCase().replaceAll('-', '_')}_SECRET`;
}

type Entry = Pick<Provider, 'settings' | 'issuer' | 'cleverUsers'>;

function entriesOf(env: NodeJS.ProcessEnv): Entry[] {
	const ofDistrict = district().single_sign_on.map((settings) => ({
		settings,
		issuer: presetOf(settings).issuer(settings),
		cleverUsers: CLEVER_USERS
	}));
	const local = localEntries(env);
	return local.ok ? [...ofDistrict, ...local.entries] : ofDistrict;
}

const localProviders = v.array(
	v.strictObject({ local_issuer: v.pipe(v.string(), v.check(isLoopback)), settings: singleSignOn })
);

/**
 * Providers on this very machine, from the JSON of WAYPOST_SSO, for trying single sign-on out. Each takes the place of
 * the real issuer of its settings. Only loopback addresses are taken, and only by a site that is itself served on one:
 * no real site can be made to believe a stranger by a variable.
 */
export function localEntries(
	env: NodeJS.ProcessEnv
): { ok: true; entries: Entry[] } | { ok: false; words: string } {
	const { WAYPOST_SSO: given, ORIGIN: origin } = env;
	if (!given) return { ok: true, entries: [] };
	if (!isLoopback(origin ?? ''))
		return { ok: false, words: 'WAYPOST_SSO is for a site on this machine, and ORIGIN is another address.' };
	const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), localProviders), given);
	if (!parsed.success)
		return {
			ok: false,
			words: 'WAYPOST_SSO is not a JSON list of {"local_issuer": "http://127.0.0.1:…", "settings": {…}}.'
		};
	return {
		ok: true,
		entries: parsed.output.map(({ local_issuer: issuer, settings }) => ({
			settings,
			issuer,
			cleverUsers: `${issuer}/v3.1/users/`
		}))
	};
}

/** Whether an address is of this very machine: there, and nowhere else, an issuer may be spoken to without TLS. */
export function isLoopback(address: string): boolean {
	if (!URL.canParse(address)) return false;
	return ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(address).hostname);
}
