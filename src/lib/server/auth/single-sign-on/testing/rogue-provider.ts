import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the next ID token is made. What is not said is as it should be. */
export type Forgery = {
	claims?: Record<string, unknown>;
	header?: Record<string, unknown>;
	/** `own`: with the provider's key. `stranger`: with another. `public`: HMAC with the public key. `none`: not at all. */
	signedBy?: 'own' | 'stranger' | 'public' | 'none';
	/** What comes back from the token endpoint besides, or another status. */
	token?: Record<string, unknown>;
	status?: number;
	/** What is sent back to the browser besides code and state. */
	back?: Record<string, string>;
	/** What its discovery document says besides. */
	metadata?: Record<string, unknown>;
};

export type RogueProvider = {
	issuer: string;
	clientId: string;
	clientSecret: string;
	/** Sets how the next answers are forged. */
	forge(forgery: Forgery): void;
	/** Goes to an address at the provider; gives where it sends the browser back. */
	visit(address: URL): Promise<URL>;
	/** How often its discovery document was asked for. */
	asked(): number;
	/** Answers under any other path, such as an interface of one maker. */
	also(path: string, answer: unknown): void;
	stop(): Promise<void>;
};

/** A provider on this machine that forges what it is told to. It never checks who comes. */
export async function startRogueProvider(): Promise<RogueProvider> {
	const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const other = new Map<string, unknown>();
	const asked = new Map<string, URLSearchParams>();
	const server = http.createServer((request, response) => void answer(request, response));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	let forgery: Forgery = {};
	let discoveries = 0;
	let codes = 0;

	async function answer(request: http.IncomingMessage, response: http.ServerResponse) {
		const { pathname, searchParams } = new URL(request.url ?? '', issuer);
		const json = (body: unknown, status = 200) => {
			response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
		};
		if (pathname === '/.well-known/openid-configuration') {
			discoveries += 1;
			return json(metadata());
		}
		if (pathname === '/jwks') {
			const key = { ...own.publicKey.export({ format: 'jwk' }), kid: 'own', use: 'sig', alg: 'RS256' };
			return json({ keys: [key] });
		}
		if (pathname === '/authorize') {
			const back = new URL(searchParams.get('redirect_uri') ?? '');
			const code = `code-${(codes += 1)}`;
			asked.set(code, searchParams);
			back.search = String(
				new URLSearchParams({ code, state: searchParams.get('state') ?? '', ...forgery.back })
			);
			return response.writeHead(302, { location: back.href }).end();
		}
		if (pathname === '/token') {
			let body = '';
			for await (const chunk of request) body += String(chunk);
			// It gives a token for any code, as often as it is asked.
			const question = asked.get(new URLSearchParams(body).get('code') ?? '') ?? new URLSearchParams();
			const { status = 200, token } = forgery;
			return json(
				{ access_token: 'anything', token_type: 'Bearer', id_token: idToken(question), ...token },
				status
			);
		}
		return other.has(pathname) ? json(other.get(pathname)) : json({ error: 'not_found' }, 404);
	}

	function metadata() {
		return {
			issuer,
			authorization_endpoint: `${issuer}/authorize`,
			token_endpoint: `${issuer}/token`,
			jwks_uri: `${issuer}/jwks`,
			response_types_supported: ['code'],
			subject_types_supported: ['public'],
			id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
			...forgery.metadata
		};
	}

	function idToken(question: URLSearchParams): string {
		const { signedBy = 'own', header, claims } = forgery;
		const at = Math.floor(Date.now() / 1000);
		const alg = { own: 'RS256', stranger: 'RS256', public: 'HS256', none: 'none' }[signedBy];
		const text = [
			{ alg, kid: 'own', typ: 'JWT', ...header },
			{
				iss: issuer,
				aud: question.get('client_id'),
				nonce: question.get('nonce'),
				sub: 'somebody',
				iat: at,
				exp: at + 300,
				...claims
			}
		]
			.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
			.join('.');
		return `${text}.${signature(text, signedBy)}`;
	}

	function signature(text: string, signedBy: NonNullable<Forgery['signedBy']>): string {
		const rsa = (key: KeyObject) => sign('RSA-SHA256', Buffer.from(text), key).toString('base64url');
		if (signedBy === 'none') return '';
		if (signedBy === 'public') {
			const pem = own.publicKey.export({ format: 'pem', type: 'spki' });
			return createHmac('sha256', pem).update(text).digest('base64url');
		}
		return rsa(signedBy === 'own' ? own.privateKey : stranger.privateKey);
	}

	return {
		issuer,
		clientId: 'waypost',
		clientSecret: 'a secret of the rogue provider',
		forge(next) {
			forgery = next;
		},
		async visit(address) {
			const response = await fetch(address, { redirect: 'manual' });
			return new URL(response.headers.get('location') ?? '', issuer);
		},
		asked: () => discoveries,
		also: (path, body) => void other.set(path, body),
		async stop() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		}
	};
}
