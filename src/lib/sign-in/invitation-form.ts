import * as v from 'valibot';
import { m } from '#lib/messages/compiled/messages.js';
import { checkUserName, type UserNameFault } from './user-name.ts';

const faultWords: Record<UserNameFault, () => string> = {
	'too-short': m.invite_error_user_name_short,
	'too-long': m.invite_error_user_name_long,
	characters: m.invite_error_user_name_characters,
	start: m.invite_error_user_name_start
};

const userName = () =>
	v.pipe(
		v.string(m.invite_error_user_name()),
		v.trim(),
		v.minLength(1, m.invite_error_user_name()),
		v.rawCheck(({ dataset, addIssue }) => {
			if (!dataset.typed) return;
			const checked = checkUserName(dataset.value);
			if (!checked.ok) addIssue({ message: faultWords[checked.fault]() });
		})
	);
const email = () =>
	v.pipe(
		v.string(m.invite_error_email()),
		v.trim(),
		v.minLength(1, m.invite_error_email()),
		v.email(m.invite_error_email()),
		v.maxLength(254, m.signin_error_long())
	);
// Spaces at the ends of a password count: they were typed.
const password = () => v.pipe(v.string(), v.minLength(1, m.invite_error_password()));

/** Making a sign-in by an invitation: what is asked for depends on how one wants to sign in. */
export const invitationForm = () =>
	v.variant(
		'by',
		[
			v.object({ by: v.literal('user-name'), user_name: userName(), password: password() }),
			v.object({ by: v.literal('e-mail'), email: email(), password: password() })
		],
		m.invite_error_how()
	);
