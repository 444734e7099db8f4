import { m } from '#lib/messages/compiled/messages.js';
import type { InviteRefusal } from '#lib/server/auth/invitations.ts';

/** Why no code can be made for somebody, and what to do instead. */
export function refusalWords(reason: InviteRefusal): string {
	switch (reason) {
		case 'oneself':
			return m.invite_recover_no_oneself();
		case 'holds-rights':
			return m.invite_recover_no_holds_rights();
		case 'other-school':
			return m.invite_one_no_other_school();
		case 'disabled':
			return m.invite_recover_no_disabled();
		case 'has-sign-in':
		case 'signs-in-elsewhere':
			return m.invite_recover_no_elsewhere();
		case 'no-sign-in':
			return m.invite_recover_no_sign_in();
		case 'no-e-mail':
			return m.invite_one_no_e_mail();
		case 'no-mail-server':
			return m.invite_no_mail();
		case 'not-signed-in':
		case 'no-right':
			return m.invite_refused();
		case 'identity-not-checked':
			return m.invite_recover_error();
		case 'unknown':
			return m.invite_recover_unknown();
	}
}
