import type { Answers } from '../form.ts';
import type { FormRules } from '../schemas.ts';

/** Rules of a made-up district, for tests that need no content. */
export const testRules: FormRules = {
	emailDomains: ['wrsd.example'],
	goals: [
		{ id: 'II.2', label: 'Learning' },
		{ id: 'II.3', label: 'Teaching' },
		{ id: 'II.6', label: 'Exchange' },
		{ id: 'II.9', label: 'Families' }
	],
	platforms: [
		{ id: 'photo-app', label: 'Photo and video app' },
		{ id: 'other', label: 'Another platform' }
	],
	today: '2026-11-23'
};

/** A classroom account with every answer right; `coOwner` and `url` make it one's own. */
export function rightAnswers({
	coOwner = '0197a1b2-0000-7000-8000-000000000001',
	url = 'https://photos.example/room6b',
	start = '2026-11-30',
	review = '2027-06-30'
} = {}): Answers {
	return {
		display_name: 'Room 6B Robotics',
		department: '',
		description: 'What our robots do, week by week.',
		platform: 'photo-app',
		platform_other: '',
		handle: '@room6b_robotics',
		url,
		purpose: 'Show families what the class builds, and invite questions about it.',
		goals: ['II.3', 'II.9'],
		audience: ['public', 'families'],
		bands: [],
		under_13: 'no',
		visibility: 'public',
		comments: 'filtered',
		direct_messages: 'off',
		student_images: 'yes',
		photo_list_holder: 'School office',
		photo_check: 'I compare every picture with the list of the office before I post it.',
		sign_up_email: 'Robotics6B@wrsd.example',
		recovery: 'district',
		separation: ['not_linked', 'no_shared_sign_in', 'no_cross_posting', 'no_personal_phone'],
		separation_exception: '',
		two_step: 'yes',
		device: 'district',
		follows: 'nobody',
		follows_count: '',
		monitoring: 'School days, 7:30 to 8:00',
		archive: 'Export of the platform, each month, to the school drive.',
		accessibility: 'Alternative text on each picture, checked captions.',
		chosen_with: 'Principal',
		start_date: start,
		review_date: review,
		co_owner: coOwner
	};
}
