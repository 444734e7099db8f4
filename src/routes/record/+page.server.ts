import { redirect } from '@sveltejs/kit';
import { formatDate } from '#lib/dates.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as audit from '#lib/server/records/audit.ts';
import { rightWord } from '#lib/server/records/event-words.ts';
import * as ownRecord from '#lib/server/records/own-record.ts';
import { entryInWords, instantWords } from '../manage/people/[id]/story-words.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { actor, locale } = locals;
	if (actor.kind !== 'person') redirect(303, `/sign-in?next=${encodeURIComponent(url.pathname)}`);
	const before = audit.readPlace(url.searchParams.get('before') ?? '');
	const own = await ownRecord.read(serving(), actor, { before });
	const say = localDates(locale);
	const zone = district().time_zone;
	return {
		looks: own.looks.map((look, key) => ({
			key,
			by: look.by,
			right: look.right ? rightWord(look.right) : look.guardian ? m.people_right_guardian() : '',
			day: formatDate(look.day, locale, zone),
			what: {
				certificate: m.people_event_certificate_seen,
				'family-record': m.people_event_family_seen,
				record: m.people_event_record_seen
			}[look.what](),
			times: look.times
		})),
		files: own.files.map((file, key) => ({
			key,
			by: file.by,
			right: file.right ? rightWord(file.right) : '',
			when: instantWords(file.at, say),
			what: file.what === 'audit' ? m.people_file_audit() : m.people_file_records()
		})),
		events: own.events.map((entry) => entryInWords(entry, own, locale)),
		first: before === null,
		next: own.next && `?before=${encodeURIComponent(audit.placeText(own.next))}`
	};
};
