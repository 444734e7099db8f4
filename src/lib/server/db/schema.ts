import type { ColumnType, Generated, JSONColumnType } from 'kysely';

/**
 * The tables as TypeScript sees them (migrations/ is what makes them). `Default` columns are filled by the
 * database; `Json` columns are parsed on reading and written as strings.
 */
type Instant = ColumnType<Date, Date | string, Date | string>;
type InstantDefault = ColumnType<Date, Date | string | undefined, Date | string>;
type InstantOrNull = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
/** What the database sets itself: an instant, unless something else is named. */
type Stamped<T = Date> = ColumnType<T, never, never>;
/** A range as PostgreSQL prints it; write one with `range()` of instants.ts, read bounds with lower() and upper(). */
type Range = ColumnType<string, string, string>;
type TextOrNull = ColumnType<string | null, string | null | undefined, string | null>;
type JsonOrNull = ColumnType<object | null, string | null | undefined, string | null>;
type Json<T extends object | null> = JSONColumnType<T, string, string>;

/** Where a row came from: an import of a roster ends only what an import began. */
export type Origin = 'waypost' | 'roster';
/** Where the link of a guardian to a child came from. */
export type LinkOrigin = Origin | 'office' | 'invitation';
export type AffiliationRole =
	| 'teacher'
	| 'principal'
	| 'administrator'
	| 'counselor'
	| 'librarian'
	| 'aide'
	| 'coach'
	| 'communications'
	| 'technology'
	| 'student'
	| 'guardian'
	| 'volunteer';
export type Band = 'K-2' | '3-5' | '6-8' | '9-12';
export type Right = 'district-administrator' | 'school-administrator' | 'reviewer' | 'auditor';
export type Path = 'full' | 'refresher' | 'test-out' | 'knowledge-check' | 'teacher-led';
export type Purpose = 'open' | 'keep';
/**
 * How surely we know who it was: signed in with a passkey or a second factor, with a password, or with pictures on a
 * device of the class; a visitor, on paper, or named by the teacher who led the lesson.
 */
export type Assurance = 'strong' | 'password' | 'picture' | 'visitor' | 'paper' | 'led';
/** What a session was begun with: pictures on a device of the class, a password, or a second factor. */
export type SessionAssurance = 'low' | 'password' | 'strong';
export type GuardianRelation = 'parent' | 'guardian' | 'relative' | 'other';
export type LinkChange = 'confirmed' | 'record-opened' | 'record-closed' | 'ended' | 'reopened';
/** How the office made sure who asks. */
export type IdentityCheck = 'identity-card' | 'known' | 'papers' | 'phone-on-file';
export type StudentFlag = 'student-signs-too' | 'student-signs-alone';
export type FlagBasis = 'age' | 'grade' | 'court-order' | 'correction';
/** A yes, a no, a yes taken back, or a no that the office lifted. */
export type PermissionAct = 'given' | 'refused' | 'withdrawn' | 'lifted';
/** As what somebody signed; the office for somebody of the family whom Waypost does not know. */
export type PermissionRelation = 'guardian' | 'student' | 'office';
export type PermissionReader = 'guardian' | 'student';
export type ImportState = 'reading' | 'planned' | 'applying' | 'applied' | 'refused' | 'discarded' | 'failed';
/** Whether what a roster says is about the person whose id or e-mail it is, or about somebody else. */
export type Decision = 'same-person' | 'different-person';
export type PlannedAction = 'add' | 'change' | 'end' | 'return' | 'hold';

export type Database = {
	clock_setting: { id: Generated<boolean>; clock_offset: Generated<string> };
	organisation: {
		id: Generated<string>;
		kind: 'district' | 'school';
		sourced_id: string | null;
		name: string;
		ended_at: InstantOrNull;
		origin: Generated<Origin>;
	};
	person: {
		id: Generated<string>;
		kind: Generated<'human' | 'system'>;
		merged_into: string | null;
		created_at: InstantDefault;
		ended_at: InstantOrNull;
	};
	person_identity: {
		person: string;
		family_name: string;
		given_name: string;
		email: string | null;
		sourced_id: string | null;
		employee_id: string | null;
		locale: Generated<string>;
		search_key: Generated<string>;
	};
	affiliation: {
		id: Generated<string>;
		person: string;
		organisation: string;
		role: AffiliationRole;
		band: Band | null;
		during: Range;
		recorded_at: InstantDefault;
		superseded_at: InstantOrNull;
		origin: Generated<Origin>;
		sourced_id: TextOrNull;
	};
	scope_grant: {
		id: Generated<string>;
		person: string;
		right: Right;
		organisation: string;
		during: Range;
		granted_by: string;
		recorded_at: InstantDefault;
		/** Set by end_grant, which shortens `during`. */
		ended_at: ColumnType<Date | null, never, never>;
		ended_by: ColumnType<string | null, never, never>;
	};
	/** Two records of one person, brought together or taken apart again. */
	person_merge: {
		id: Generated<string>;
		kind: 'merge' | 'undo';
		kept: string;
		absorbed: string;
		undoes: string | null;
		merged_by: string;
		reason: string;
		moved: Json<object>;
		recorded_at: InstantDefault;
		transaction: Generated<string>;
	};
	guardian_link: {
		guardian: string;
		child: string;
		during: Range;
		may_see_record: ColumnType<boolean, never, never>;
		recorded_at: InstantDefault;
		origin: Generated<LinkOrigin>;
		relation: ColumnType<
			GuardianRelation | null,
			GuardianRelation | null | undefined,
			GuardianRelation | null
		>;
		confirmed_at: ColumnType<Date | null, never, never>;
		confirmed_by: ColumnType<string | null, never, never>;
		ended_at: ColumnType<Date | null, never, never>;
		ended_by: ColumnType<string | null, never, never>;
	};
	guardian_link_change: {
		id: Generated<string>;
		guardian: string;
		child: string;
		kind: LinkChange;
		way: Generated<'office' | 'invitation'>;
		changed_by: string;
		checked: ColumnType<IdentityCheck | null, IdentityCheck | null | undefined, never>;
		relation: ColumnType<GuardianRelation | null, GuardianRelation | null | undefined, never>;
		opens_record: Generated<boolean>;
		reason: ColumnType<string | null, string | null | undefined, never>;
		recorded_at: Stamped;
		transaction: Generated<string>;
	};
	family_rule: { id: Generated<boolean>; links_shown: 'confirmed' | 'roster' };
	student_flag: {
		id: Generated<string>;
		learner: string;
		flag: StudentFlag;
		n: Stamped<number>;
		during: Range;
		basis: FlagBasis;
		set_by: string;
		recorded_at: Stamped;
	};
	permission_text: {
		hash: string;
		purpose: string;
		version: string;
		language: string;
		reader: PermissionReader;
		body: Json<object>;
		published_at: InstantDefault;
	};
	permission: {
		id: Generated<string>;
		learner: string;
		purpose: string;
		n: Stamped<number>;
		period: string;
		during: Range;
		act: PermissionAct;
		relation: PermissionRelation;
		signer: string | null;
		recorded_by: string | null;
		version: string | null;
		text: string | null;
		language: string;
		reader: Stamped<PermissionReader>;
		assurance: Assurance;
		reason: string | null;
		recorded_at: Stamped;
	};
	learner: { id: Generated<string>; kind: 'person' | 'visitor'; recorded_at: InstantDefault };
	learner_person: { learner: string; person: string; linked_at: InstantDefault };
	visitor: { token_hash: Buffer; learner: string; created_at: InstantDefault; expires_at: Instant };
	standing: { person: string; rev: Generated<string>; active: Generated<boolean> };
	sign_in: {
		person: string;
		login: string;
		password_hash: string;
		created_at: InstantDefault;
		password_changed_at: InstantDefault;
		disabled_at: InstantOrNull;
		disabled_by: ColumnType<Origin | null, Origin | null | undefined, Origin | null>;
	};
	session: {
		id_hash: string;
		public_id: Generated<string>;
		person: string;
		created_at: InstantDefault;
		last_seen_at: InstantDefault;
		expires_at: Instant;
		absolute_expires_at: Instant;
		device: Generated<string>;
		assurance: SessionAssurance;
		shared: Generated<boolean>;
		proved_at: InstantOrNull;
		class_device: ColumnType<string | null, string | null | undefined, never>;
	};
	second_factor_passkey: {
		id: Generated<string>;
		person: string;
		credential_id: string;
		public_key: Buffer;
		counter: ColumnType<string, number, number>;
		transports: string[];
		name: string;
		created_at: InstantDefault;
		last_used_at: InstantOrNull;
		/** Whom it calls its user, where that is not `person`: it came with a merge. */
		made_for: Generated<string | null>;
	};
	second_factor_authenticator: {
		id: Generated<string>;
		person: string;
		sealed_secret: Buffer;
		confirmed_at: InstantOrNull;
		last_step: ColumnType<string, number | undefined, number>;
		created_at: InstantDefault;
		last_used_at: InstantOrNull;
	};
	second_factor_recovery_code: {
		person: string;
		code_hash: Buffer;
		made_at: InstantDefault;
		used_at: InstantOrNull;
		/** Whose id is hashed with it, where that is not `person`: it came with a merge. */
		made_for: Generated<string | null>;
	};
	second_factor_challenge: {
		challenge_hash: Buffer;
		purpose: 'register' | 'sign-in' | 'prove';
		person: string | null;
		expires_at: Instant;
	};
	second_factor_step: { token_hash: Buffer; person: string; shared: boolean; expires_at: Instant };
	class_code: { class: string; code: string; made_by: string; expires_at: Instant };
	class_device: {
		id: Generated<string>;
		class: string;
		device_hash: Buffer;
		mark: string;
		asked_at: InstantDefault;
		opened_by: ColumnType<string | null, string | null | undefined, string | null>;
		opened_at: ColumnType<Date | null, never, never>;
		closes_at: InstantOrNull;
	};
	picture_secret: {
		person: string;
		class: string;
		secret_hash: string;
		set_by: string;
		set_at: Stamped;
	};
	picture_try: {
		device: string;
		person: string;
		wrong: Generated<number>;
		paused_until: InstantOrNull;
	};
	sign_in_device: { person: string; device_hash: Buffer; last_signed_in_at: Instant };
	sign_in_failure: {
		id: Generated<string>;
		login_hash: Buffer;
		device_hash: Buffer | null;
		address: string | null;
		at: InstantDefault;
	};
	identity_link: {
		id: Generated<string>;
		person: string;
		issuer: string;
		subject: string;
		matched_by: 'sourced-id' | 'email';
		linked_at: InstantDefault;
		last_used_at: InstantDefault;
	};
	single_sign_on_request: {
		state_hash: Buffer;
		browser_hash: Buffer;
		provider: string;
		nonce: string;
		code_verifier: string;
		next: string;
		expires_at: Instant;
	};
	first_administrator_link: {
		token_hash: Buffer;
		created_at: InstantDefault;
		expires_at: Instant;
		used_at: InstantOrNull;
	};
	api_token: {
		id: Generated<string>;
		token_hash: Buffer;
		name: string;
		scopes: string[];
		gates: string[] | null;
		created_at: InstantDefault;
		expires_at: Instant;
		revoked_at: InstantOrNull;
		last_used_at: InstantOrNull;
	};
	mail: {
		id: Generated<string>;
		template: string;
		locale: string;
		recipient: string | null;
		content: Json<object | null>;
		person: string | null;
		state: Generated<'queued' | 'sent' | 'failed' | 'shown' | 'to-print' | 'printed'>;
		posted_at: InstantDefault;
		useless_at: Instant;
		due_at: InstantDefault;
		tries: Generated<number>;
		tried_at: InstantOrNull;
		trouble: string | null;
		settled_at: InstantOrNull;
	};
	mail_secret: { mail: string; secrets: Json<object> };
	limited_try: {
		id: Generated<string>;
		kind: 'password-reset' | 'invitation-code' | 'visitor';
		subject_hash: Buffer;
		address: string | null;
		at: Instant;
	};
	password_reset_request: {
		id: Generated<string>;
		email: string;
		locale: string;
		asked_at: InstantDefault;
	};
	password_reset: {
		token_hash: Buffer;
		person: string;
		created_at: InstantDefault;
		expires_at: Instant;
		used_at: InstantOrNull;
	};
	invitation: {
		id: Generated<string>;
		code_hash: Buffer;
		person: string;
		purpose: 'first' | 'recovery';
		way: 'letter' | 'e-mail';
		made_by: string;
		made_at: InstantDefault;
		expires_at: Instant;
		mail: string | null;
		children: Generated<string[]>;
		used_at: InstantOrNull;
		withdrawn_at: InstantOrNull;
		withdrawn_by: string | null;
	};
	ledger_event: {
		id: Generated<string>;
		kind: string;
		actor: string | null;
		learner: string | null;
		subject: string | null;
		detail: Json<object>;
		recorded_at: InstantDefault;
	};
	access_log: {
		id: Generated<string>;
		kind: 'export' | 'disclosure' | 'deletion' | 'view';
		actor: string;
		detail: Json<object>;
		rows: string | null;
		recorded_at: InstantDefault;
	};

	policy_version: {
		policy: string;
		version: string;
		hash: string;
		title: string;
		body: string;
		published_at: InstantDefault;
	};
	course_version: {
		id: Generated<string>;
		course: string;
		version: string;
		ordinal: number;
		change: 'patch' | 'minor' | 'major';
		hash: string;
		hash_scheme: Generated<number>;
		body: Json<object>;
		languages: Json<object>;
		published_at: InstantDefault;
	};
	course_translation: {
		id: Generated<string>;
		course_version: string;
		language: string;
		hash: string;
		body: Json<object>;
		published_at: InstantDefault;
	};
	rule_set: { id: Generated<string>; hash: string; body: Json<object>; published_at: InstantDefault };
	requirement_rule: {
		course: string;
		certification: string;
		title: string;
		roles: string[];
		bands: string[] | null;
		required: boolean;
		within_days: number | null;
		minutes: number;
		pass_mark: number;
		version: string;
		hash: string;
		asked_since: InstantDefault;
	};
	enrolment: {
		id: Generated<string>;
		learner: string;
		course: string;
		cycle: number;
		course_version: string;
		started_at: InstantDefault;
	};
	lesson_place: {
		learner: string;
		course: string;
		cycle: number;
		lesson: string;
		section: number;
		furthest: number;
		at: InstantDefault;
	};
	exercise_worked: {
		learner: string;
		course: string;
		cycle: number;
		lesson: string;
		exercise: string;
		recorded_at: InstantDefault;
	};
	lesson_done: {
		learner: string;
		course_version: string;
		lesson: string;
		cycle: number;
		lesson_hash: string;
		path: Path;
		language: string;
		translation: ColumnType<string | null, string | null | undefined, never>;
		assurance: Assurance;
		recorded_at: InstantDefault;
	};
	attempt: {
		id: Generated<string>;
		learner: string;
		course: string;
		course_version: string;
		cycle: number;
		number: number;
		path: Path;
		language: string;
		translation: ColumnType<string | null, string | null | undefined, never>;
		draw: Json<object>;
		pass_mark: number;
		assurance: Assurance;
		recorded_at: InstantDefault;
		expires_at: Instant;
	};
	attempt_open: { attempt: string; learner: string; course: string; expires_at: Instant };
	attempt_step: {
		attempt: string;
		item: string;
		rev: number;
		answer: Json<object>;
		recorded_at: InstantDefault;
	};
	attempt_result: {
		attempt: string;
		learner: string;
		course_version: string;
		cycle: number;
		outcome: 'submitted' | 'abandoned' | 'expired';
		score: number;
		total: number;
		critical_missed: number;
		pass_mark: number;
		graded: Json<object>;
		passed: Generated<boolean>;
		recorded_at: InstantDefault;
	};
	lesson_review: { attempt: string; learner: string; lesson: string; recorded_at: InstantDefault };
	acknowledgement: {
		id: Generated<string>;
		learner: string;
		policy: string;
		version: string;
		language: string;
		assurance: Assurance;
		recorded_at: InstantDefault;
	};
	completion: {
		id: Generated<string>;
		learner: string;
		course: string;
		course_version: string;
		content_hash: string;
		cycle: number;
		path: Path;
		language: string;
		pass_mark: number;
		rule_set: string;
		assurance: Assurance;
		attempt: string | null;
		attempt_passed: Generated<boolean | null>;
		completed_at: InstantDefault;
		recorded_at: InstantDefault;
	};
	completion_annulment: {
		completion: string;
		annulled_by: string;
		reason: string;
		recorded_at: InstantDefault;
	};
	credit: {
		id: Generated<string>;
		learner: string;
		certification: string;
		during: Range;
		evidence: string;
		granted_by: string;
		recorded_at: InstantDefault;
	};
	waiver: {
		id: Generated<string>;
		learner: string;
		course: string;
		during: Range;
		reason: string;
		granted_by: string;
		recorded_at: InstantDefault;
	};
	period: {
		id: Generated<string>;
		learner: string;
		certification: string;
		completion: string;
		during: Range;
		completed_at: Instant;
		recorded_at: InstantDefault;
	};
	period_change: {
		id: Generated<string>;
		learner: string;
		certification: string;
		kind: 'revoked' | 'restored';
		changed_by: string;
		reason: string;
		recorded_at: InstantDefault;
	};
	period_current: { period: string; learner: string; certification: string; during: Range };
	certificate: {
		id: Generated<string>;
		code: string;
		period: string;
		learner: string;
		certification: string;
		course: string;
		course_version: string;
		title: string;
		audience: string;
		language: string;
		issued_at: InstantDefault;
		valid_from: Instant;
		valid_until: InstantOrNull;
		valid_through: ColumnType<string | null, string | null, string | null>;
		holder_commitment: string;
		recorded_at: InstantDefault;
	};
	certificate_holder: { certificate: string; name: string; short_name: string | null; salt: string };

	class: {
		id: Generated<string>;
		organisation: string;
		title: string;
		band: Band;
		sourced_id: string | null;
		during: Range;
		recorded_at: InstantDefault;
		origin: Generated<Origin>;
	};
	class_member: {
		id: Generated<string>;
		class: string;
		person: string;
		part: 'teacher' | 'student';
		during: Range;
		recorded_at: InstantDefault;
		superseded_at: InstantOrNull;
		origin: Generated<Origin>;
		sourced_id: TextOrNull;
	};
	led_open: { teacher: string; class: string; course: string; lesson: string; began_at: Stamped };
	led_session: {
		id: Generated<string>;
		class: string;
		teacher: string;
		course_version: string;
		lesson: string;
		language: string;
		/** Set by the database, whatever is given. */
		began_at: Instant;
		held_on: string;
		recorded_at: InstantDefault;
		transaction: Generated<string>;
	};
	led_participant: {
		session: string;
		learner: string;
		course_version: string;
		lesson: string;
		cycle: number;
		recorded_at: InstantDefault;
	};

	roster_import: {
		id: Generated<string>;
		name: string;
		way: 'browser' | 'command-line' | 'folder';
		actor: string | null;
		state: Generated<ImportState>;
		reading: JsonOrNull;
		problems: ColumnType<
			Partial<Record<'stop' | 'row' | 'value' | 'note', number>>,
			string | undefined,
			string
		>;
		plan: JsonOrNull;
		fingerprint: TextOrNull;
		reason: TextOrNull;
		progress: ColumnType<object, string | undefined, string>;
		/** By the machine's clock, not by Waypost's. */
		progressed_at: InstantDefault;
		begun_at: InstantDefault;
		planned_at: InstantOrNull;
		ended_at: InstantOrNull;
	};
	roster_problem: {
		import: string;
		n: Generated<string>;
		severity: 'stop' | 'row' | 'value' | 'note';
		code: string;
		file: string;
		line: number | null;
		column: string | null;
		value: string | null;
		detail: string | null;
		times: Generated<number>;
	};
	roster_conflict: {
		id: Generated<string>;
		kind: 'other-name' | 'email-returns';
		sourced_id: string;
		person: string;
		import: string | null;
		family_name: string;
		given_name: string;
		email: string | null;
		employee_id: string | null;
		roles: Json<object>;
		found_at: InstantDefault;
		decision: ColumnType<Decision | null, Decision | null | undefined, Decision | null>;
		decided_by: TextOrNull;
		decided_at: InstantOrNull;
		closed_at: InstantOrNull;
	};
	roster_staged_person: {
		import: string;
		line: number | null;
		sourced_id: string;
		family_name: string | null;
		given_name: string | null;
		email: string | null;
		employee_id: string | null;
		enabled: boolean;
		state: 'listed' | 'gone' | 'left-out';
	};
	roster_planned_person: {
		import: string;
		action: PlannedAction;
		sourced_id: string;
		person: string | null;
		changes: string[];
	};

	registration: {
		id: Generated<string>;
		type: string;
		organisation: string;
		created_by: string;
		recorded_at: InstantDefault;
	};
	registration_draft: {
		registration: string;
		body: Json<object>;
		rev: Generated<number>;
		updated_at: InstantDefault;
	};
	registration_revision: {
		registration: string;
		number: number;
		body: Json<object>;
		owner: string;
		co_owner: string;
		submitted_by: string;
		recorded_at: InstantDefault;
	};
	gate_decision: {
		id: Generated<string>;
		gate: string;
		purpose: Purpose;
		allow: boolean;
		reasons: Json<object>;
		rule_set: string;
		allowed_until: InstantOrNull;
		registration: string | null;
		revision: number | null;
		transaction: Generated<string>;
		decided_at: InstantDefault;
	};
	gate_decision_subject: { decision: string; person: string; part: string; rev: string };
	gate_check: {
		id: Generated<string>;
		token: string | null;
		gate: string;
		person: string | null;
		allow: boolean;
		reasons: Json<object>;
		allowed_until: InstantOrNull;
		checked_at: InstantDefault;
	};
	attestation: {
		id: Generated<string>;
		registration: string;
		revision: number;
		code: string;
		wording_hash: string;
		wording: string;
		part: 'owner' | 'co-owner';
		signer: string;
		given: boolean;
		assurance: Assurance;
		recorded_at: InstantDefault;
	};
	legal_move: {
		from_state: string;
		to_state: string;
		by: 'owner' | 'reviewer' | 'administrator' | 'system';
		needs_decision: boolean;
		needs_reason: boolean;
		keep_suffices: Generated<boolean>;
	};
	registration_move: {
		registration: string;
		n: number;
		previous_n: Generated<number | null>;
		from_state: string;
		to_state: string;
		revision: number | null;
		actor: string;
		reason: string | null;
		decision: string | null;
		decision_allow: Generated<boolean | null>;
		recorded_at: InstantDefault;
	};
	registration_current: {
		registration: string;
		state: string;
		n: number;
		revision: number | null;
		keep_until: InstantOrNull;
		keep_standing: ColumnType<Record<string, string> | null, string | null, string | null>;
		keep_rules: string | null;
		updated_at: InstantDefault;
	};
	registration_claim: { canonical_url: string; registration: string; claimed_at: InstantDefault };
};
