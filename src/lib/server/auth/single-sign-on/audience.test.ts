import { expect, test } from 'vitest';
import { weightiestAudience } from './audience.ts';

test('somebody counts as what weighs most of what they are', () => {
	const as = (...roles: Parameters<typeof weightiestAudience>[0]['roles']) =>
		weightiestAudience({ roles, holdsRights: false });
	expect(as('guardian')).toBe('family');
	expect(as('guardian', 'volunteer')).toBe('partner');
	expect(as('student')).toBe('student');
	expect(as('student', 'volunteer')).toBe('student');
	expect(as('guardian', 'teacher')).toBe('staff');
	expect(as('student', 'aide')).toBe('staff');
	expect(as()).toBeNull();
});

test('whoever holds a right over others is staff', () => {
	expect(weightiestAudience({ roles: ['guardian'], holdsRights: true })).toBe('staff');
	expect(weightiestAudience({ roles: [], holdsRights: true })).toBe('staff');
});
