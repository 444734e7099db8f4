import { m } from '#lib/messages/compiled/messages.js';
import type { InviteRefusal } from '#lib/server/auth/invitations.ts';

/** Why no code can be printed for somebody, and what to do instead. */
export function refusalWords(reason: InviteRefusal): string {
	switch (reason) {
		case 'oneself':
			return m.invite_recover_no_oneself();
		case 'holds-rights':
			return m.invite_recover_no_holds_rights();
		case 'no-sign-in':
			return m.invite_recover_no_sign_in();
		case 'disabled':
			return m.invite_recover_no_disabled();
		default:
			return m.invite_recover_unknown();
	}
}
