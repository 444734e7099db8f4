import * as client from 'openid-client';
import { configurationOf, Untrusted } from './configuration.ts';
import { presetOf, type Claims } from './presets.ts';
import type { Provider } from './providers.ts';
import type { NewRequest, Returned } from './requests.ts';

/** Why a provider did not say who somebody is; `because` is for the log and holds nothing of anybody's. */
export type ExchangeRefusal = {
	ok: false;
	/** Turned down there, by the person or by the provider; not reachable; or an answer that can't be trusted. */
	reason: 'declined' | 'provider-down' | 'not-trusted';
	because: string;
};

/** Somebody whom the issuer vouches for, in a token that was checked. */
export type Vouched = { issuer: string; subject: string; claims: Claims; accessToken: string };

/**
 * The address at the provider to which a browser is sent. `anew`: whoever is signed in there is not to be taken for
 * the one who comes.
 */
export async function addressOf(
	provider: Provider,
	{ state, nonce, codeVerifier }: NewRequest,
	{ redirectUri, anew }: { redirectUri: string; anew: boolean }
): Promise<{ ok: true; address: URL } | ExchangeRefusal> {
	return understood(async () => {
		const preset = presetOf(provider.settings);
		const address = client.buildAuthorizationUrl(await configurationOf(provider), {
			...(anew ? { prompt: 'login' } : {}),
			...preset.hints(provider.settings),
			redirect_uri: redirectUri,
			scope: preset.scope(provider.settings),
			state,
			nonce,
			code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
			code_challenge_method: 'S256'
		});
		return { ok: true, address };
	});
}

/**
 * Changes the code that came back for an ID token, and checks it: issuer, audience, nonce, signature by a key of the
 * issuer with an algorithm of the list, expiry. `back` is the address at which the browser came back.
 */
export async function redeem(
	provider: Provider,
	{ nonce, codeVerifier }: Returned,
	back: URL
): Promise<({ ok: true } & Vouched) | ExchangeRefusal> {
	return understood(async () => {
		const configuration = await configurationOf(provider);
		const tokens = await client.authorizationCodeGrant(configuration, back, {
			expectedState: back.searchParams.get('state') ?? '',
			expectedNonce: nonce,
			pkceCodeVerifier: codeVerifier,
			idTokenExpected: true
		});
		const token = tokens.claims();
		if (!token) throw new Untrusted('no-id-token');
		const { iss: issuer, sub: subject } = token;
		const { access_token: accessToken } = tokens;
		const missing = presetOf(provider.settings)
			.wanted(provider.settings)
			.some((claim) => !(claim in token));
		const more =
			missing && configuration.serverMetadata().userinfo_endpoint
				? await client.fetchUserInfo(configuration, accessToken, subject)
				: {};
		return { ok: true, issuer, subject, claims: { ...more, ...token }, accessToken };
	});
}

/** Asks at an address of the provider with what the person has let it have; gives the JSON that comes. */
export async function ask(
	provider: Provider,
	accessToken: string,
	address: URL
): Promise<{ ok: true; answer: unknown } | ExchangeRefusal> {
	return understood(async () => {
		const response = await client.fetchProtectedResource(
			await configurationOf(provider),
			accessToken,
			address,
			'GET'
		);
		if (!response.ok) return refused('provider-down', `status ${response.status}`);
		return { ok: true, answer: (await response.json()) as unknown };
	});
}

/** Errors that a provider can cause become answers; those of ours are thrown. */
async function understood<T>(work: () => Promise<T>): Promise<T | ExchangeRefusal> {
	try {
		return await work();
	} catch (error) {
		const refusal = refusalOf(error);
		if (!refusal) throw error;
		return refusal;
	}
}

const DOWN = ['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_JSON', 'OAUTH_PARSE_ERROR'];
const declined = ['access_denied', 'login_required', 'interaction_required', 'consent_required'];
const unwell = ['server_error', 'temporarily_unavailable'];

function refusalOf(error: unknown): ExchangeRefusal | null {
	if (error instanceof Untrusted) return refused('not-trusted', error.message);
	if (error instanceof client.AuthorizationResponseError) {
		const { error: code } = error;
		if (declined.includes(code)) return refused('declined', plain(code));
		return refused(unwell.includes(code) ? 'provider-down' : 'not-trusted', plain(code));
	}
	if (error instanceof client.ResponseBodyError)
		return refused(error.status >= 500 ? 'provider-down' : 'not-trusted', plain(error.error));
	if (error instanceof client.WWWAuthenticateChallengeError)
		return refused('not-trusted', `status ${error.status}`);
	if (error instanceof client.ClientError) {
		const status = error.cause instanceof Response ? error.cause.status : undefined;
		const down = DOWN.includes(error.code ?? '') || (status !== undefined && status >= 500);
		return refused(down ? 'provider-down' : 'not-trusted', `${error.code ?? 'unknown'}${claimOf(error)}`);
	}
	if (error instanceof DOMException && error.name === 'TimeoutError')
		return refused('provider-down', 'timeout');
	// What fetch throws where there is nobody; a TypeError without a cause is a mistake of ours.
	if (error instanceof TypeError && error.cause !== undefined) return refused('provider-down', 'unreachable');
	if (error instanceof SyntaxError) return refused('provider-down', 'no JSON');
	return null;
}

function refused(reason: ExchangeRefusal['reason'], because: string): ExchangeRefusal {
	return { ok: false, reason, because };
}

/** Which claim was wrong, where that is what was wrong. */
function claimOf(error: Error): string {
	const { cause } = error.cause instanceof Error ? error.cause : error;
	return typeof cause === 'object' && cause !== null && 'claim' in cause
		? ` (${plain(String(cause.claim))})`
		: '';
}

/** Codes of the protocol come from outside: only their letters go into a log. */
function plain(code: string): string {
	return code.replace(/[^\w-]/g, '').slice(0, 60);
}
