/** What kinds of things are recorded, in the groups by which one looks for them. */
export const eventGroups = [
	'access',
	'rights',
	'people',
	'sign-in',
	'learning',
	'accounts',
	'system'
] as const;
export type EventGroup = (typeof eventGroups)[number];

/**
 * Every kind of ledger event with its group. A test looks whether each kind that is recorded anywhere is in this list;
 * `event-words.ts` says it in plain words.
 */
export const eventKinds = {
	'records.exported': 'access',
	'audit.exported': 'access',
	'right.granted': 'rights',
	'right.ended': 'rights',
	'first-administrator': 'rights',
	'person.merged': 'people',
	'person.merge-undone': 'people',
	'sign-in.made': 'sign-in',
	'sign-in.disabled': 'sign-in',
	'sign-in.enabled': 'sign-in',
	'sessions.ended': 'sign-in',
	'password-changed': 'sign-in',
	'second-factor-added': 'sign-in',
	'second-factor-removed': 'sign-in',
	'second-factor-reset': 'sign-in',
	'recovery-codes-made': 'sign-in',
	'recovery-code-used': 'sign-in',
	'class-devices-opened': 'sign-in',
	'class-devices-closed': 'sign-in',
	'picture-secret-set': 'sign-in',
	'picture-sign-in-paused': 'sign-in',
	'course.started': 'learning',
	'lesson.finished': 'learning',
	'lesson.led': 'learning',
	'attempt.started': 'learning',
	'attempt.submitted': 'learning',
	'policy.acknowledged': 'learning',
	'course.completed': 'learning',
	'certification.granted': 'learning',
	'certificate.issued': 'learning',
	'registration.draft': 'accounts',
	'registration.submitted': 'accounts',
	'registration.in_review': 'accounts',
	'registration.changes_requested': 'accounts',
	'registration.approved': 'accounts',
	'registration.active': 'accounts',
	'registration.renewal_due': 'accounts',
	'registration.lapsed': 'accounts',
	'registration.suspended': 'accounts',
	'registration.transfer_pending': 'accounts',
	'registration.closing': 'accounts',
	'registration.closed': 'accounts',
	'registration.rejected': 'accounts',
	'registration.revoked': 'accounts',
	'registration.refused': 'accounts',
	'registration.co_owner_signed': 'accounts',
	'content.published': 'system',
	'api-token-created': 'system',
	'api-token-revoked': 'system'
} as const satisfies Record<string, EventGroup>;
export type EventKind = keyof typeof eventKinds;

/** What is logged when somebody looks at people or takes records away. */
export const accessKinds = ['view', 'disclosure', 'export', 'deletion'] as const;

/** The kinds of a group in one of the two tables. */
export function kindsOf(group: EventGroup, source: 'event' | 'access'): string[] {
	if (source === 'access') return group === 'access' ? [...accessKinds] : [];
	return Object.entries(eventKinds).flatMap(([kind, of]) => (of === group ? [kind] : []));
}
