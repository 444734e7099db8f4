import { m } from '#lib/messages/compiled/messages.js';
import type { Locale } from '#lib/messages/compiled/runtime.js';
import type { State } from '#lib/components/states.ts';
import { stateKinds, stateWord } from '#lib/register/states.ts';
import { labelOf } from '#lib/server/auth/single-sign-on/providers.ts';
import { localDates, type LocalDates } from '#lib/server/catalogue/local-dates.ts';
import type { MailState } from '#lib/server/mail/mail.ts';
import { isTemplate, type MailTemplate } from '#lib/server/mail/templates.ts';
import type { SignInRefusal } from '#lib/server/people/sign-ins.ts';
import type { AuditEntry } from '#lib/server/records/audit.ts';
import { eventWords, rightWord, type Told } from '#lib/server/records/event-words.ts';
import type { PersonStory } from '#lib/server/records/person-story.ts';
import { linkState } from '../../families/family-words.ts';
import { roleWord } from '../../records/record-words.ts';

/** A person's story in words, as the page shows it. */
export function storyInWords(story: PersonStory, locale: Locale) {
	const say = localDates(locale);
	const { at } = story;
	return {
		person: story.person,
		name: `${story.givenName} ${story.familyName}`.trim(),
		here: story.here,
		own: story.own,
		facts: [
			{ label: m.signin_email(), value: story.email ?? '' },
			{ label: m.people_fact_sourced_id(), value: story.sourcedId ?? '' },
			...(story.employeeId ? [{ label: m.people_fact_employee_id(), value: story.employeeId }] : [])
		],
		signIn: {
			state: story.signIn.state,
			sessions: story.signIn.sessions,
			words: signInWords(story, say)
		},
		roles: story.roles.map((held) => ({
			role: held.band
				? m.people_role_band({ role: roleWord(held.role), band: held.band })
				: roleWord(held.role),
			school: held.school,
			time: timeWords(held, say),
			running: held.running
		})),
		certifications: story.certifications.map(({ title, state, validUntil, certificate }) => ({
			title,
			state,
			through: validUntil && say.lastDay(validUntil),
			certificate
		})),
		assignments: story.assignments
			.filter(({ required, dueAt, waived }) => required && (dueAt !== null || waived))
			.map(({ course, dueAt, waived, because }) => ({
				slug: course.slug,
				title: course.short,
				waived,
				due: dueAt && say.date(dueAt),
				overdue: dueAt !== null && dueAt <= at,
				because:
					because && m.people_because({ role: roleWord(because.role), school: because.organisationName })
			})),
		withScores: story.withScores,
		courses: story.courses.map((taken) => ({
			key: `${taken.course} ${taken.cycle}`,
			title: taken.title,
			completed: taken.completedAt && say.date(taken.completedAt),
			through: taken.validUntil && say.lastDay(taken.validUntil),
			score: taken.scorePercent === null ? null : m.people_score({ percent: taken.scorePercent }),
			attempts: taken.attempts
		})),
		accounts: story.accounts.map(({ registration, part }) => ({
			id: registration.id,
			name: registration.revision?.body.display_name || m.people_event_unnamed_account(),
			part: part === 'owner' ? m.review_owner() : m.review_co_owner(),
			school: registration.organisationName,
			state: stateWord(registration.state),
			kind: stateKinds[registration.state]
		})),
		rights: story.rights.map((held) => ({
			id: held.id,
			right: rightWord(held.right),
			place: held.place.name,
			time: timeWords(held, say),
			standing: held.standing,
			// Who sees the district sees everybody: a right that nobody gave came with its set-up.
			by: held.grantedBy ?? (story.withScores ? m.people_rights_setup() : m.people_outside())
		})),
		classes: story.classes.map((attended) => ({
			...attended,
			part: attended.part === 'teacher' ? roleWord('teacher') : roleWord('student'),
			time: timeWords(attended, say)
		})),
		family: story.family.map((link) => ({
			person: link.person,
			name: link.name,
			as: link.as === 'guardian' ? m.people_family_guardian() : m.people_family_child(),
			inScope: link.inScope,
			child: link.as === 'child' ? link.person : story.person,
			guardian: link.as === 'child' ? story.person : link.person,
			state: linkState(link.state),
			// Of a link that shows nothing at all it is no matter what it would show.
			sees: link.state === 'confirmed' || link.state === 'trusted' ? link.maySeeRecord : null
		})),
		student: story.roles.some(({ role }) => role === 'student'),
		identityLinks: story.identityLinks.map((link) => ({
			id: link.id,
			label: labelOf(link.issuer),
			since: say.date(link.linkedAt),
			used: instantWords(link.lastUsedAt, say)
		})),
		invitations: story.invitations.map((invitation) => ({
			id: invitation.id,
			what:
				invitation.purpose === 'recovery'
					? m.people_invited_back()
					: invitation.way === 'letter'
						? m.people_invited_letter()
						: m.people_invited_mail(),
			when: instantWords(invitation.madeAt, say),
			by: invitation.by ?? m.people_somebody(),
			...invitationState(invitation, say)
		})),
		mails: story.mails.map(({ id, template, at: posted, state, settledAt }) => ({
			id,
			what: mailWord(template),
			when: instantWords(posted, say),
			...mailStates[state](settledAt ? say.date(settledAt) : '')
		})),
		looks: story.looks.map((look, index) => ({
			key: index,
			by: look.by ?? m.people_somebody(),
			right: look.right ? rightWord(look.right) : look.guardian ? m.people_right_guardian() : '',
			last: instantWords(look.last, say),
			times: look.times
		})),
		events: story.events.map((entry) => entryInWords(entry, story, locale)),
		merges: story.merges.map((merge) => ({
			id: merge.id,
			said: m.people_merged_line({
				name: merge.name ?? m.people_somebody(),
				date: say.date(merge.at),
				by: merge.by ?? m.people_somebody()
			}),
			reason: merge.reason,
			undone:
				merge.undone &&
				m.people_undone_line({
					date: say.date(merge.undone.at),
					by: merge.undone.by ?? m.people_somebody(),
					reason: merge.undone.reason
				})
		}))
	};
}

type Said = { kind: State; word: string };

function invitationState(
	{ state, until, usedAt }: PersonStory['invitations'][number],
	say: LocalDates
): Said {
	switch (state) {
		case 'waiting':
			return { kind: 'wait', word: m.people_invited_waiting({ date: say.lastDay(until) }) };
		case 'used':
			return { kind: 'good', word: m.people_invited_used({ date: usedAt ? say.date(usedAt) : '' }) };
		case 'over':
			return { kind: 'stop', word: m.invite_state_over() };
		case 'withdrawn':
			return { kind: 'stop', word: m.people_invited_withdrawn() };
	}
}

const mailWords: Record<MailTemplate, () => string> = {
	'password-reset': m.people_mail_password_reset,
	'no-sign-in': m.people_mail_no_sign_in,
	'password-changed': m.people_mail_password_changed,
	invitation: m.people_mail_invitation,
	'recovery-printed': m.people_mail_recovery
};
function mailWord(template: string): string {
	return isTemplate(template) ? mailWords[template]() : template;
}

const mailStates: Record<MailState, (date: string) => Said> = {
	queued: () => ({ kind: 'wait', word: m.people_mail_queued() }),
	sent: (date) => ({ kind: 'good', word: m.people_mail_sent({ date }) }),
	shown: () => ({ kind: 'note', word: m.people_mail_shown() }),
	failed: () => ({ kind: 'stop', word: m.people_mail_failed() }),
	'to-print': () => ({ kind: 'wait', word: m.people_mail_to_print() }),
	printed: (date) => ({ kind: 'good', word: m.people_mail_printed({ date }) })
};

/** An entry of the audit in words: when, what, by whom, about whom. */
export function entryInWords(entry: AuditEntry, told: Told, locale: Locale) {
	const say = localDates(locale);
	return {
		key: `${entry.source}${entry.id}`,
		when: instantWords(entry.at, say),
		what: eventWords(entry, told, locale),
		by: byWords(entry, told),
		byId: entry.actorIsSystem ? null : entry.actor,
		right: entry.actorRight && entry.actor !== entry.person ? rightWord(entry.actorRight) : null,
		about: entry.person && (told.names.get(entry.person) ?? m.people_somebody()),
		aboutId: entry.person
	};
}

/** What follows by itself from what somebody learned. */
const followsByItself = ['course.completed', 'certification.granted', 'certificate.issued'];

function byWords({ actor, actorIsSystem, person, kind }: AuditEntry, { names }: Told): string {
	if (actorIsSystem) return m.people_by_system();
	if (actor === null)
		return person === null || followsByItself.includes(kind)
			? m.people_by_system()
			: m.people_by_themselves();
	return actor === person ? m.people_by_themselves() : (names.get(actor) ?? m.people_somebody());
}

/** “14 September 2026, 9:05”. */
export function instantWords(at: Date, say: LocalDates): string {
	return `${say.date(at)}, ${say.time(at)}`;
}

/** From when until when, in whole days. */
export function timeWords(
	{ from, until }: { from: Date | null; until: Date | null },
	say: LocalDates
): string {
	if (from && until) return m.people_from_through({ from: say.date(from), through: say.lastDay(until) });
	if (from) return m.people_since({ from: say.date(from) });
	return until ? m.people_through({ through: say.lastDay(until) }) : m.people_always();
}

function signInWords({ signIn }: PersonStory, say: LocalDates): string[] {
	if (signIn.state === 'none') return [];
	return [
		...(signIn.disabledAt ? [m.people_sign_in_disabled_on({ date: say.date(signIn.disabledAt) })] : []),
		signIn.lastSeenAt
			? m.people_sign_in_seen({ when: instantWords(signIn.lastSeenAt, say) })
			: m.people_sign_in_never(),
		...(signIn.state === 'works' ? [m.people_sign_in_sessions({ count: signIn.sessions })] : [])
	];
}

/** Why somebody's sign-in can't be cared for by this reader, and what to do. */
export function refusedSignIn(reason: Exclude<SignInRefusal, 'unknown-person'>): string {
	return {
		'not-signed-in': m.people_refused,
		oneself: m.people_refuse_own_sign_in,
		'no-right': m.people_refuse_no_right,
		'other-school': m.people_refuse_other_school,
		'holds-rights': m.people_refuse_holds_rights,
		'no-sign-in': m.people_refuse_no_sign_in,
		last: m.people_refuse_last
	}[reason]();
}
