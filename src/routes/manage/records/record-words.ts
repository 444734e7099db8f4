import { m } from '#lib/messages/compiled/messages.js';
import type { AffiliationRole } from '#lib/server/db/schema.ts';
import type { Status } from '#lib/server/records/record-filter.ts';

const statusWords: Record<Status, () => string> = {
	not_started: m.manage_state_not_started,
	in_progress: m.manage_state_in_progress,
	completed: m.manage_state_completed,
	credited: m.manage_state_credited,
	waived: m.manage_state_waived,
	expired: m.manage_state_expired,
	revoked: m.manage_state_revoked
};
const roleWords: Record<AffiliationRole, () => string> = {
	teacher: m.learn_role_teacher,
	principal: m.learn_role_principal,
	administrator: m.learn_role_administrator,
	counselor: m.learn_role_counselor,
	librarian: m.learn_role_librarian,
	aide: m.learn_role_aide,
	coach: m.learn_role_coach,
	communications: m.learn_role_communications,
	technology: m.learn_role_technology,
	student: m.learn_role_student,
	guardian: m.learn_role_guardian,
	volunteer: m.learn_role_volunteer
};

export const statusWord = (status: Status) => statusWords[status]();
export const roleWord = (role: AffiliationRole | null) => (role ? roleWords[role]() : '');
