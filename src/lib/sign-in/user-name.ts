export const USER_NAME_SHORTEST = 4;
export const USER_NAME_LONGEST = 32;

export type UserNameFault = 'too-short' | 'too-long' | 'characters' | 'start';

/** A user name as it is stored: small letters without accents. */
export function plainUserName(text: string): string {
	return text.normalize('NFD').replace(/\p{M}/gu, '').trim().toLowerCase();
}

/**
 * Whether a text can be a user name: for those who have no e-mail address, so one that can be said on the phone and
 * typed on any keyboard. Letters and digits with dots, dashes and underscores between them; never an `@`, by which
 * addresses are told apart from user names.
 */
export function checkUserName(text: string): { ok: true } | { ok: false; fault: UserNameFault } {
	const name = plainUserName(text);
	if (!/^[a-z0-9._-]*$/.test(name)) return { ok: false, fault: 'characters' };
	if (name.length < USER_NAME_SHORTEST) return { ok: false, fault: 'too-short' };
	if (name.length > USER_NAME_LONGEST) return { ok: false, fault: 'too-long' };
	return /^[a-z]/.test(name) && /[a-z0-9]$/.test(name) ? { ok: true } : { ok: false, fault: 'start' };
}

/** A user name to begin from: the given name and a number, which is most likely free. `number`: from 0 to 999. */
export function suggestedUserName(givenName: string, number: number): string {
	const letters = plainUserName(givenName)
		.replace(/[^a-z]/g, '')
		.slice(0, 20);
	return `${letters.length >= 2 ? letters : 'waypost'}-${String(number).padStart(3, '0')}`;
}
