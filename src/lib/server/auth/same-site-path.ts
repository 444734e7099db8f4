/**
 * The path (with query) that a form or link may send somebody to within this site, or `fallback` when it would lead
 * away: an open redirect makes our address the bait of a phishing mail. Browsers read `//host`, `/\host` and
 * addresses with tabs or line breaks as other hosts.
 */
export function sameSitePath(value: unknown, fallback: string): string {
	if (typeof value !== 'string' || value.length > 2000 || !/^\/(?![/\\])/.test(value)) return fallback;
	// eslint-disable-next-line no-control-regex -- control characters are what is looked for
	if (/[\u0000-\u001f\u007f\\]/.test(value)) return fallback;
	const base = 'http://waypost.invalid';
	if (!URL.canParse(value, base)) return fallback;
	const url = new URL(value, base);
	if (url.origin !== base || url.pathname.startsWith('//')) return fallback;
	return url.pathname + url.search + url.hash;
}
