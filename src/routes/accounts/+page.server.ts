import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as ownerView from '#lib/server/register/owner-view.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { reasonsInWords, staffOnly } from './accounts.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = staffOnly(event);
	const { gate, colleagues, toSign, accounts } = await ownerView.mine(serving(), actor);
	const say = localDates(event.locals.locale);
	const listed = ({ registration, name, part, paused }: ownerView.OwnAccount) => ({
		id: registration.id,
		name: name || m.register_untitled(),
		type: registration.type.title,
		school: registration.organisationName,
		state: registration.state,
		part,
		paused,
		since: say.date(registration.movedAt)
	});
	const reasons = reasonsInWords(
		gate.findings.map((finding) => ({ ...finding, part: 'owner' })),
		gate.id
	);
	return {
		allow: gate.allow,
		needs: [
			...reasons.map(({ message, met, next }) => ({
				label: message,
				met,
				...(next ? { note: next.label, href: next.href } : {})
			})),
			{
				label: m.register_need_co_owner(),
				met: colleagues > 0,
				note:
					colleagues > 0
						? m.register_need_co_owner_some({ count: colleagues })
						: m.register_need_co_owner_none()
			}
		],
		toSign: toSign.map(listed),
		accounts: accounts.map(listed)
	};
};
