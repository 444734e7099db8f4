import type { AffiliationRole } from '#lib/server/db/schema.ts';

/** The roles that somebody can have at a school or in the district. */
export const affiliationRoles = [
	'teacher',
	'principal',
	'administrator',
	'counselor',
	'librarian',
	'aide',
	'coach',
	'communications',
	'technology',
	'student',
	'guardian',
	'volunteer'
] as const satisfies readonly AffiliationRole[];
