import { createHash } from 'node:crypto';
import { isHttpError, type Handle, type RequestEvent } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';
import { reportError } from './error-report.ts';

const style = `:root{color-scheme:light dark;font:1.1rem/1.5 system-ui,sans-serif;
background:light-dark(#f7f5ef,#12181b);color:light-dark(#1b2430,#e9edea)}
body{max-width:36rem;margin:0 auto;padding:2rem 1rem}
a{display:inline-block;min-height:1.5rem;margin-inline-end:1.5rem;color:light-dark(#1b5a9c,#8ec1f5)}`;

/** Nothing but the page's own few styles. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;

/**
 * Answers what the handles behind this one refuse, and what fails in them: SvelteKit would answer past all handles,
 * without our headers, without a line in the log, and without the hint.
 */
export const plainAnswers: Handle = async ({ event, resolve }) => {
	try {
		return await resolve(event);
	} catch (thrown) {
		if (isHttpError(thrown)) return plainAnswer(event, thrown.status, thrown.body);
		if (!(thrown instanceof Error)) throw thrown;
		const told = await reportError({ error: thrown, event, status: 500, message: 'Internal Error' });
		return plainAnswer(event, 500, told ?? { message: m.shell_error_other_title() });
	}
};

/** What SvelteKit's own scripts and other systems read as JSON is a page to a browser: bare, in the person's language. */
function plainAnswer(event: RequestEvent, status: number, told: App.Error): Response {
	const accepts = event.request.headers.get('accept') ?? '';
	if (event.isDataRequest || !accepts.includes('text/html')) return Response.json(told, { status });
	return new Response(page(event, told), {
		status,
		headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy }
	});
}

function page({ locals: { locale } }: RequestEvent, { message, hint, reference }: App.Error): string {
	const language = { locale };
	const paragraphs = [hint, reference && `${m.shell_error_reference({}, language)} ${reference}`]
		.filter((text) => text !== undefined && text !== '')
		.map((text) => `<p>${escaped(String(text))}</p>`);
	return `<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(message)} · Waypost</title><style>${style}</style></head>
<body><main><h1>${escaped(message)}</h1>${paragraphs.join('')}
<p><a href="/">${escaped(m.shell_error_home({}, language))}</a> <a href="/help">${escaped(m.shell_error_help({}, language))}</a></p></main></body>
</html>`;
}

function escaped(text: string): string {
	return text.replace(
		/[&<>"]/g,
		(sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign
	);
}
