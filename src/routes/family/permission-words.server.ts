import type { State } from '#lib/components/states.ts';
import type { LocalDates } from '#lib/server/catalogue/local-dates.ts';
import type { RecordedWord } from '#lib/server/families/family-basis.ts';
import type { Permission } from '#lib/server/families/permissions.ts';
import { m } from '#lib/messages/compiled/messages.js';

/** Who looks at a permission, and what the student is called for them. */
export type Viewer =
	| { as: 'guardian'; person: string; name: string }
	| { as: 'student'; person: string }
	/** The office reads names; `names` holds those of guardians that it may see. */
	| { as: 'office'; name: string; names: ReadonlyMap<string, string> };

/** How a permission stands, in words: one for the state, and a sentence for each thing that makes it so. */
export function stateInWords(
	{ state, own }: Permission,
	viewer: Viewer,
	say: LocalDates
): { kind: State; title: string; lines: string[] } {
	switch (state.state) {
		case 'given':
			return {
				kind: 'good',
				title: m.family_state_given(),
				lines: state.until ? [m.family_state_given_text({ date: say.lastDay(state.until) })] : []
			};
		case 'no':
			return {
				kind: 'stop',
				title: m.family_state_no(),
				lines: [...new Set(state.noes.map((word) => noInWords(word, viewer)))]
			};
		case 'incomplete':
			return {
				kind: 'wait',
				title: m.family_state_incomplete(),
				lines: state.missing.map((missing) => missingInWords(missing, viewer, own))
			};
		case 'unasked':
			return { kind: 'note', title: m.family_state_unasked(), lines: [m.family_state_unasked_text()] };
	}
}

function noInWords(
	{ relation, signer }: RecordedWord | Permission['state']['noes'][number],
	viewer: Viewer
): string {
	if (viewer.as !== 'office' && signer === viewer.person) return m.family_state_no_own();
	if (relation === 'office') return m.family_state_no_office();
	if (relation === 'student')
		return viewer.as === 'student'
			? m.family_state_no_own()
			: m.family_state_no_student({ name: viewer.name });
	const known = viewer.as === 'office' && signer ? viewer.names.get(signer) : undefined;
	if (known) return m.family_state_no_student({ name: known });
	return viewer.as === 'guardian' ? m.family_state_no_guardian() : m.family_state_no_family();
}

function missingInWords(missing: 'guardian' | 'student', viewer: Viewer, own: Permission['own']): string {
	if (missing === 'student')
		return viewer.as === 'student'
			? m.family_state_missing_own()
			: m.family_state_missing_student({ name: viewer.name });
	if (viewer.as !== 'guardian') return m.family_state_missing_family();
	return own ? m.family_state_missing_guardian() : m.family_state_missing_own();
}

export type ShownWord = { id: string; text: string; when: string };

/**
 * What was said, the newest first, without a name of anybody else: guardians who live apart see that another one said
 * something, not who it was.
 */
export function historyInWords(
	history: readonly RecordedWord[],
	viewer: Viewer,
	say: LocalDates
): ShownWord[] {
	return history.map((word) => {
		const at = { date: say.date(word.at), time: say.time(word.at) };
		return {
			id: word.id,
			text: m.family_word({ who: speakerInWords(word, viewer), what: actInWords(word) }),
			when: word.recordedBy ? m.family_word_at_office(at) : m.family_word_at(at)
		};
	});
}

export function speakerInWords({ relation, signer }: RecordedWord, viewer: Viewer): string {
	if (viewer.as !== 'office' && signer === viewer.person) return m.family_who_you();
	if (relation === 'office') return m.family_who_office();
	if (relation === 'student') return viewer.as === 'student' ? m.family_who_you() : viewer.name;
	const known = viewer.as === 'office' && signer ? viewer.names.get(signer) : undefined;
	return known ?? (viewer.as === 'guardian' ? m.family_who_guardian() : m.family_who_family());
}

function actInWords({ act }: RecordedWord): string {
	return {
		given: m.family_act_given,
		refused: m.family_act_refused,
		withdrawn: m.family_act_withdrawn,
		lifted: m.family_act_lifted
	}[act]();
}
