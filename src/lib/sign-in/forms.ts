import * as v from 'valibot';
import { m } from '#lib/messages/compiled/messages.js';

const given = (missing: string, longest: number) =>
	v.pipe(v.string(missing), v.trim(), v.minLength(1, missing), v.maxLength(longest, m.signin_error_long()));
// Spaces at the ends of a password count: they were typed.
const password = (missing: string) => v.pipe(v.string(missing), v.minLength(1, missing));

/** The forms of signing in. Messages say what to do; they are made when asked for, in the request's language. */
export const signInForm = () =>
	v.object({
		// The field keeps its name, by which browsers remember it; a user name goes into it as well.
		email: given(m.signin_error_login(), 254),
		password: password(m.signin_error_password())
	});

/** Asking for a link to a new password. */
export const forgotForm = () =>
	v.object({ email: v.pipe(given(m.forgot_error_email(), 254), v.email(m.forgot_error_email())) });

/** A new password alone: who it is for is known from the link or code. */
export const newPasswordForm = () => v.object({ password: password(m.signin_error_new()) });

export const passwordChangeForm = () =>
	v.object({
		current: password(m.signin_error_current()),
		next: password(m.signin_error_new())
	});

export const firstAdministratorForm = () =>
	v.object({
		given_name: given(m.signin_error_given_name(), 80),
		family_name: given(m.signin_error_family_name(), 80),
		email: v.pipe(given(m.signin_error_email(), 254), v.email(m.signin_error_email_form())),
		password: password(m.signin_error_password())
	});
