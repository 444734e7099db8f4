/** How this Waypost brings mail to people. `shown`: a demo keeps its mails and shows them in the app. */
export type Delivery =
	{ by: 'smtp'; server: SmtpServer; from: string; perMinute: number } | { by: 'shown' } | { by: 'none' };

/** A mail server, as nodemailer takes it. */
export type SmtpServer = {
	host: string;
	port: number;
	secure: boolean;
	requireTLS: boolean;
	auth?: { user: string; pass: string };
};

/** A gentle pace: ten thousand invitations take under two hours, and no provider takes us for a spammer. */
const PER_MINUTE = 120;

type Settings = Record<string, string | undefined>;

/**
 * Reads SMTP_URL (`smtp://` or `smtps://user:password@host:port`), MAIL_FROM and MAIL_PER_MINUTE. A connection that
 * is not encrypted is refused, since mails carry links that open a sign-in; `?requireTLS=false` allows it, and so does
 * a server on this very machine. Gives words for whoever runs the server when a setting can't be meant.
 */
export function readDelivery(
	settings: Settings = process.env
): { ok: true; delivery: Delivery } | { ok: false; words: string } {
	const { SMTP_URL: address, MAIL_FROM: from = '', MAIL_PER_MINUTE: pace = String(PER_MINUTE) } = settings;
	if (!address)
		return { ok: true, delivery: settings.WAYPOST_DEMO === '1' ? { by: 'shown' } : { by: 'none' } };
	const url = URL.canParse(address) ? new URL(address) : null;
	if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === '')
		return no(
			'SMTP_URL is not the address of a mail server. It reads smtps://user:password@host:465 or smtp://host:587.'
		);
	if (!/^[^<>\s@]+@[^<>\s@]+$/.test(/<([^<>]*)>\s*$/.exec(from)?.[1] ?? from.trim()))
		return no(
			'MAIL_FROM is no sender. With SMTP_URL it is needed, for example MAIL_FROM="Waypost <waypost@district.example>".'
		);
	const perMinute = Number(pace);
	if (!Number.isInteger(perMinute) || perMinute < 1)
		return no(`MAIL_PER_MINUTE is “${pace}”. Give a number of mails, for example 120.`);
	return { ok: true, delivery: { by: 'smtp', server: serverOf(url), from, perMinute } };
}

/** The delivery of this process; one whose settings can't be meant brings nothing. */
export function delivery(settings: Settings = process.env): Delivery {
	const read = readDelivery(settings);
	return read.ok ? read.delivery : { by: 'none' };
}

/** Whether a mail that is posted reaches somebody. Where it does not, pages send people to the office instead. */
export function canDeliver(settings: Settings = process.env): boolean {
	return delivery(settings).by !== 'none';
}

/**
 * The site's own address, for links in mails and on paper. Never taken from a request: whoever asks for somebody
 * else's mail could put their own host into it.
 */
export function siteOrigin(settings: Settings = process.env): string {
	return settings.ORIGIN ?? `http://localhost:${settings.PORT ?? '3000'}`;
}

function serverOf(url: URL): SmtpServer {
	const secure = url.protocol === 'smtps:';
	const here = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
	return {
		host: url.hostname.replace(/^\[|\]$/g, ''),
		port: Number(url.port) || (secure ? 465 : 587),
		secure,
		requireTLS: !secure && !here && url.searchParams.get('requireTLS') !== 'false',
		...(url.username
			? { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }
			: {})
	};
}

function no(words: string): { ok: false; words: string } {
	return { ok: false, words };
}
