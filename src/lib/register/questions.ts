import { m } from '#lib/messages/compiled/messages.js';
import type { FieldName } from './schemas.ts';

type Option = { value: string; label: string; hint?: string };
export type Question = {
	field: FieldName;
	label: string;
	hint?: string;
	optional?: boolean;
	/** Asked under one answer of another question, and only shown while that is chosen. */
	when?: { field: FieldName; value: string };
} & (
	| {
			kind: 'line';
			input?: 'email' | 'url';
			width?: 'tiny' | 'short' | 'medium' | 'full';
			autocomplete?: 'off' | 'email';
	  }
	| { kind: 'text'; limit: number }
	| { kind: 'one' | 'several'; options: Option[] }
	| { kind: 'date' }
);
export type QuestionContext = {
	emailDomains: string[];
	goals: { id: string; label: string }[];
	platforms: { id: string; label: string }[];
	/** Colleagues who may be co-owner, or the one who is. */
	colleagues: { person: string; name: string }[];
};

const option = (value: string, label: string, hint?: string): Option => ({
	value,
	label,
	...(hint ? { hint } : {})
});

/** Every question of the form for a classroom account (curriculum 5.3), in the language of the request. */
export function questions({
	emailDomains,
	goals,
	platforms,
	colleagues
}: QuestionContext): Record<FieldName, Question> {
	const list: Question[] = [
		{
			field: 'display_name',
			kind: 'line',
			label: m.register_q_display_name(),
			hint: m.register_q_display_name_hint()
		},
		{ field: 'department', kind: 'line', label: m.register_q_department(), optional: true },
		{
			field: 'description',
			kind: 'text',
			limit: 500,
			label: m.register_q_description(),
			hint: m.register_q_description_hint(),
			optional: true
		},
		{
			field: 'platform',
			kind: 'one',
			label: m.register_q_platform(),
			options: platforms.map(({ id, label }) => option(id, label))
		},
		{
			field: 'platform_other',
			kind: 'line',
			label: m.register_q_platform_other(),
			when: { field: 'platform', value: 'other' }
		},
		{
			field: 'handle',
			kind: 'line',
			label: m.register_q_handle(),
			hint: m.register_q_handle_hint(),
			autocomplete: 'off'
		},
		{
			field: 'url',
			kind: 'line',
			input: 'url',
			width: 'full',
			label: m.register_q_url(),
			hint: m.register_q_url_hint()
		},
		{
			field: 'purpose',
			kind: 'text',
			limit: 1000,
			label: m.register_q_purpose(),
			hint: m.register_q_purpose_hint()
		},
		{
			field: 'goals',
			kind: 'several',
			label: m.register_q_goals(),
			hint: m.register_q_goals_hint(),
			options: goals.map(({ id, label }) => option(id, `${label} (${id})`))
		},
		{
			field: 'audience',
			kind: 'several',
			label: m.register_q_audience(),
			hint: m.register_q_audience_hint(),
			options: [
				option('public', m.register_o_audience_public()),
				option('families', m.register_o_audience_families()),
				option('students', m.register_o_audience_students()),
				option('members', m.register_o_audience_members())
			]
		},
		{
			field: 'bands',
			kind: 'several',
			label: m.register_q_bands(),
			hint: m.register_q_bands_hint(),
			optional: true,
			options: [
				option('K-2', m.register_o_bands_k2()),
				option('3-5', m.register_o_bands_35()),
				option('6-8', m.register_o_bands_68()),
				option('9-12', m.register_o_bands_912())
			]
		},
		{
			field: 'under_13',
			kind: 'one',
			label: m.register_q_under_13(),
			options: [
				option('no', m.register_o_under_13_no()),
				option('looking_only', m.register_o_under_13_looking()),
				option('sign_ups', m.register_o_under_13_sign_ups())
			]
		},
		{
			field: 'visibility',
			kind: 'one',
			label: m.register_q_visibility(),
			options: [
				option('public', m.register_o_visibility_public()),
				option('followers', m.register_o_visibility_followers()),
				option('members', m.register_o_visibility_members())
			]
		},
		{
			field: 'comments',
			kind: 'one',
			label: m.register_q_comments(),
			options: [
				option('off', m.register_o_comments_off()),
				option('filtered', m.register_o_comments_filtered()),
				option('on', m.register_o_comments_on())
			]
		},
		{
			field: 'direct_messages',
			kind: 'one',
			label: m.register_q_direct_messages(),
			options: [
				option('off', m.register_o_direct_messages_off()),
				option('shared', m.register_o_direct_messages_shared()),
				option('open', m.register_o_direct_messages_open())
			]
		},
		{
			field: 'student_images',
			kind: 'one',
			label: m.register_q_student_images(),
			options: [option('no', m.register_o_no()), option('yes', m.register_o_yes())]
		},
		{
			field: 'photo_list_holder',
			kind: 'line',
			label: m.register_q_photo_list_holder(),
			hint: m.register_q_role_hint(),
			when: { field: 'student_images', value: 'yes' }
		},
		{
			field: 'photo_check',
			kind: 'text',
			limit: 600,
			label: m.register_q_photo_check(),
			hint: m.register_q_photo_check_hint(),
			when: { field: 'student_images', value: 'yes' }
		},
		{
			field: 'sign_up_email',
			kind: 'line',
			input: 'email',
			label: m.register_q_email(),
			hint: m.register_q_email_hint({ domain: `@${emailDomains[0] ?? ''}` })
		},
		{
			field: 'recovery',
			kind: 'one',
			label: m.register_q_recovery(),
			options: [
				option('district', m.register_o_recovery_district()),
				option('personal', m.register_o_recovery_personal())
			]
		},
		{
			field: 'separation',
			kind: 'several',
			label: m.register_q_separation(),
			hint: m.register_q_separation_hint(),
			options: [
				option('not_linked', m.register_o_separation_linked()),
				option('no_shared_sign_in', m.register_o_separation_sign_in()),
				option('no_cross_posting', m.register_o_separation_posting()),
				option('no_personal_phone', m.register_o_separation_phone())
			]
		},
		{
			field: 'separation_exception',
			kind: 'text',
			limit: 400,
			label: m.register_q_exception(),
			hint: m.register_q_exception_hint(),
			optional: true
		},
		{
			field: 'two_step',
			kind: 'one',
			label: m.register_q_two_step(),
			hint: m.register_q_two_step_hint(),
			options: [
				option('yes', m.register_o_two_step_yes()),
				option('not_offered', m.register_o_two_step_not_offered()),
				option('no', m.register_o_two_step_no())
			]
		},
		{
			field: 'device',
			kind: 'one',
			label: m.register_q_device(),
			options: [
				option('district', m.register_o_device_district()),
				option('own', m.register_o_device_own()),
				option('both', m.register_o_device_both())
			]
		},
		{
			field: 'follows',
			kind: 'one',
			label: m.register_q_follows(),
			hint: m.register_q_follows_hint(),
			options: [
				option('nobody', m.register_o_follows_nobody()),
				option('no_students', m.register_o_follows_no_students()),
				option('students', m.register_o_follows_students())
			]
		},
		{
			field: 'follows_count',
			kind: 'line',
			width: 'tiny',
			label: m.register_q_follows_count(),
			when: { field: 'follows', value: 'no_students' }
		},
		{
			field: 'monitoring',
			kind: 'line',
			width: 'full',
			label: m.register_q_monitoring(),
			hint: m.register_q_monitoring_hint()
		},
		{
			field: 'archive',
			kind: 'text',
			limit: 600,
			label: m.register_q_archive(),
			hint: m.register_q_archive_hint()
		},
		{
			field: 'accessibility',
			kind: 'text',
			limit: 600,
			label: m.register_q_accessibility(),
			hint: m.register_q_accessibility_hint()
		},
		{ field: 'chosen_with', kind: 'line', label: m.register_q_chosen_with(), hint: m.register_q_role_hint() },
		{ field: 'start_date', kind: 'date', label: m.register_q_start() },
		{ field: 'review_date', kind: 'date', label: m.register_q_review(), hint: m.register_q_review_hint() },
		{
			field: 'co_owner',
			kind: 'one',
			label: m.register_q_co_owner(),
			hint: m.register_q_co_owner_hint(),
			options: colleagues.map(({ person, name }) => option(person, name))
		}
	];
	return Object.fromEntries(list.map((question) => [question.field, question])) as Record<
		FieldName,
		Question
	>;
}
