import type { State } from '#lib/components/states.ts';
import type { FlagBasis, GuardianRelation, IdentityCheck, StudentFlag } from '#lib/server/db/schema.ts';
import type { FamilyLink, LinkState, Origin } from '#lib/server/families/office-view.ts';
import { m } from '#lib/messages/compiled/messages.js';

/** What the office reads about links and flags, in words. */
const origins: Record<Origin, () => string> = {
	roster: m.family_origin_roster,
	invitation: m.family_origin_invitation,
	office: m.family_origin_office
};
export const originWord = (origin: Origin) => (origins[origin] ?? m.family_origin_roster)();

const linkStates: Record<LinkState, { kind: State; word: () => string }> = {
	confirmed: { kind: 'good', word: m.family_link_confirmed },
	trusted: { kind: 'good', word: m.family_link_trusted },
	waiting: { kind: 'wait', word: m.family_link_waiting },
	ended: { kind: 'stop', word: m.family_link_ended },
	over: { kind: 'stop', word: m.family_link_over }
};
export const linkState = (state: LinkState) => ({
	kind: linkStates[state].kind,
	word: linkStates[state].word()
});

const relations: Record<GuardianRelation, () => string> = {
	parent: m.family_relation_parent,
	guardian: m.family_relation_guardian,
	relative: m.family_relation_relative,
	other: m.family_relation_other
};
export const relationWord = (relation: GuardianRelation | null) =>
	relation ? relations[relation]() : m.family_relation_unknown();
export const relationOptions = () =>
	(Object.keys(relations) as GuardianRelation[]).map((value) => ({ value, label: relations[value]() }));

const checks: Record<IdentityCheck, () => string> = {
	'identity-card': m.family_checked_identity_card,
	known: m.family_checked_known,
	papers: m.family_checked_papers,
	'phone-on-file': m.family_checked_phone_on_file
};
export const checkWord = (check: IdentityCheck) => checks[check]();
export const checkOptions = () =>
	(Object.keys(checks) as IdentityCheck[]).map((value) => ({ value, label: checks[value]() }));

export function changeWord(
	change: Pick<FamilyLink['changes'][number], 'kind' | 'way' | 'opensRecord'>
): string {
	if (change.kind === 'confirmed' && change.way === 'invitation')
		return m.family_change_confirmed_invitation();
	if (change.kind === 'confirmed' && change.opensRecord) return m.family_change_confirmed_record();
	return {
		confirmed: m.family_change_confirmed,
		'record-opened': m.family_change_record_opened,
		'record-closed': m.family_change_record_closed,
		ended: m.family_change_ended,
		reopened: m.family_change_reopened
	}[change.kind]();
}

const flags: Record<StudentFlag, { word: () => string; text: () => string }> = {
	'student-signs-too': { word: m.family_flag_too, text: m.family_flag_too_text },
	'student-signs-alone': { word: m.family_flag_alone, text: m.family_flag_alone_text }
};
export const flagWord = (flag: StudentFlag) => flags[flag].word();
export const flagText = (flag: StudentFlag) => flags[flag].text();

const bases: Record<FlagBasis, () => string> = {
	age: m.family_basis_age,
	grade: m.family_basis_grade,
	'court-order': m.family_basis_court_order,
	correction: m.family_basis_correction
};
export const basisWord = (basis: FlagBasis) => bases[basis]();
export const basisOptions = () =>
	(Object.keys(bases) as FlagBasis[]).map((value) => ({ value, label: bases[value]() }));
