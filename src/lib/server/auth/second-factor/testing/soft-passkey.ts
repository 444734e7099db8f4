import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';
import type { RelyingParty } from '../relying-party.ts';

/**
 * A passkey made of software, for tests: answers what a site asks as a browser and its authenticator would, and lies
 * where a test tells it to.
 */
export type Lies = {
	origin?: string;
	rpId?: string;
	challenge?: string;
	/** The user was not asked for a finger or a PIN. */
	unverified?: boolean;
	/** The counter stays where it was, as with a copy. */
	counterStays?: boolean;
	/** Signs with another key. */
	forged?: boolean;
	userHandle?: string;
};

export function softPasskey({ id: rpId, origin }: RelyingParty) {
	const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const id = randomBytes(16);
	const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
	let counter = 0;
	let person = '';

	const clientData = (type: string, challenge: string, lies: Lies) =>
		Buffer.from(
			JSON.stringify({ type, challenge: lies.challenge ?? challenge, origin: lies.origin ?? origin })
		);
	const head = (flags: number, lies: Lies) => {
		const count = Buffer.alloc(4);
		count.writeUInt32BE(counter);
		return Buffer.concat([sha256(Buffer.from(lies.rpId ?? rpId)), Buffer.from([flags]), count]);
	};
	const verified = (lies: Lies) => (lies.unverified ? 0x01 : 0x05);

	return {
		id: id.toString('base64url'),
		/** Answers a question to be made. */
		make({ challenge, user }: { challenge: string; user: { id: string } }, lies: Lies = {}): string {
			person = user.id;
			const key = isoCBOR.encode(
				new Map<number, number | Uint8Array>([
					[1, 2],
					[3, -7],
					[-1, 1],
					[-2, new Uint8Array(Buffer.from(x, 'base64url'))],
					[-3, new Uint8Array(Buffer.from(y, 'base64url'))]
				])
			);
			const authData = Buffer.concat([
				head(verified(lies) | 0x40, lies),
				Buffer.alloc(16),
				Buffer.from([0, id.length]),
				id,
				key
			]);
			const attestation = isoCBOR.encode(
				new Map<string, unknown>([
					['fmt', 'none'],
					['attStmt', new Map()],
					['authData', new Uint8Array(authData)]
				]) as Parameters<typeof isoCBOR.encode>[0]
			);
			return answer({
				clientDataJSON: clientData('webauthn.create', challenge, lies).toString('base64url'),
				attestationObject: Buffer.from(attestation).toString('base64url'),
				transports: ['internal']
			});
		},
		/** Answers a question to say who its user is. */
		use({ challenge }: { challenge: string }, lies: Lies = {}): string {
			if (!lies.counterStays) counter += 1;
			const authData = head(verified(lies), lies);
			const client = clientData('webauthn.get', challenge, lies);
			const signer = lies.forged ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey : privateKey;
			return answer({
				clientDataJSON: client.toString('base64url'),
				authenticatorData: authData.toString('base64url'),
				signature: sign('sha256', Buffer.concat([authData, sha256(client)]), signer).toString('base64url'),
				userHandle: lies.userHandle ?? person
			});
		}
	};

	function answer(response: Record<string, unknown>): string {
		const text = id.toString('base64url');
		return JSON.stringify({
			id: text,
			rawId: text,
			type: 'public-key',
			response,
			clientExtensionResults: {},
			authenticatorAttachment: 'platform'
		});
	}
}

function sha256(data: Buffer): Buffer {
	return createHash('sha256').update(data).digest();
}
