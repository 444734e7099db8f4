import { error } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { delivery, siteOrigin } from '#lib/server/mail/delivery.ts';
import type { Letterhead } from '#lib/server/mail/templates.ts';

/** What the mails of a demo say of their sender. Anywhere else these pages are not there: mails are their readers' own. */
export function demoLetterhead(): Letterhead {
	if (delivery().by !== 'shown')
		error(404, { message: m.shell_error_404_title(), hint: m.shell_error_404_hint() });
	const { name, time_zone: zone } = district();
	return { origin: siteOrigin(), district: name, zone };
}
