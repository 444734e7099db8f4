import * as v from 'valibot';
import { m } from '#lib/messages/compiled/messages.js';

/** The form that makes a family's sign-in, checked on both sides. Messages say what to do. */
export const signUpForm = () =>
	v.object({
		given_name: v.pipe(
			v.string(),
			v.trim(),
			v.minLength(1, m.join_error_given_name()),
			v.maxLength(80, m.join_error_long())
		),
		family_name: v.pipe(
			v.string(),
			v.trim(),
			v.minLength(1, m.join_error_family_name()),
			v.maxLength(80, m.join_error_long())
		),
		email: v.pipe(
			v.string(),
			v.trim(),
			v.minLength(1, m.join_error_email()),
			v.email(m.join_error_email()),
			v.maxLength(254, m.join_error_long())
		),
		password: v.pipe(v.string(), v.minLength(1, m.join_error_password()))
	});
export type SignUpValues = v.InferInput<ReturnType<typeof signUpForm>>;
