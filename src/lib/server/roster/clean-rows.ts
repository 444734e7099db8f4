import type { AffiliationRole, Band } from '#lib/server/db/schema.ts';

/**
 * A roster file's rows once they are read: each value is one that is known, or null. `line` is where the row stands.
 * `state`: `listed`; `gone`, marked as deleted; `left-out`, there but not understood, so that nobody is taken for
 * absent because of a slip. Days are civil dates (`2026-08-26`).
 */
export type GradeFault = 'grade-unknown' | 'grades-mixed' | 'grade-without-band';
export type RowState = 'listed' | 'gone' | 'left-out';

export type CleanRows = {
	organisation: {
		line: number;
		id: string;
		kind: 'district' | 'school' | 'department' | 'other';
		name: string | null;
		parent: string | null;
		state: RowState;
	};
	session: { line: number; id: string; from: string | null; through: string | null };
	course: { line: number; id: string; band: Band | null };
	class: {
		line: number;
		id: string;
		title: string | null;
		band: Band | null;
		organisation: string | null;
		course: string | null;
		/** Ids of sessions, joined by commas. */
		sessions: string | null;
		state: RowState;
	};
	person: {
		line: number;
		id: string;
		familyName: string | null;
		givenName: string | null;
		email: string | null;
		employeeId: string | null;
		enabled: boolean;
		band: Band | null;
		/** Why there is no band although there is a grade, and the grade as it stands: matters for students alone. */
		gradeFault: GradeFault | null;
		grade: string | null;
		/** OneRoster 1.1: the role, and the organisations where it is held, joined by commas. */
		role: AffiliationRole | null;
		/** The role is one that is known, and that nothing follows from. */
		unused: boolean;
		organisations: string | null;
		/** Ids of people this person is related to, joined by commas. */
		agents: string | null;
		state: RowState;
	};
	role: {
		line: number;
		id: string;
		person: string | null;
		organisation: string | null;
		role: AffiliationRole | null;
		from: string | null;
		/** The first day on which it is not held any more. */
		until: string | null;
		state: RowState;
	};
	member: {
		line: number;
		id: string;
		class: string | null;
		person: string | null;
		part: 'teacher' | 'student' | null;
		from: string | null;
		until: string | null;
		state: RowState;
	};
	/** One row of the plain file, which speaks of a person, a school and a class at once. */
	plain: {
		line: number;
		person: string;
		familyName: string | null;
		givenName: string | null;
		email: string | null;
		employeeId: string | null;
		role: AffiliationRole | null;
		schoolId: string | null;
		school: string | null;
		band: Band | null;
		gradeFault: GradeFault | null;
		grade: string | null;
		classId: string | null;
		class: string | null;
		from: string | null;
		until: string | null;
		/** Ids of the children whose guardian this person is, joined by commas. */
		children: string | null;
		state: RowState;
	};
};
export type RowKind = keyof CleanRows;
