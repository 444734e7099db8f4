export type UrlFault =
	'no-address' | 'not-https' | 'carries-sign-in' | 'not-public' | 'named-after-question-mark';
export type CanonicalUrl = { ok: true; url: string } | { ok: false; reason: UrlFault };

/** Where a page names the account in its query, dropping the query would make two accounts look like one. */
const namingParameters = [
	'id',
	'user',
	'user_id',
	'channel',
	'page',
	'page_id',
	'profile',
	'profile_id',
	'list'
];
const privateEndings = [
	'localhost',
	'local',
	'internal',
	'intranet',
	'lan',
	'home',
	'corp',
	'private',
	'home.arpa',
	'onion'
];

/**
 * One spelling for one page of an official account, so that the same account can't be registered twice: https only,
 * lower-case host without `www.` or `m.`, no query, fragment, default port or trailing slash. Refuses addresses that
 * only work inside a network or that carry a sign-in. What is typed without `https://` is taken as if with it.
 */
export function canonicalUrl(typed: string): CanonicalUrl {
	const text = typed.trim();
	if (text === '' || /\s/.test(text)) return { ok: false, reason: 'no-address' };
	const withScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`;
	if (!URL.canParse(withScheme)) return { ok: false, reason: 'no-address' };
	const url = new URL(withScheme);
	if (url.protocol !== 'https:') return { ok: false, reason: 'not-https' };
	if (url.username !== '' || url.password !== '') return { ok: false, reason: 'carries-sign-in' };
	const host = url.hostname.replace(/\.$/, '').replace(/^(?:www|m)\.(?=[^.]+\.)/, '');
	if (!isPublicName(host)) return { ok: false, reason: 'not-public' };
	if (namingParameters.some((name) => url.searchParams.has(name)))
		return { ok: false, reason: 'named-after-question-mark' };
	const path = plainEscapes(url.pathname)
		.replace(/\/{2,}/g, '/')
		.replace(/\/$/, '');
	return { ok: true, url: `https://${host}${url.port ? `:${url.port}` : ''}${path}` };
}

/** What a claim on an account is compared by: platforms read the name in a path whatever its case. */
export function claimKey(canonical: string): string {
	return canonical.toLowerCase();
}

// `URL` has turned every odd notation of an address (octal, hexadecimal, one number) into plain digits by now.
function isPublicName(host: string): boolean {
	if (host.startsWith('[') || /^[\d.]+$/.test(host)) return false;
	if (!host.includes('.')) return false;
	return !privateEndings.some((ending) => host === ending || host.endsWith(`.${ending}`));
}

// `%41` and `A` are the same letter; what needs its escape keeps it.
function plainEscapes(path: string): string {
	return path.replace(/%([\da-f]{2})/gi, (escape, hex: string) => {
		const letter = String.fromCharCode(parseInt(hex, 16));
		return /[\w.~-]/.test(letter) ? letter : escape.toUpperCase();
	});
}
