import type { SingleSignOn } from '#lib/server/catalogue/read-catalogue.ts';
import type { AffiliationRole } from '#lib/server/db/schema.ts';

export type Audience = SingleSignOn['authoritative']['audiences'][number];

const notStaff: Partial<Record<AffiliationRole, Audience>> = {
	student: 'student',
	guardian: 'family',
	volunteer: 'partner'
};

/**
 * As what somebody counts whom an issuer is to vouch for: as what weighs most of what they are. A teacher who is also
 * a guardian is staff, and so is whoever holds a right over others: an issuer that is believed of families alone can't
 * open the way to their pupils' records. null for somebody who is nothing here today.
 */
export function weightiestAudience({
	roles,
	holdsRights
}: {
	roles: readonly AffiliationRole[];
	holdsRights: boolean;
}): Audience | null {
	const audiences = roles.map((role) => notStaff[role] ?? 'staff');
	if (holdsRights) audiences.push('staff');
	return (
		(['staff', 'student', 'partner', 'family'] as const).find((each) => audiences.includes(each)) ?? null
	);
}
