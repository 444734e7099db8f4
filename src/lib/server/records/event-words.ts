import { m } from '#lib/messages/compiled/messages.js';
import type { Locale } from '#lib/messages/compiled/runtime.js';
import { stateWord, stateKinds, type RegistrationState } from '#lib/register/states.ts';
import { formatDate } from '#lib/dates.ts';
import {
	certificationTitle,
	course as findCourse,
	district,
	mainPolicy
} from '#lib/server/catalogue/catalogue.ts';
import type { Right } from '#lib/server/db/schema.ts';
import { rights } from '#lib/server/people/rights.ts';
import type { AuditEntry } from './audit.ts';
import type { EventGroup, EventKind } from './event-kinds.ts';

/** Names that an entry's ids stand for, as far as its reader may know them. */
export type Told = { names: ReadonlyMap<string, string>; things: ReadonlyMap<string, string> };
type Say = (entry: AuditEntry, told: Told, language: { locale: Locale }) => string;

const text = (value: unknown) =>
	typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const courseOf = ({ detail }: AuditEntry) =>
	findCourse(text(detail['course']))?.short ?? text(detail['course']);
const certificationOf = ({ detail }: AuditEntry) => certificationTitle(text(detail['certification']));
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

/** Each kind of event in plain words, without who did it and to whom: those stand beside it. */
const words: Record<EventKind, Say> = {
	'records.exported': ({ detail }, _, language) =>
		m.people_event_records_exported({ rows: text(detail['rows']) }, language),
	'audit.exported': ({ detail }, _, language) =>
		m.people_event_audit_exported({ rows: text(detail['rows']) }, language),
	'right.granted': granted,
	'right.ended': (entry, told, language) =>
		m.people_event_right_ended({ right: rightIn(entry, language), place: placeOf(entry, told) }, language),
	'first-administrator': (_, __, language) => m.people_event_first_administrator({}, language),
	'person.merged': (entry, told, language) =>
		m.people_event_merged({ name: absorbedOf(entry, told, language) }, language),
	'person.merge-undone': (entry, told, language) =>
		m.people_event_merge_undone({ name: absorbedOf(entry, told, language) }, language),
	'sign-in.made': (_, __, language) => m.people_event_sign_in_made({}, language),
	'sign-in.disabled': (_, __, language) => m.people_event_sign_in_disabled({}, language),
	'sign-in.enabled': (_, __, language) => m.people_event_sign_in_enabled({}, language),
	'sessions.ended': ({ detail }, _, language) =>
		m.people_event_sessions_ended({ count: text(detail['sessions']) }, language),
	'password-changed': (_, __, language) => m.people_event_password_changed({}, language),
	'second-factor-added': ({ detail }, _, language) =>
		detail['factor'] === 'passkey'
			? m.factor_event_passkey_added({}, language)
			: m.factor_event_app_added({}, language),
	'second-factor-removed': ({ detail }, _, language) =>
		detail['factor'] === 'passkey'
			? m.factor_event_passkey_removed({}, language)
			: m.factor_event_app_removed({}, language),
	'second-factor-reset': (_, __, language) => m.factor_event_reset({}, language),
	'recovery-codes-made': (_, __, language) => m.factor_event_codes_made({}, language),
	'recovery-code-used': (_, __, language) => m.factor_event_code_used({}, language),
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
	'picture-secret-set': (_, __, language) => m.classin_event_card({}, language),
	'picture-sign-in-paused': (_, __, language) => m.classin_event_paused({}, language),
	'course.started': (entry, _, language) =>
		m.people_event_course_started({ course: courseOf(entry) }, language),
	'lesson.finished': (entry, _, language) =>
		m.people_event_lesson_finished({ course: courseOf(entry) }, language),
	'lesson.led': (entry, _, language) =>
		m.people_event_lesson_led(
			{ course: courseOf(entry), count: text(entry.detail['participants']) },
			language
		),
	'attempt.started': (entry, _, language) =>
		m.people_event_attempt_started(
			{ course: courseOf(entry), number: text(entry.detail['number']) },
			language
		),
	'attempt.submitted': (entry, _, language) =>
		m.people_event_attempt_submitted(
			{ course: courseOf(entry), number: text(entry.detail['number']) },
			language
		),
	'policy.acknowledged': (_, __, language) =>
		m.people_event_policy_acknowledged({ policy: mainPolicy().number }, language),
	'course.completed': (entry, _, language) =>
		m.people_event_course_completed({ course: courseOf(entry) }, language),
	'certification.granted': (entry, _, language) =>
		m.people_event_certification_granted({ certification: certificationOf(entry) }, language),
	'certificate.issued': (entry, _, language) =>
		m.people_event_certificate_issued({ certification: certificationOf(entry) }, language),
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
	'api-token-created': (_, __, language) => m.people_event_token_created({}, language),
	'api-token-revoked': (_, __, language) => m.people_event_token_revoked({}, language)
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
	if (kind === 'export')
		return detail['what'] === 'audit'
			? m.people_event_audit_exported(of, language)
			: m.people_event_records_exported(of, language);
	if (kind === 'disclosure') return m.people_event_certificate_seen({}, language);
	if (kind === 'deletion') return m.people_event_deleted({}, language);
	return m.people_event_record_seen({}, language);
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
		'sign-in': m.people_group_sign_in,
		learning: m.people_group_learning,
		accounts: m.people_group_accounts,
		system: m.people_group_system
	}[group]();
}
