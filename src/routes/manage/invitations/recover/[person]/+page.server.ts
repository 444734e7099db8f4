import { error } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';
import { mayBeRecovered, RECOVERY_DAYS } from '#lib/server/auth/invitations.ts';
import { serving } from '#lib/server/db/serving.ts';
import { inviter } from '../../inviter.server.ts';
import { refusalWords } from './refusal-words.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = inviter(event);
	const may = await mayBeRecovered(serving(), actor, event.params.person);
	if (!may.ok && may.reason === 'unknown') error(404, m.invite_recover_unknown());
	return {
		days: RECOVERY_DAYS,
		name: may.ok ? may.name : null,
		school: may.ok ? may.school : null,
		refused: may.ok ? null : refusalWords(may.reason),
		unchecked: event.url.searchParams.has('unchecked')
	};
};
