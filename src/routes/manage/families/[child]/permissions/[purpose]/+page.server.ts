import { fail, redirect } from '@sveltejs/kit';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { permissionLanguages, permissionText } from '#lib/server/catalogue/permission-texts.ts';
import { serving } from '#lib/server/db/serving.ts';
import type { RecordedWord } from '#lib/server/families/family-basis.ts';
import type { Family } from '#lib/server/families/office-view.ts';
import * as permissions from '#lib/server/families/permissions.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { permissionOf } from '../../../../../family/permission-page.server.ts';
import {
	historyInWords,
	speakerInWords,
	stateInWords
} from '../../../../../family/permission-words.server.ts';
import { officeMember, openFamily, refuse } from '../../../office.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { family } = await openFamily(event);
	const permission = permissionOf(family.permissions, event.params.purpose);
	const { locale } = event.locals;
	const say = localDates(locale);
	const { child, links } = family;
	const viewer = {
		as: 'office',
		name: child.name,
		names: new Map(links.map(({ guardian, name }) => [guardian, name]))
	} as const;
	const speakers = speakersOf(family);
	const last = new Map(permission.history.toReversed().map((word) => [speakerOf(word), word]));
	return {
		child: { person: child.person, name: child.name },
		title: permissionText(permission.purpose, 'guardian', locale).title,
		paper: `/permissions/${permission.purpose.id}/paper`,
		state: stateInWords(permission, viewer, say),
		history: historyInWords(permission.history, viewer, say),
		speakers,
		// A no that nobody can take back for themselves any more.
		liftable: [...last.values()]
			.filter(
				(word) =>
					(word.act === 'refused' || word.act === 'withdrawn') &&
					!speakers.some(({ value, mayGive }) => value === speakerOf(word) && mayGive)
			)
			.map((word) => ({ from: speakerOf(word), who: speakerInWords(word, viewer) })),
		done: event.url.searchParams.get('done')
	};
};

/** Who can be named as the speaker of a word, and whose yes counts now. */
function speakersOf({ child, links, permissions: { signing } }: Family) {
	return [
		...links.map(({ guardian, name, state }) => ({
			value: `guardian:${guardian}`,
			name,
			mayGive: signing.guardians && (state === 'confirmed' || state === 'trusted')
		})),
		{ value: 'student', name: m.family_handed_student({ name: child.name }), mayGive: signing.student },
		{ value: 'office', name: m.family_handed_other(), mayGive: false }
	];
}

function speakerOf({ relation, signer }: RecordedWord): string {
	return relation === 'guardian' ? `guardian:${signer}` : relation;
}

function readSpeaker(value: FormDataEntryValue | null): permissions.HandedIn['from'] | null {
	if (value === 'student' || value === 'office') return { relation: value };
	const person = String(value ?? '').match(/^guardian:(.+)$/)?.[1];
	return person ? { relation: 'guardian', person } : null;
}

export const actions: Actions = {
	record: async (event) => {
		const actor = officeMember(event);
		const form = await event.request.formData();
		const from = readSpeaker(form.get('from'));
		const answer = form.get('answer');
		const act = answer === 'given' || answer === 'refused' ? answer : null;
		const language = permissionLanguages.find((known) => known === form.get('language')) ?? 'en';
		const kept = { from: String(form.get('from') ?? ''), answer: act, language, lifting: null, reason: '' };
		if (!from || !act)
			return fail(400, {
				...kept,
				errors: [
					...(from ? [] : [{ field: 'from', message: m.family_error_from() }]),
					...(act ? [] : [{ field: 'answer', message: m.family_error_answer() }])
				]
			});
		const { child, purpose } = event.params;
		const result = await permissions.recordHandedIn(serving(), actor, {
			child,
			purpose,
			from,
			act,
			language
		});
		if (result.ok) redirect(303, `${event.url.pathname}?done=recorded`);
		if (result.reason === 'not-found' || result.reason === 'may-not') refuse(result);
		return fail(400, { ...kept, errors: [{ field: 'answer', message: m.family_error_may_not_sign() }] });
	},
	lift: async (event) => {
		const actor = officeMember(event);
		const form = await event.request.formData();
		const lifting = String(form.get('from') ?? '');
		const reason = String(form.get(`reason_${lifting}`) ?? '');
		const from = readSpeaker(lifting);
		const kept = { from: '', answer: null, language: 'en', lifting, reason };
		const field = `reason_${lifting}`;
		if (!from) return fail(400, { ...kept, errors: [{ field, message: m.family_error_nothing_to_lift() }] });
		const { child, purpose } = event.params;
		const result = await permissions.recordHandedIn(serving(), actor, {
			child,
			purpose,
			from,
			act: 'lifted',
			language: event.locals.locale,
			reason
		});
		if (result.ok) redirect(303, `${event.url.pathname}?done=lifted`);
		if (result.reason === 'not-found' || result.reason === 'may-not') refuse(result);
		const message =
			result.reason === 'reason-too-short' ? m.family_error_reason() : m.family_error_nothing_to_lift();
		return fail(400, { ...kept, errors: [{ field, message }] });
	}
};
