import type { FieldError } from '#lib/components/text.ts';

/** What valibot found wrong, one message a field, as the error summary and the fields show it. */
export function fieldErrors(
	issues: readonly { path?: readonly { key: unknown }[]; message: string }[]
): FieldError[] {
	const found = new Map<string, string>();
	for (const { path, message } of issues) {
		const field = String(path?.[0]?.key ?? '');
		if (!found.has(field)) found.set(field, message);
	}
	return [...found].map(([field, message]) => ({ field, message }));
}
