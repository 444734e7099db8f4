import * as typed from './typed-code.ts';
import type { ReadCode } from './typed-code.ts';

const prefix = 'KEY';

/** A new code of an invitation, as it stands on paper and in addresses: `KEY-7K3M-9QXD-2FHT-8VWC`. */
export function newInvitationCode(): string {
	return typed.showCode(typed.newCode(), prefix);
}

/** Reads a code as people type it, and tells apart what cannot be one. Gives its bare 16 characters. */
export function readInvitationCode(text: string): ReadCode {
	return typed.readCode(text, prefix);
}

/** A code as it stands in addresses, however it was typed; null when it can't be one. */
export function shownInvitationCode(text: string): string | null {
	const read = readInvitationCode(text);
	return read.ok ? typed.showCode(read.code, prefix) : null;
}
