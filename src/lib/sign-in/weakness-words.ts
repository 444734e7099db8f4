import { m } from '#lib/messages/compiled/messages.js';

/** Why a new password is refused, and what to choose instead; the keys are the server's reasons. */
export const weaknessWords = {
	'too-short': m.signin_weak_too_short,
	'too-long': m.signin_weak_too_long,
	common: m.signin_weak_common,
	'own-words': m.signin_weak_own_words,
	pattern: m.signin_weak_pattern
};
