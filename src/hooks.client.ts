import { baseLocale, isLocale, overwriteGetLocale } from '#lib/messages/compiled/runtime.js';

// The server chose the language and wrote it on the page; without this, hydration would turn it back to English.
overwriteGetLocale(() => {
	const { lang } = document.documentElement;
	return isLocale(lang) ? lang : baseLocale;
});
