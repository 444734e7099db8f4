import type { AffiliationRole, Band, Right } from '#lib/server/db/schema.ts';

/** What a demo person has done, in days before today; each state that an administrator can meet is there. */
export type Story = {
	/** Began in the role. */
	since: number;
	/** Completed the staff certification, each time. */
	staff?: number[];
	/** Completed “Running an Official Account”. */
	owner?: number;
	/** Lessons of the staff certification finished, when not all. */
	lessons?: number;
	/** Failed tries at its quiz, by how many days ago. */
	failed?: number[];
	/** The staff certification was revoked. */
	revoked?: number;
	/** A waiver of the staff certification, for so many days from `since`. */
	waived?: { from: number; days: number };
	/** A credit for the reviewer's certification, which has no course yet. */
	reviewerCredit?: boolean;
	/** Left the district. */
	left?: number;
	/** Took the families' course. */
	family?: number;
};
export type DemoPerson = {
	key: string;
	given: string;
	family: string;
	school: School | 'district';
	role: AffiliationRole;
	band?: Band;
	rights?: Right[];
	email?: string;
	signIn?: boolean;
	story: Story;
};
export type School = 'mountain' | 'central' | 'thomas' | 'brook';
export const schools: Record<School, string> = {
	mountain: 'Mountain View Middle School',
	central: 'Central Tree Middle School',
	thomas: 'Thomas Hill K-8 School',
	brook: 'Quiet Brook Elementary School'
};

type Line = [given: string, family: string, role: AffiliationRole, story: Story];

const named: DemoPerson[] = [
	{
		key: 'admin',
		given: 'Ana',
		family: 'Whitfield',
		school: 'district',
		role: 'administrator',
		rights: ['district-administrator'],
		email: 'admin@wrsd.example',
		signIn: true,
		story: { since: 900, staff: [190], owner: 180 }
	},
	{
		key: 'principal',
		given: 'Denise',
		family: 'Okafor',
		school: 'mountain',
		role: 'principal',
		rights: ['school-administrator', 'reviewer'],
		email: 'principal@wrsd.example',
		signIn: true,
		story: { since: 1_400, staff: [150], reviewerCredit: true }
	},
	{
		key: 'new',
		given: 'Maya',
		family: 'Lindqvist',
		school: 'mountain',
		role: 'teacher',
		email: 'new.teacher@wrsd.example',
		signIn: true,
		story: { since: 9 }
	},
	{
		key: 'certified',
		given: 'Tomás',
		family: 'Rivera',
		school: 'mountain',
		role: 'teacher',
		email: 'certified.teacher@wrsd.example',
		signIn: true,
		story: { since: 700, staff: [120], owner: 110 }
	},
	{
		key: 'second',
		given: 'Grace',
		family: 'Adeyemi',
		school: 'mountain',
		role: 'teacher',
		email: 'second.teacher@wrsd.example',
		signIn: true,
		story: { since: 500, staff: [90], owner: 80 }
	},
	{
		key: 'lapsed',
		given: 'Peter',
		family: 'Novak',
		school: 'mountain',
		role: 'teacher',
		email: 'lapsed.teacher@wrsd.example',
		signIn: true,
		story: { since: 1_100, staff: [430], owner: 425 }
	},
	{
		key: 'student',
		given: 'Jordan',
		family: 'Bell',
		school: 'mountain',
		role: 'student',
		band: '6-8',
		email: 'student@wrsd.example',
		signIn: true,
		story: { since: 80 }
	},
	{
		key: 'young-student',
		given: 'Ellie',
		family: 'Bell',
		school: 'thomas',
		role: 'student',
		band: 'K-2',
		email: 'young.student@wrsd.example',
		signIn: true,
		story: { since: 80 }
	},
	{
		key: 'guardian',
		given: 'Lucía',
		family: 'Bell',
		school: 'district',
		role: 'guardian',
		email: 'guardian@wrsd.example',
		signIn: true,
		story: { since: 40, family: 38 }
	},
	{
		key: 'auditor',
		given: 'Harold',
		family: 'Quist',
		school: 'district',
		role: 'administrator',
		rights: ['auditor'],
		email: 'auditor@wrsd.example',
		signIn: true,
		story: { since: 300, staff: [200] }
	},
	{
		key: 'central-principal',
		given: 'Wei',
		family: 'Deng',
		school: 'central',
		role: 'principal',
		rights: ['school-administrator', 'reviewer'],
		email: 'principal.central@wrsd.example',
		signIn: true,
		story: { since: 800, staff: [140], reviewerCredit: true }
	},
	{
		key: 'elementary',
		given: 'Nora',
		family: 'Castellano',
		school: 'brook',
		role: 'teacher',
		email: 'elementary.teacher@wrsd.example',
		signIn: true,
		story: { since: 640, staff: [95] }
	},
	{
		key: 'thomas-principal',
		given: 'Ruth',
		family: 'Feldman',
		school: 'thomas',
		role: 'principal',
		rights: ['school-administrator', 'reviewer'],
		email: 'principal.thomas@wrsd.example',
		signIn: true,
		story: { since: 600, staff: [160], reviewerCredit: true }
	}
];

const mountain: Line[] = [
	['Chidi', 'Abara', 'teacher', { since: 400, staff: [140], owner: 135 }],
	['Rosa', 'Baptiste', 'counselor', { since: 900, staff: [375] }],
	['Ana', 'Costa', 'coach', { since: 700, staff: [344], owner: 340 }],
	['Émile', 'Durand', 'teacher', { since: 61, lessons: 2 }],
	['Luc', 'Fontaine', 'teacher', { since: 1_000, staff: [500] }],
	['Inés', 'García', 'aide', { since: 20 }],
	['Hana', 'Kim', 'librarian', { since: 800, staff: [60], owner: 55 }],
	['Marcus', 'Lee', 'teacher', { since: 45, lessons: 6, failed: [3] }],
	['Priya', 'Nair', 'teacher', { since: 900, staff: [700, 350], owner: 345 }],
	['Sean', 'O’Brien', 'teacher', { since: 800, staff: [210], owner: 205, revoked: 20 }]
];
const central: Line[] = [
	['Noor', 'Ahmadi', 'teacher', { since: 500, staff: [130], owner: 125 }],
	['Jean', 'Baptiste', 'counselor', { since: 650, staff: [380] }],
	['Oleg', 'Bondar', 'teacher', { since: 300, staff: [100], owner: 95 }],
	['Carmen', 'Delgado', 'teacher', { since: 12 }],
	['Ingrid', 'Eriksen', 'librarian', { since: 420, staff: [330], owner: 325 }],
	['Kofi', 'Mensah', 'coach', { since: 260, staff: [70], owner: 66 }],
	['Laura', 'Peretti', 'teacher', { since: 95 }],
	['Samir', 'Rahman', 'teacher', { since: 40, lessons: 4 }],
	['Beth', 'Sorensen', 'aide', { since: 300, waived: { from: 60, days: 120 } }],
	['Ivo', 'Zeman', 'teacher', { since: 900, staff: [600] }]
];
const thomas: Line[] = [
	['Aisha', 'Bello', 'teacher', { since: 450, staff: [85], owner: 82 }],
	['Dmitri', 'Chernov', 'teacher', { since: 450, staff: [85], owner: 81 }],
	['Fatima', 'El-Sayed', 'counselor', { since: 200, staff: [180] }],
	['Greg', 'Hollis', 'coach', { since: 35, lessons: 3 }],
	['Yuki', 'Ito', 'teacher', { since: 700, staff: [368], owner: 360 }],
	['Nadia', 'Kowalski', 'teacher', { since: 25 }],
	['Paul', 'Mercier', 'librarian', { since: 730, staff: [310], owner: 305 }],
	['Elena', 'Petrova', 'teacher', { since: 70, lessons: 1 }],
	['Isaac', 'Stone', 'aide', { since: 500, staff: [290] }],
	['Wanda', 'Underhill', 'teacher', { since: 1_500, staff: [460], left: 90 }]
];
const office: Line[] = [
	['Claire', 'Hughes', 'communications', { since: 600, staff: [75], owner: 72 }],
	['Ravi', 'Iyer', 'technology', { since: 380, staff: [220] }],
	['Monica', 'Tran', 'administrator', { since: 240, staff: [355] }]
];
const students: [string, string, School, Band][] = [
	['Amir', 'Haddad', 'mountain', '6-8'],
	['Zoe', 'Park', 'mountain', '6-8'],
	['Theo', 'Marsh', 'central', '6-8'],
	['Lena', 'Voss', 'central', '6-8'],
	['Eli', 'Stein', 'thomas', '3-5'],
	['Ada', 'Njoroge', 'thomas', 'K-2'],
	['Sam', 'Ortiz', 'thomas', '3-5'],
	['Jo', 'Whitaker', 'thomas', '6-8']
];
const firstGraders: [string, string][] = [
	['Mila', 'Andersson'],
	['Owen', 'Brandt'],
	['Zuri', 'Cole'],
	['Mateo', 'Fuentes'],
	['Aya', 'Hassan'],
	['Leo', 'Marchetti'],
	['Pearl', 'Quinlan'],
	['Tariq', 'Siddiqui']
];
const fourthGraders: [string, string][] = [
	['Ines', 'Almeida'],
	['Caleb', 'Dunne'],
	['Sofia', 'Grigoryan'],
	['Kai', 'Iwata'],
	['Ruby', 'Okonkwo'],
	['Felix', 'Paulson'],
	['Dana', 'Reyes'],
	['Jonah', 'Weiss']
];
const childrenOf = (names: [string, string][], band: Band): DemoPerson[] =>
	names.map(([given, family]) => ({
		key: address(given, family),
		given,
		family,
		school: 'brook',
		role: 'student',
		band,
		story: { since: 85 }
	}));
const guardians: [string, string, Story][] = [
	['Marc', 'Bell', { since: 40 }],
	['Yusuf', 'Haddad', { since: 30, family: 28 }],
	['Min-ji', 'Park', { since: 22, family: 20 }],
	['Carol', 'Marsh', { since: 15 }],
	['Ana Paula', 'Ortiz', { since: 60, family: 57 }]
];

const address = (given: string, family: string) =>
	`${given}.${family}`
		.normalize('NFD')
		.replace(/[^A-Za-z.]/g, '')
		.toLowerCase();
const staffOf = (school: School | 'district', lines: Line[]): DemoPerson[] =>
	lines.map(([given, family, role, story]) => ({
		key: address(given, family),
		given,
		family,
		school,
		role,
		email: `${address(given, family)}@wrsd.example`,
		story
	}));

/** Everybody in the demo district. */
export const demoPeople: DemoPerson[] = [
	...named,
	...staffOf('mountain', mountain),
	...staffOf('central', central),
	...staffOf('thomas', thomas),
	...staffOf('district', office),
	...students.map(([given, family, school, band]): DemoPerson => ({
		key: address(given, family),
		given,
		family,
		school,
		role: 'student',
		band,
		story: { since: 85 }
	})),
	...childrenOf(firstGraders, 'K-2'),
	...childrenOf(fourthGraders, '3-5'),
	...guardians.map(([given, family, story]): DemoPerson => ({
		key: address(given, family),
		given,
		family,
		school: 'district',
		role: 'guardian',
		email: `${address(given, family)}@mail.example`,
		story
	}))
];

/** The classes of the elementary school, each with its children; both are the demo's elementary teacher's. */
export const demoClasses: { title: string; band: Band; sourcedId: string; children: string[] }[] = [
	{
		title: 'Grade 1, Room 4',
		band: 'K-2',
		sourcedId: 'class-1-4',
		children: firstGraders.map(([given, family]) => address(given, family))
	},
	{
		title: 'Grade 4, Room 11',
		band: '3-5',
		sourcedId: 'class-4-11',
		children: fourthGraders.map(([given, family]) => address(given, family))
	}
];

/** Which guardian the roster names for which child; `confirmed` by the office, with the right to see the record or without. */
export const demoFamilies: { guardian: string; child: string; confirmed?: { record: boolean } }[] = [
	{ guardian: 'guardian', child: 'student', confirmed: { record: true } },
	{ guardian: 'guardian', child: 'young-student' },
	{ guardian: 'marc.bell', child: 'student', confirmed: { record: false } },
	{ guardian: 'yusuf.haddad', child: 'amir.haddad', confirmed: { record: false } },
	{ guardian: 'minji.park', child: 'zoe.park', confirmed: { record: true } },
	{ guardian: 'carol.marsh', child: 'theo.marsh' },
	{ guardian: 'anapaula.ortiz', child: 'sam.ortiz', confirmed: { record: true } }
];
