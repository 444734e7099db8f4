import type { Snippet } from 'svelte';

/** Text that is usually a plain string and sometimes needs a link or an emphasis inside. */
export type Words = string | Snippet;

/** A mistake in a form: the name of the field it belongs to and what to do about it. */
export interface FieldError {
	field: string;
	message: string;
}

/** The message for one field, to hand to that field's `error`. */
export function errorOf(errors: readonly FieldError[] | undefined, field: string): string | undefined {
	return errors?.find((error) => error.field === field)?.message;
}
