import { m } from '#lib/messages/compiled/messages.js';
import type { LocalDates } from '#lib/server/catalogue/local-dates.ts';
import type { MergeNote, MergeRefusal, UndoRefusal } from '#lib/server/people/merge.ts';
import { rightWord } from '#lib/server/records/event-words.ts';
import type { RecordFacts } from '#lib/server/records/person-story.ts';
import { roleWord } from '../../../records/record-words.ts';
import { instantWords, timeWords } from '../story-words.server.ts';

/** One of two records, line by line as the other one. */
export function factsInWords(facts: RecordFacts, say: LocalDates) {
	const lines = (all: string[]) => (all.length > 0 ? all.join('\n') : m.people_nothing());
	const { signIn } = facts;
	return {
		person: facts.person,
		name: facts.name,
		rows: [
			{ label: m.signin_email(), value: facts.email ?? '' },
			{ label: m.people_fact_sourced_id(), value: facts.sourcedId ?? '' },
			{ label: m.people_fact_employee_id(), value: facts.employeeId ?? '' },
			{
				label: m.people_section_roles(),
				value: lines(
					facts.roles.map((held) => `${roleWord(held.role)}, ${held.school}: ${timeWords(held, say)}`)
				)
			},
			{ label: m.people_certifications(), value: lines(facts.certifications) },
			{ label: m.people_courses(), value: String(facts.courses) },
			{ label: m.people_section_accounts(), value: String(facts.accounts) },
			{ label: m.people_section_classes(), value: String(facts.classes) },
			{ label: m.people_section_family(), value: String(facts.family) },
			{ label: m.people_section_rights(), value: lines(facts.rights.map((right) => rightWord(right))) },
			{
				label: m.people_sign_in(),
				value:
					signIn.state === 'none'
						? m.people_sign_in_none()
						: signIn.lastSeenAt
							? m.people_sign_in_seen({ when: instantWords(signIn.lastSeenAt, say) })
							: m.people_sign_in_never()
			}
		]
	};
}

/** Why two records can't be brought together, and what to do. */
export function refusalWords(refusal: MergeRefusal): string {
	return {
		'not-district-administrator': m.people_refused_change,
		oneself: m.people_merge_refuse_oneself,
		'unknown-person': m.people_unknown,
		'same-record': m.people_merge_refuse_same,
		'merged-already': m.people_merge_refuse_merged,
		'kept-has-left': m.people_merge_refuse_left,
		'runs-accounts': m.people_merge_refuse_accounts,
		'guardian-of-each-other': m.people_merge_refuse_guardian,
		'granted-each-other': m.people_merge_refuse_granted,
		'second-factor-rests': m.people_merge_refuse_factor
	}[refusal]();
}

/** What to know before two records are brought together. */
export function noteWords(note: MergeNote): string {
	return {
		'two-sign-ins': m.people_merge_note_two_sign_ins,
		'sign-in-moves': m.people_merge_note_sign_in_moves,
		'rights-rest': m.people_merge_note_rights,
		'both-learned': m.people_merge_note_learned,
		'same-family-link': m.people_merge_note_family,
		'recorded-for-each-other': m.people_merge_note_recorded
	}[note]();
}

/** Why a merge can't be taken back. */
export function undoRefusalWords(refusal: Exclude<UndoRefusal, 'no-reason'>): string {
	return {
		'not-district-administrator': m.people_refused_change,
		oneself: m.people_merge_refuse_oneself,
		'unknown-merge': m.people_undo_unknown,
		'undone-already': m.people_undo_done_already,
		'later-merge-first': m.people_undo_later_first
	}[refusal]();
}
