import type { RegistrationState } from '#lib/register/states.ts';

/** What happens to a demo account, in days before today. */
export type Step = { days: number } & (
	| { does: 'draft' }
	/** `reviewIn`: days from then to the day by which it is reviewed. */
	| { does: 'submit'; reviewIn?: number }
	| { does: 'sign' }
	| { does: 'approve'; reason?: string }
	| { does: 'change' | 'reject' | 'close'; reason: string }
	| { does: 'move'; to: RegistrationState; by?: string; reason?: string }
);
/** People are named by their keys in people.ts. Owner and co-owner hold both certifications when they submit. */
export type DemoAccount = {
	name: string;
	handle: string;
	platform: 'photo-app' | 'video-site' | 'blog';
	description: string;
	purpose: string;
	goals: string[];
	audience: ('public' | 'families' | 'students' | 'members')[];
	bands?: ('K-2' | '3-5' | '6-8' | '9-12')[];
	owner: string;
	coOwner: string;
	reviewer: 'principal' | 'central-principal' | 'thomas-principal';
	steps: Step[];
};

// Nobody could review before the workshop of 130 days ago.
const approved = (submitted: number, reviewIn = 200): Step[] => [
	{ days: submitted, does: 'submit', reviewIn },
	{ days: submitted - 1, does: 'sign' },
	{ days: submitted - 3, does: 'approve' }
];
const mountain = { reviewer: 'principal' } as const;
const central = { reviewer: 'central-principal' } as const;
const thomas = { reviewer: 'thomas-principal' } as const;
const forEverybody = {
	goals: ['II.3', 'II.9'],
	audience: ['public', 'families']
} satisfies Partial<DemoAccount>;
const forFamilies = { goals: ['II.9'], audience: ['families'] } satisfies Partial<DemoAccount>;
const forTheClass = {
	goals: ['II.2', 'II.6'],
	audience: ['families', 'students'],
	bands: ['6-8']
} satisfies Partial<DemoAccount>;

/** The register of the demo district: each state that a registration can be in. */
export const demoAccounts: DemoAccount[] = [
	{
		...mountain,
		...forEverybody,
		owner: 'certified',
		coOwner: 'chidi.abara',
		name: 'Room 6B Robotics',
		handle: 'room6b_robotics',
		platform: 'photo-app',
		description: 'What our robots do, week by week.',
		purpose: 'Show families what the class builds, and invite questions about it.',
		steps: approved(100)
	},
	{
		...mountain,
		...forEverybody,
		owner: 'chidi.abara',
		coOwner: 'priya.nair',
		name: 'Mountain View Weather Watch',
		handle: 'mountainview_weather',
		platform: 'blog',
		description: 'Grade 7 measures rain, wind and snow, and says what it means.',
		purpose: 'Students publish what they measured, and families compare it with the weather at home.',
		steps: approved(125, 250)
	},
	{
		// Its owner’s certification was revoked since: active by its last move, and yet no longer shown.
		...mountain,
		...forFamilies,
		owner: 'sean.obrien',
		coOwner: 'chidi.abara',
		name: 'Grade 8 History Day',
		handle: 'grade8_historyday',
		platform: 'video-site',
		description: 'Short films of the History Day projects.',
		purpose: 'Families see the films that were made for History Day, with captions in two languages.',
		steps: approved(115)
	},
	{
		...mountain,
		...forTheClass,
		owner: 'chidi.abara',
		coOwner: 'hana.kim',
		name: 'Science Lab 7',
		handle: 'sciencelab7_mv',
		platform: 'photo-app',
		description: 'Pictures of our experiments, and the question of the week.',
		purpose:
			'Show each week’s experiment, so that students can look it up and families can ask about it at home.',
		steps: [
			{ days: 4, does: 'submit' },
			{ days: 3, does: 'sign' }
		]
	},
	{
		...mountain,
		...forFamilies,
		owner: 'hana.kim',
		coOwner: 'priya.nair',
		name: 'Mountain View Library Corner',
		handle: 'mv_librarycorner',
		platform: 'photo-app',
		description: 'New books, reading challenges and library hours.',
		purpose: 'Tell families which books are new and when the library is open in the evening.',
		steps: [{ days: 1, does: 'submit' }]
	},
	{
		...mountain,
		...forFamilies,
		owner: 'priya.nair',
		coOwner: 'chidi.abara',
		name: 'Math Trail Mountain View',
		handle: 'mathtrail_mv',
		platform: 'blog',
		description: 'A puzzle for the walk to school.',
		purpose: 'A weekly puzzle that families solve together, with the answer on the following Monday.',
		steps: [
			...approved(124, 79),
			{ days: 45, does: 'move', to: 'renewal_due' },
			{ days: 15, does: 'move', to: 'lapsed' }
		]
	},
	{
		...mountain,
		...forEverybody,
		owner: 'sean.obrien',
		coOwner: 'priya.nair',
		name: 'Mountain View Debate Notes',
		handle: 'mv_debatenotes',
		platform: 'blog',
		description: 'Questions that our classes debate, and the rules we debate by.',
		purpose: 'Publish the questions that are debated in class, so that families can take them up at home.',
		steps: [
			...approved(113),
			{
				days: 22,
				does: 'move',
				to: 'suspended',
				by: 'admin',
				reason: 'Its password was found to be shared with students.'
			},
			{
				days: 18,
				does: 'move',
				to: 'revoked',
				by: 'admin',
				reason: 'The password was shared again after two written warnings, against what was attested.'
			}
		]
	},
	{
		...mountain,
		...forFamilies,
		owner: 'emile.durand',
		coOwner: 'chidi.abara',
		name: 'French Table',
		handle: 'frenchtable_mv',
		platform: 'photo-app',
		description: 'Words, songs and recipes of the week.',
		purpose: 'Families hear what the class learns in French, and can practise it at the table.',
		steps: [{ days: 5, does: 'draft' }]
	},
	{
		...central,
		...forEverybody,
		owner: 'noor.ahmadi',
		coOwner: 'ingrid.eriksen',
		name: 'Central Tree Gardeners',
		handle: 'centraltree_gardeners',
		platform: 'photo-app',
		description: 'What grows behind the gym, from seed to soup.',
		purpose: 'Show what the class plants and harvests, and when families can help in the garden.',
		steps: approved(120, 260)
	},
	{
		...central,
		...forTheClass,
		owner: 'oleg.bondar',
		coOwner: 'noor.ahmadi',
		name: 'Room 12 Reads',
		handle: 'room12_reads',
		platform: 'video-site',
		description: 'One minute about one book.',
		purpose: 'Students present a book in one minute, and others in the class answer with a question.',
		steps: approved(90)
	},
	{
		...central,
		...forEverybody,
		owner: 'noor.ahmadi',
		coOwner: 'oleg.bondar',
		name: 'Central Tree Art Wall',
		handle: 'centraltree_artwall',
		platform: 'photo-app',
		description: 'Works of our art classes, without names.',
		purpose: 'Show the works of the art classes to families who can’t come to the exhibition.',
		steps: [
			{ days: 6, does: 'submit' },
			{ days: 5, does: 'sign' },
			{ days: 2, does: 'move', to: 'in_review', by: 'central-principal' }
		]
	},
	{
		...central,
		...forFamilies,
		owner: 'oleg.bondar',
		coOwner: 'ingrid.eriksen',
		name: 'Central Tree News',
		handle: 'centraltree_news',
		platform: 'blog',
		description: 'News of grade 6.',
		purpose: 'Tell the families of grade 6 what is coming up in the next two weeks.',
		steps: [
			{ days: 12, does: 'submit' },
			{ days: 11, does: 'sign' },
			{
				days: 9,
				does: 'change',
				reason:
					'The name reads as if it spoke for the whole school. Please name the grade in it: “Grade 6 News”.'
			}
		]
	},
	{
		...central,
		...forFamilies,
		owner: 'ingrid.eriksen',
		coOwner: 'noor.ahmadi',
		name: 'Central Tree Library',
		handle: 'centraltree_library',
		platform: 'photo-app',
		description: 'New on the shelves, and open hours.',
		purpose: 'Tell families what is new in the library and when it is open after school.',
		steps: [...approved(118, 111), { days: 7, does: 'move', to: 'renewal_due' }]
	},
	{
		...central,
		...forTheClass,
		owner: 'oleg.bondar',
		coOwner: 'ingrid.eriksen',
		name: 'Coding Corner Central',
		handle: 'codingcorner_central',
		platform: 'blog',
		description: 'Small programs that our class wrote.',
		purpose: 'Students publish small programs and explain how they work to others in the class.',
		steps: [
			...approved(85),
			{
				days: 4,
				does: 'move',
				to: 'transfer_pending',
				by: 'admin',
				reason: 'The co-owner moves to another school after the winter break.'
			}
		]
	},
	{
		...central,
		...forFamilies,
		owner: 'noor.ahmadi',
		coOwner: 'oleg.bondar',
		name: 'Spring Trip Diary',
		handle: 'springtrip_diary',
		platform: 'blog',
		description: 'Where we are, and that all are well.',
		purpose: 'Families follow the class trip day by day, without pictures of single students.',
		steps: [
			...approved(88),
			{ days: 30, does: 'close', reason: 'The trip is over and its records are saved.' },
			{ days: 26, does: 'move', to: 'closed', by: 'admin' }
		]
	},
	{
		...thomas,
		...forEverybody,
		owner: 'aisha.bello',
		coOwner: 'dmitri.chernov',
		name: 'Thomas Hill Pond Project',
		handle: 'thomashill_pond',
		platform: 'photo-app',
		description: 'Frogs, dragonflies and what the water tells us.',
		purpose: 'Show what the class finds at the pond in each season, and how it measures the water.',
		steps: approved(75)
	},
	{
		...thomas,
		...forFamilies,
		owner: 'paul.mercier',
		coOwner: 'aisha.bello',
		name: 'Thomas Hill Story Hour',
		handle: 'thomashill_storyhour',
		platform: 'video-site',
		description: 'A story each Friday, read aloud with the book in view.',
		purpose: 'Younger children hear a story again at home, and families learn which book it is from.',
		steps: approved(70)
	},
	{
		// Its owner’s certification has just run out: grace keeps the account for now.
		...thomas,
		...forFamilies,
		owner: 'yuki.ito',
		coOwner: 'paul.mercier',
		name: 'Origami Wednesdays',
		handle: 'origami_wednesdays',
		platform: 'video-site',
		description: 'One fold a week, hands only.',
		purpose: 'Show each week’s fold step by step, so that students can finish it at home with their family.',
		steps: approved(128, 240)
	},
	{
		...thomas,
		...forEverybody,
		owner: 'dmitri.chernov',
		coOwner: 'aisha.bello',
		name: 'Thomas Hill Fun Page',
		handle: 'thomashill_fun',
		platform: 'photo-app',
		description: 'Funny moments of our school days.',
		purpose: 'Post funny moments from the school day, so that everybody has something to smile about.',
		steps: [
			{ days: 40, does: 'submit' },
			{ days: 39, does: 'sign' },
			{
				days: 37,
				does: 'reject',
				reason:
					'The purpose is not school-related as the policy asks (II.0a), and such pictures would show students unasked.'
			}
		]
	},
	{
		...thomas,
		...forFamilies,
		owner: 'paul.mercier',
		coOwner: 'yuki.ito',
		name: 'Reading Buddies',
		handle: 'readingbuddies_th',
		platform: 'photo-app',
		description: 'Older readers and younger listeners.',
		purpose: 'Show how older students read to younger ones, and which books they choose together.',
		steps: [
			...approved(111),
			{
				days: 8,
				does: 'move',
				to: 'suspended',
				by: 'admin',
				reason:
					'A picture showed a child who is not on the photo permission list, and was not taken down the same day.'
			}
		]
	},
	{
		...thomas,
		...forFamilies,
		owner: 'aisha.bello',
		coOwner: 'paul.mercier',
		name: 'Recycling Patrol',
		handle: 'recyclingpatrol_th',
		platform: 'photo-app',
		description: 'What we saved from the bin this week.',
		purpose: 'Show families what the recycling patrol collects, and what goes into which bin.',
		steps: [
			...approved(72),
			{ days: 2, does: 'close', reason: 'The project ends with the year; its records are saved.' }
		]
	}
];
