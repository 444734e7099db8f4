/** The people of the demo district that one can sign in as; printed by `npm start`. */
export const demoSignIns = [
	{ email: 'admin@wrsd.example', who: 'District administrator' },
	{ email: 'principal@wrsd.example', who: 'Principal' },
	{ email: 'auditor@wrsd.example', who: 'Auditor, who reads and changes nothing' },
	{ email: 'new.teacher@wrsd.example', who: 'Teacher who begins' },
	{ email: 'certified.teacher@wrsd.example', who: 'Certified teacher' },
	{ email: 'second.teacher@wrsd.example', who: 'Certified teacher, to be a co-owner' },
	{ email: 'lapsed.teacher@wrsd.example', who: 'Teacher whose certification lapsed' },
	{ email: 'elementary.teacher@wrsd.example', who: 'Elementary teacher with two classes' },
	{ email: 'student@wrsd.example', who: 'Student' },
	{ email: 'young.student@wrsd.example', who: 'Student in grade 1' },
	{ email: 'guardian@wrsd.example', who: 'Guardian' }
] as const;

/** The password of all of them. Refused outside a demo. */
export const demoPassword = 'waypost-demo-only';
