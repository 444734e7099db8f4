import { expect, test } from 'vitest';
import { canDeliver, readDelivery, siteOrigin } from './delivery.ts';

const MAIL_FROM = 'Waypost <waypost@district.example>';
const serverOf = (SMTP_URL: string) => {
	const read = readDelivery({ SMTP_URL, MAIL_FROM });
	return read.ok && read.delivery.by === 'smtp' ? read.delivery.server : read;
};

test('without a mail server a demo shows its mails, and a district has none', () => {
	expect(readDelivery({ WAYPOST_DEMO: '1' })).toEqual({ ok: true, delivery: { by: 'shown' } });
	expect(readDelivery({ WAYPOST_DEMO: '0' })).toEqual({ ok: true, delivery: { by: 'none' } });
	expect(canDeliver({ WAYPOST_DEMO: '1' })).toBe(true);
	expect(canDeliver({})).toBe(false);
});

test('a mail server is used in a demo as well', () => {
	const read = readDelivery({ WAYPOST_DEMO: '1', SMTP_URL: 'smtp://localhost:25', MAIL_FROM });
	expect(read).toMatchObject({ ok: true, delivery: { by: 'smtp', from: MAIL_FROM, perMinute: 120 } });
});

test('mail goes encrypted, except to a server on this machine or where it is allowed by name', () => {
	expect(serverOf('smtps://post:p%40ss@mail.example')).toEqual({
		host: 'mail.example',
		port: 465,
		secure: true,
		requireTLS: false,
		auth: { user: 'post', pass: 'p@ss' }
	});
	expect(serverOf('smtp://mail.example')).toMatchObject({ port: 587, secure: false, requireTLS: true });
	for (const here of ['localhost:2525', '127.0.0.1:25', '[::1]:25'])
		expect(serverOf(`smtp://${here}`)).toMatchObject({ requireTLS: false });
	expect(serverOf('smtp://relay.example:25?requireTLS=false')).toMatchObject({ requireTLS: false });
	expect(serverOf('smtp://[::1]:25')).toMatchObject({ host: '::1' });
});

test.each([
	[{ SMTP_URL: 'mail.example:25', MAIL_FROM }, 'SMTP_URL'],
	[{ SMTP_URL: 'https://mail.example', MAIL_FROM }, 'SMTP_URL'],
	[{ SMTP_URL: 'smtp://mail.example' }, 'MAIL_FROM'],
	[{ SMTP_URL: 'smtp://mail.example', MAIL_FROM: 'Waypost' }, 'MAIL_FROM'],
	[{ SMTP_URL: 'smtp://mail.example', MAIL_FROM, MAIL_PER_MINUTE: 'many' }, 'MAIL_PER_MINUTE']
])('settings that can’t be meant are said by name: %j', (settings, name) => {
	const read = readDelivery(settings);
	expect(read).toMatchObject({ ok: false, words: expect.stringContaining(name) });
	// Without words to the person who runs it, nothing is promised to anybody.
	expect(canDeliver(settings)).toBe(false);
});

test('links lead to the site’s own address, whatever a request says', () => {
	expect(siteOrigin({ ORIGIN: 'https://waypost.example' })).toBe('https://waypost.example');
	expect(siteOrigin({ PORT: '3100' })).toBe('http://localhost:3100');
	expect(siteOrigin({})).toBe('http://localhost:3000');
});
