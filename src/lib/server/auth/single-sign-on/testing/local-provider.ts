import { generateKeyPairSync } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import {
	interactionPolicy,
	Provider,
	type Adapter,
	type AdapterPayload,
	type Configuration,
	type JWK
} from 'oidc-provider';

/** Somebody at the provider: what it says of them, `sub` among it. */
export type Account = { sub: string } & Record<string, unknown>;

export type LocalProvider = {
	issuer: string;
	clientId: string;
	clientSecret: string;
	/** Goes to an address at the provider as a browser of its own in which `sub` signs in; gives where it is sent back. */
	visit(address: URL, sub: string): Promise<URL>;
	stop(): Promise<void>;
};

const CLAIMS = [
	'hd',
	'tid',
	'xms_edov',
	'district',
	'classLink_tenant_id',
	'classLink_sourcedId',
	'school_person_id'
];

/**
 * A real OpenID Connect provider on this machine. A browser is asked there who of `accounts` it is.
 * `withholds`: claims come from the userinfo endpoint alone, and not in the ID token.
 */
export async function startLocalProvider({
	accounts,
	redirectUri,
	withholds = false
}: {
	accounts: Account[];
	redirectUri: string;
	withholds?: boolean;
}): Promise<LocalProvider> {
	const server = http.createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const client = { clientId: 'waypost', clientSecret: 'a secret of the local provider' };
	const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
	// As Google and Microsoft understand it: they ask who somebody is, signed in there or not.
	const policy = interactionPolicy.base();
	policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
	const configuration: Configuration = {
		adapter: memory(),
		clients: [
			{ client_id: client.clientId, client_secret: client.clientSecret, redirect_uris: [redirectUri] }
		],
		jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'local', use: 'sig' } as JWK] },
		cookies: { keys: ['a key of the local provider'] },
		claims: { openid: ['sub', ...CLAIMS], email: ['email', 'email_verified'] },
		conformIdTokenClaims: withholds,
		scopes: ['openid', 'email', 'profile', 'oneroster'],
		pkce: { required: () => true },
		features: { devInteractions: { enabled: false } },
		interactions: { policy, url: (_, { uid }) => `/interaction/${uid}` },
		ttl: {
			AccessToken: 600,
			AuthorizationCode: 60,
			Grant: 600,
			IdToken: 600,
			Interaction: 600,
			Session: 600
		},
		findAccount: (_, sub) => {
			const account = accounts.find((each) => each.sub === sub);
			return account && { accountId: sub, claims: () => account };
		},
		// Nobody is asked for consent: the district has given it for its people.
		loadExistingGrant: async ({ oidc }) => {
			const { client, session, provider } = oidc;
			const grant = new provider.Grant({ clientId: client?.clientId, accountId: session?.accountId });
			grant.addOIDCScope('openid email profile oneroster');
			await grant.save();
			return grant;
		}
	};
	const provider = new Provider(issuer, configuration);
	const answer = provider.callback();
	server.on('request', (request, response) => {
		const isQuestion = request.url?.startsWith('/interaction/') ?? false;
		void (isQuestion ? askWho(provider, accounts, request, response) : answer(request, response));
	});
	return {
		issuer,
		...client,
		visit: (address, sub) => visit(address, sub, issuer),
		async stop() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		}
	};
}

/** Where a provider keeps what it has to remember: its own memory. */
function memory(): (name: string) => Adapter {
	const kept = new Map<string, AdapterPayload>();
	return (name) => {
		const key = (id: string) => `${name}:${id}`;
		return {
			upsert: async (id, payload) => void kept.set(key(id), payload),
			find: async (id) => kept.get(key(id)),
			findByUid: async (uid) => [...kept.values()].find((payload) => payload.uid === uid),
			findByUserCode: async () => undefined,
			consume: async (id) => {
				const payload = kept.get(key(id));
				if (payload) payload.consumed = Math.floor(Date.now() / 1000);
			},
			destroy: async (id) => void kept.delete(key(id)),
			revokeByGrantId: async (grantId) => {
				for (const [at, payload] of kept) if (payload.grantId === grantId) kept.delete(at);
			}
		};
	};
}

/** The provider's page that asks who somebody is, and takes their word for it. */
async function askWho(
	provider: Provider,
	accounts: Account[],
	request: http.IncomingMessage,
	response: http.ServerResponse
): Promise<void> {
	if (request.method === 'POST') {
		let body = '';
		for await (const chunk of request) body += String(chunk);
		const accountId = new URLSearchParams(body).get('sub');
		const result = accountId ? { login: { accountId }, select_account: {} } : { error: 'access_denied' };
		return provider.interactionFinished(request, response, result);
	}
	const buttons = accounts.map(({ sub }) => `<button name="sub" value="${sub}">${sub}</button>`);
	response.setHeader('content-type', 'text/html; charset=utf-8').end(
		`<!doctype html><html lang="en"><title>Local provider</title><h1>Who are you?</h1>
		<form method="post">${buttons.join('')}<button name="sub" value="">Nobody</button></form></html>`
	);
}

async function visit(address: URL, sub: string, issuer: string): Promise<URL> {
	const cookies = new Map<string, string>();
	let next = address;
	let body: URLSearchParams | null = null;
	for (let step = 0; step < 10; step += 1) {
		if (next.origin !== issuer) return next;
		const response: Response = await fetch(next, {
			method: body ? 'POST' : 'GET',
			body,
			redirect: 'manual',
			headers: { cookie: [...cookies].map((cookie) => cookie.join('=')).join('; ') }
		});
		for (const line of response.headers.getSetCookie()) {
			const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
			cookies.set(name, value);
		}
		const location = response.headers.get('location');
		if (location) {
			next = new URL(location, next);
			body = null;
		} else if (response.ok && next.pathname.startsWith('/interaction/')) body = new URLSearchParams({ sub });
		else throw new Error(`the local provider answers ${response.status}: ${await response.text()}`);
	}
	throw new Error('the local provider sends browsers round in a circle');
}
