import type { State } from '#lib/components/states.ts';
import { m } from '#lib/messages/compiled/messages.js';
import type { Locale } from '#lib/messages/compiled/runtime.js';

/** The states of a registration (curriculum 5.4). Which may follow which is the database's table of legal moves. */
export type RegistrationState =
	| 'draft'
	| 'submitted'
	| 'in_review'
	| 'changes_requested'
	| 'approved'
	| 'active'
	| 'renewal_due'
	| 'lapsed'
	| 'suspended'
	| 'transfer_pending'
	| 'closing'
	| 'closed'
	| 'rejected'
	| 'revoked';

/** How each state looks: all well, do or wait for something, stopped, good to know. */
export const stateKinds: Record<RegistrationState, State> = {
	draft: 'note',
	submitted: 'wait',
	in_review: 'wait',
	changes_requested: 'wait',
	approved: 'good',
	active: 'good',
	renewal_due: 'wait',
	lapsed: 'stop',
	suspended: 'stop',
	transfer_pending: 'wait',
	closing: 'wait',
	closed: 'note',
	rejected: 'stop',
	revoked: 'stop'
};

/** A state in words, in the page's language unless another is given. */
export function stateWord(state: RegistrationState, language?: { locale: Locale }): string {
	return {
		draft: m.register_state_draft,
		submitted: m.register_state_submitted,
		in_review: m.register_state_in_review,
		changes_requested: m.register_state_changes_requested,
		approved: m.register_state_approved,
		active: m.register_state_active,
		renewal_due: m.register_state_renewal_due,
		lapsed: m.register_state_lapsed,
		suspended: m.register_state_suspended,
		transfer_pending: m.register_state_transfer_pending,
		closing: m.register_state_closing,
		closed: m.register_state_closed,
		rejected: m.register_state_rejected,
		revoked: m.register_state_revoked
	}[state]({}, language);
}
