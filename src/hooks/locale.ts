import { AsyncLocalStorage } from 'node:async_hooks';
import type { Handle } from '@sveltejs/kit';
import { baseLocale, isLocale, overwriteGetLocale, type Locale } from '#lib/messages/compiled/runtime.js';
import { acceptedLocale } from './accept-language.ts';

const ofThisRequest = new AsyncLocalStorage<Locale>();
overwriteGetLocale(() => ofThisRequest.getStore() ?? baseLocale);

/** Language of this request: what the person chose, else what the browser prefers, else English. */
export const locale: Handle = ({ event, resolve }) => {
	const chosen = event.cookies.get('locale');
	const language = isLocale(chosen)
		? chosen
		: (acceptedLocale(event.request.headers.get('accept-language')) ?? baseLocale);
	event.locals.locale = language;
	return ofThisRequest.run(language, () =>
		resolve(event, { transformPageChunk: ({ html }) => html.replace('%lang%', language) })
	);
};
