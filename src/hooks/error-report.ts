import type { HandleServerError } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';
import { baseLocale, type Locale } from '#lib/messages/compiled/runtime.js';
import { log } from './log.ts';

/**
 * What a person is told of a failure that nobody expected: a reference to quote, under which the log has the rest.
 * Messages of the database may quote what was typed, so only those of our own errors are logged, without addresses.
 */
export const reportError: HandleServerError = ({ error, event, status, message }) => {
	// A failure before the language was chosen is told in English.
	const locale = (event.locals as { locale?: Locale }).locale ?? baseLocale;
	if (status < 500) return { message, ...wordsOf(status, locale) };
	const reference = event.locals.requestId;
	log.error({
		request: reference,
		method: event.request.method,
		route: event.route.id,
		status,
		error: described(error)
	});
	return { message, ...wordsOf(status, locale), reference };
};

/** What the page of an error says, and what to do; nothing for what SvelteKit says itself. */
function wordsOf(status: number, locale: Locale): { message: string; hint: string } | undefined {
	const language = { locale };
	if (status === 404)
		return {
			message: m.shell_error_404_title({}, language),
			hint: m.shell_error_404_hint({}, language)
		};
	if (status < 500) return undefined;
	return {
		message: m.shell_error_other_title({}, language),
		hint: m.shell_error_other_hint({}, language)
	};
}

/** Name, code and place of an error, and its message where it holds nothing of anybody's. */
export function described(error: unknown): Record<string, string | undefined> {
	if (!(error instanceof Error)) return { name: typeof error };
	const code = 'code' in error ? String(error.code) : undefined;
	const fromDatabase = 'severity' in error;
	const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
	return {
		name: error.name,
		code,
		message: fromDatabase ? undefined : error.message.replace(/\S+@\S+/g, '[address]').slice(0, 500),
		constraint: 'constraint' in error ? String(error.constraint) : undefined,
		stack: frames.join('\n')
	};
}
