import { m } from '#lib/messages/compiled/messages.js';
import type { Locale } from '#lib/messages/compiled/runtime.js';
import { stateWord, stateKinds, type RegistrationState } from '#lib/register/states.ts';
import { formatDate } from '#lib/dates.ts';
import {
	certificationTitle,
	courseTitle,
	district,
	lessonTitle,
	mainPolicy,
	permissionPurposes
} from '#lib/server/catalogue/catalogue.ts';
import { permissionText } from '#lib/server/catalogue/permission-texts.ts';
import type { Right } from '#lib/server/db/schema.ts';
import { rights } from '#lib/server/people/rights.ts';
import type { AuditEntry } from './audit.ts';
import type { EventGroup, EventKind } from '#lib/server/db/event-kinds.ts';

/** Names that an entry's ids stand for, as far as its reader may know them. */
export type Told = { names: ReadonlyMap<string, string>; things: ReadonlyMap<string, string> };
type Say = (entry: AuditEntry, told: Told, language: { locale: Locale }) => string;

const text = (value: unknown) =>
	typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const courseOf = ({ detail }: AuditEntry, { locale }: { locale: Locale }) =>
	courseTitle(text(detail['course']), locale);
const lessonOf = ({ detail }: AuditEntry, { locale }: { locale: Locale }) =>
	lessonTitle(text(detail['course']), text(detail['lesson']), locale);
const certificationOf = ({ detail }: AuditEntry, { locale }: { locale: Locale }) =>
	certificationTitle(text(detail['certification']), locale);
const placeOf = ({ detail }: AuditEntry, { things }: Told) => things.get(text(detail['organisation'])) ?? '';
const dayOf = (value: unknown, locale: Locale) =>
	/^\d{4}-\d\d-\d\d$/.test(text(value)) ? formatDate(text(value), locale, district().time_zone) : text(value);
const absorbedOf = ({ detail }: AuditEntry, { names }: Told, language: { locale: Locale }) =>
	names.get(text(detail['absorbed'])) ?? m.people_somebody({}, language);

const rightIn = ({ detail }: AuditEntry, language: { locale: Locale }) => {
	const right = rights.find((known) => known === detail['right']);
	return right ? rightWord(right, language) : text(detail['right']);
};

const granted: Say = (entry, told, language) => {
	const { from, through } = entry.detail;
	const said = {
		right: rightIn(entry, language),
		place: placeOf(entry, told),
		from: dayOf(from, language.locale)
	};
	return through
		? m.people_event_right_granted_through({ ...said, through: dayOf(through, language.locale) }, language)
		: m.people_event_right_granted(said, language);
};
const moved: Say = (entry, { things }, language) => {
	const state = entry.kind.slice('registration.'.length);
	return m.people_event_registration(
		{
			account: things.get(entry.subject ?? '') ?? m.people_event_unnamed_account({}, language),
			state: state in stateKinds ? stateWord(state as RegistrationState, language) : state
		},
		language
	);
};
const account =
	(say: (input: { account: string }, language: { locale: Locale }) => string): Say =>
	(entry, { things }, language) =>
		say(
			{ account: things.get(entry.subject ?? '') ?? m.people_event_unnamed_account({}, language) },
			language
		);

const ofGuardian =
	(say: (input: { name: string }, language: { locale: Locale }) => string): Say =>
	({ detail }, { names }, language) =>
		say({ name: names.get(text(detail['guardian'])) ?? m.people_somebody({}, language) }, language);
const ofPermission =
	(say: (input: { purpose: string; period: string }, language: { locale: Locale }) => string): Say =>
	({ detail }, _, language) => {
		const purpose = permissionPurposes().find(({ id }) => id === detail['purpose']);
		return say(
			{
				purpose: purpose
					? permissionText(purpose, 'guardian', language.locale).title
					: text(detail['purpose']),
				period: text(detail['period'])
			},
			language
		);
	};
const ofFlag =
	(say: (input: { flag: string }, language: { locale: Locale }) => string): Say =>
	({ detail }, _, language) => {
		const word = detail['flag'] === 'student-signs-alone' ? m.family_flag_alone : m.family_flag_too;
		return say({ flag: word({}, language) }, language);
	};
/** Providers are named as the district names them; one that it has no more, by its id. */
const ofProvider =
	(say: (input: { provider: string }, language: { locale: Locale }) => string): Say =>
	({ detail }, _, language) => {
		const known = district().single_sign_on.find(({ id }) => id === detail['provider']);
		return say({ provider: known?.label ?? (text(detail['provider']) || text(detail['issuer'])) }, language);
	};
const plain =
	(say: (input: Record<string, never>, language: { locale: Locale }) => string): Say =>
	(_, __, language) =>
		say({}, language);

/** Each kind of event in plain words, without who did it and to whom: those stand beside it. */
const words: Record<EventKind, Say> = {
	'records.exported': ({ detail }, _, language) =>
		m.people_event_records_exported({ rows: text(detail['rows']) }, language),
	'audit.exported': ({ detail }, _, language) =>
		m.people_event_audit_exported({ rows: text(detail['rows']) }, language),
	'right.granted': granted,
	'right.ended': (entry, told, language) =>
		m.people_event_right_ended({ right: rightIn(entry, language), place: placeOf(entry, told) }, language),
	'first-administrator': plain(m.people_event_first_administrator),
	'person.merged': (entry, told, language) =>
		m.people_event_merged({ name: absorbedOf(entry, told, language) }, language),
	'person.merge-undone': (entry, told, language) =>
		m.people_event_merge_undone({ name: absorbedOf(entry, told, language) }, language),
	'roster.applied': ({ detail }, _, language) =>
		m.people_event_roster_applied(
			{ added: text(detail['added']), changed: text(detail['changed']), ended: text(detail['ended']) },
			language
		),
	'roster.conflict-decided': ({ detail }, _, language) =>
		detail['decision'] === 'same-person'
			? m.people_event_roster_decided_same({}, language)
			: m.people_event_roster_decided_other({}, language),
	'roster.person-added': plain(m.people_event_roster_added),
	'roster.person-changed': plain(m.people_event_roster_changed),
	'roster.person-ended': plain(m.people_event_roster_ended),
	'roster.person-returned': plain(m.people_event_roster_returned),
	'guardian-link.begun': ofGuardian(m.people_event_link_begun),
	'guardian-link.made': ofGuardian(m.people_event_link_made),
	'guardian-link.confirmed': ofGuardian(m.people_event_link_confirmed),
	'guardian-link.record-opened': ofGuardian(m.people_event_link_opened),
	'guardian-link.record-closed': ofGuardian(m.people_event_link_closed),
	'guardian-link.ended': ofGuardian(m.people_event_link_ended),
	'guardian-link.reopened': ofGuardian(m.people_event_link_reopened),
	'student-flag.set': ofFlag(m.people_event_flag_set),
	'student-flag.cleared': ofFlag(m.people_event_flag_cleared),
	'permission.given': ofPermission(m.people_event_permission_given),
	'permission.refused': ofPermission(m.people_event_permission_refused),
	'permission.withdrawn': ofPermission(m.people_event_permission_withdrawn),
	'permission.lifted': ofPermission(m.people_event_permission_lifted),
	'invitation.made': ({ detail }, _, language) =>
		detail['way'] === 'e-mail'
			? m.people_event_invited_mail({}, language)
			: m.people_event_invited_letter({}, language),
	'letter.printed': plain(m.people_event_letter_printed),
	'invitation.withdrawn': plain(m.people_event_invitation_withdrawn),
	'recovery.made': plain(m.people_event_recovery_made),
	'recovery.used': plain(m.people_event_recovery_used),
	'password-reset.asked': plain(m.people_event_reset_asked),
	'password-reset': plain(m.people_event_reset),
	'identity.linked': ofProvider(m.people_event_identity_linked),
	'identity.first-used': ofProvider(m.people_event_identity_first),
	'identity.refused': ofProvider(m.people_event_identity_refused),
	'identity.unlinked': ofProvider(m.people_event_identity_unlinked),
	'visitor.claimed': plain(m.people_event_visitor_claimed),
	'sign-in.made': plain(m.people_event_sign_in_made),
	'sign-in.disabled': plain(m.people_event_sign_in_disabled),
	'sign-in.enabled': plain(m.people_event_sign_in_enabled),
	'sessions.ended': ({ detail }, _, language) =>
		m.people_event_sessions_ended({ count: text(detail['sessions']) }, language),
	'password-changed': plain(m.people_event_password_changed),
	'second-factor-added': ({ detail }, _, language) =>
		detail['factor'] === 'passkey'
			? m.factor_event_passkey_added({}, language)
			: m.factor_event_app_added({}, language),
	'second-factor-removed': ({ detail }, _, language) =>
		detail['factor'] === 'passkey'
			? m.factor_event_passkey_removed({}, language)
			: m.factor_event_app_removed({}, language),
	'second-factor-reset': plain(m.factor_event_reset),
	'recovery-codes-made': plain(m.factor_event_codes_made),
	'recovery-code-used': plain(m.factor_event_code_used),
	'class-devices-opened': ({ detail }, _, language) =>
		m.classin_event_opened(
			{
				count: Array.isArray(detail['devices']) ? detail['devices'].length : '',
				hours: text(detail['hours'])
			},
			language
		),
	'class-devices-closed': ({ detail }, _, language) =>
		m.classin_event_closed({ count: text(detail['devices']) }, language),
	'picture-secret-set': plain(m.classin_event_card),
	'picture-sign-in-paused': plain(m.classin_event_paused),
	'course.started': (entry, _, language) =>
		m.people_event_course_started({ course: courseOf(entry, language) }, language),
	'lesson.finished': (entry, _, language) => {
		const [lesson, course] = [lessonOf(entry, language), courseOf(entry, language)];
		return lesson === null
			? m.people_event_lesson_finished({ course }, language)
			: m.people_event_lesson_finished_named({ lesson, course }, language);
	},
	'lesson.led': (entry, _, language) => {
		const [lesson, course] = [lessonOf(entry, language), courseOf(entry, language)];
		const count = text(entry.detail['participants']);
		return lesson === null
			? m.people_event_lesson_led({ course, count }, language)
			: m.people_event_lesson_led_named({ lesson, course, count }, language);
	},
	'attempt.started': (entry, _, language) =>
		m.people_event_attempt_started(
			{ course: courseOf(entry, language), number: text(entry.detail['number']) },
			language
		),
	'attempt.submitted': (entry, _, language) =>
		m.people_event_attempt_submitted(
			{ course: courseOf(entry, language), number: text(entry.detail['number']) },
			language
		),
	'policy.acknowledged': (_, __, language) =>
		m.people_event_policy_acknowledged({ policy: mainPolicy().number }, language),
	'course.completed': (entry, _, language) =>
		m.people_event_course_completed({ course: courseOf(entry, language) }, language),
	'certification.granted': (entry, _, language) =>
		m.people_event_certification_granted({ certification: certificationOf(entry, language) }, language),
	'certificate.issued': (entry, _, language) =>
		m.people_event_certificate_issued({ certification: certificationOf(entry, language) }, language),
	'registration.draft': moved,
	'registration.submitted': moved,
	'registration.in_review': moved,
	'registration.changes_requested': moved,
	'registration.approved': moved,
	'registration.active': moved,
	'registration.renewal_due': moved,
	'registration.lapsed': moved,
	'registration.suspended': moved,
	'registration.transfer_pending': moved,
	'registration.closing': moved,
	'registration.closed': moved,
	'registration.rejected': moved,
	'registration.revoked': moved,
	'registration.refused': account(m.people_event_registration_refused),
	'registration.co_owner_signed': account(m.people_event_co_owner_signed),
	'content.published': ({ detail }, _, language) =>
		m.people_event_content_published(
			{ courses: Array.isArray(detail['courses']) ? detail['courses'].join(', ') : '' },
			language
		),
	'api-token-created': plain(m.people_event_token_created),
	'api-token-revoked': plain(m.people_event_token_revoked)
};

/** What was done, or who looked at what, in plain words of one language. */
export function eventWords(entry: AuditEntry, told: Told, locale: Locale): string {
	const language = { locale };
	if (entry.source === 'access') return accessWords(entry, language);
	const say = (words as Record<string, Say | undefined>)[entry.kind];
	return say ? say(entry, told, language) : m.people_event_other({ kind: entry.kind }, language);
}

function accessWords({ kind, detail, rows }: AuditEntry, language: { locale: Locale }): string {
	const of = { rows: String(rows ?? 0) };
	if (kind === 'export') return takenAway(text(detail['what']))(of, language);
	if (kind === 'disclosure')
		return detail['what'] === 'family-record'
			? m.people_event_family_seen({}, language)
			: m.people_event_certificate_seen({}, language);
	if (kind === 'deletion') return m.people_event_deleted({}, language);
	return m.people_event_record_seen({}, language);
}

function takenAway(what: string) {
	switch (what) {
		case 'audit':
			return m.people_event_audit_exported;
		case 'invitation-letters':
			return m.people_event_invitation_letters;
		case 'notice-letters':
			return m.people_event_notice_letters;
		case 'permission-list':
			return m.people_event_permission_list;
		default:
			return m.people_event_records_exported;
	}
}

/** A right in words. */
export function rightWord(right: Right, language?: { locale: Locale }): string {
	return {
		'district-administrator': m.people_right_district_administrator,
		'school-administrator': m.people_right_school_administrator,
		reviewer: m.people_right_reviewer,
		auditor: m.people_right_auditor
	}[right]({}, language);
}

/** A group of kinds in words, to filter by. */
export function groupWord(group: EventGroup): string {
	return {
		access: m.people_group_access,
		rights: m.people_group_rights,
		people: m.people_group_people,
		families: m.people_group_families,
		'sign-in': m.people_group_sign_in,
		learning: m.people_group_learning,
		accounts: m.people_group_accounts,
		system: m.people_group_system
	}[group]();
}
