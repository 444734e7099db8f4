import * as client from 'openid-client';
import { isLoopback, type Provider } from './providers.ts';

/** An issuer that does not answer within this time is down, as far as somebody who waits to sign in is concerned. */
const TIMEOUT_SECONDS = 6;
const KEPT_MILLISECONDS = 3_600_000;
const CLOCK_TOLERANCE_SECONDS = 30;

/** Signatures with a key pair. Not among them: none, and those of a shared secret, for which a public key could pass. */
export const SIGNATURES = [
	'RS256',
	'RS384',
	'RS512',
	'PS256',
	'PS384',
	'PS512',
	'ES256',
	'ES384',
	'ES512',
	'EdDSA',
	'Ed25519'
];

/** What an issuer sent is not what it must be, in a way that openid-client lets pass. */
export class Untrusted extends Error {}

type Kept = { configuration: Promise<client.Configuration>; until: number };
const kept = new Map<string, Kept>();

/**
 * What has to be known to speak with a provider: its discovery document, kept for an hour. People who come at once
 * share one request for it, and a failure is not kept. Throws errors of openid-client.
 */
export async function configurationOf(provider: Provider): Promise<client.Configuration> {
	const key = JSON.stringify([provider.issuer, provider.clientId, provider.clientSecret]);
	const known = kept.get(key);
	if (known && known.until > performance.now()) return known.configuration;
	const configuration = discover(provider);
	kept.set(key, { configuration, until: performance.now() + KEPT_MILLISECONDS });
	try {
		return await configuration;
	} catch (error) {
		if (kept.get(key)?.configuration === configuration) kept.delete(key);
		throw error;
	}
}

async function discover({ issuer, clientId, clientSecret }: Provider): Promise<client.Configuration> {
	const insecure = isLoopback(issuer) ? [client.allowInsecureRequests] : [];
	const found = await client.discovery(new URL(issuer), clientId, undefined, client.None(), {
		timeout: TIMEOUT_SECONDS,
		execute: insecure
	});
	const metadata: client.ServerMetadata = found.serverMetadata();
	// openid-client lets Microsoft's documents speak for any tenant; here one is pinned.
	if (new URL(metadata.issuer).href !== new URL(issuer).href) throw new Untrusted('other-issuer');
	if (insecure.length === 0 && !/^https:/.test(metadata.authorization_endpoint ?? ''))
		throw new Untrusted('authorization-endpoint');
	const offered = metadata.id_token_signing_alg_values_supported ?? ['RS256'];
	const configuration = new client.Configuration(
		{
			...metadata,
			id_token_signing_alg_values_supported: offered.filter((name) => SIGNATURES.includes(name))
		},
		clientId,
		{ [client.clockTolerance]: CLOCK_TOLERANCE_SECONDS },
		// OpenID Connect Discovery 1.0, section 3: a document that names no method means client_secret_basic.
		metadata.token_endpoint_auth_methods_supported?.includes('client_secret_post')
			? client.ClientSecretPost(clientSecret)
			: client.ClientSecretBasic(clientSecret)
	);
	configuration.timeout = TIMEOUT_SECONDS;
	// TLS alone would say that a token is the issuer's. Its signature is checked as well.
	client.enableNonRepudiationChecks(configuration);
	for (const extend of insecure) extend(configuration);
	return configuration;
}
