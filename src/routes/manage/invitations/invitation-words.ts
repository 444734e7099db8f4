import { m } from '#lib/messages/compiled/messages.js';

export const audienceWords = {
	family: m.invite_audience_family,
	student: m.invite_audience_student,
	staff: m.invite_audience_staff,
	partner: m.invite_audience_partner
};
export const stateWords = {
	none: m.invite_state_none,
	waiting: m.invite_state_waiting,
	over: m.invite_state_over,
	used: m.invite_state_used
};
