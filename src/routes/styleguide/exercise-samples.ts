import type { ExerciseOf, ExerciseType } from '#lib/lesson/exercise.ts';

/** One small exercise of each kind, for the style guide; a kind without a sample does not compile. */
export const exerciseSamples: { [Type in ExerciseType]: ExerciseOf<Type> } = {
	sort: {
		id: 'sample-sort',
		type: 'sort',
		title: 'Sort: into the bag or on the shelf',
		prompt: 'Put each thing where a hiker keeps it.',
		groups: [
			{ id: 'bag', label: 'In the bag' },
			{ id: 'shelf', label: 'On the shelf' }
		],
		cards: [
			{ text: 'Water', group: 'bag', feedback: 'Always with you.' },
			{ text: 'A piano', group: 'shelf', feedback: 'Hard to carry uphill.' },
			{ text: 'A map', group: 'bag', feedback: 'It works without a signal.' }
		],
		done: 'The bag is packed.'
	},
	order: {
		id: 'sample-order',
		type: 'order',
		title: 'Order: making tea',
		prompt: 'Bring the steps into order.',
		steps: [
			{ text: 'Boil the water.', why: 'Everything else waits for it.' },
			{ text: 'Pour it over the leaves.', why: 'While it is hot.' },
			{ text: 'Wait four minutes.', why: 'Patience makes the tea.' }
		]
	},
	spot: {
		id: 'sample-spot',
		type: 'spot',
		title: 'Spot: a notice with a slip',
		prompt: 'Choose what should be put right.',
		mock: {
			kind: 'notice',
			title: 'Picnic on Saturday',
			text: 'We meet at the mill at 25 o’clock. Bring a blanket.'
		},
		spots: [
			{ text: 'The time', problem: true, feedback: 'No day has that many hours.' },
			{ text: 'The blanket', problem: false, feedback: 'The grass may be wet.' }
		]
	},
	branch: {
		id: 'sample-branch',
		type: 'branch',
		title: 'Branch: at the fork',
		prompt: 'Choose a way, and see where it leads.',
		start: 'fork',
		scenes: {
			fork: {
				text: 'The path divides, and the signpost is covered in snow.',
				choices: [
					{ text: 'Brush off the snow', to: 'inn', verdict: 'best', consequence: 'Now it can be read.' },
					{ text: 'Toss a coin', to: 'fork', verdict: 'risky', consequence: 'You are back here by noon.' }
				]
			},
			inn: { text: 'You reach the inn in time for soup.' }
		}
	},
	reveal: {
		id: 'sample-reveal',
		type: 'reveal',
		title: 'Reveal: what the marks mean',
		prompt: 'Open each card.',
		cards: [
			{ front: 'A yellow arrow', back: 'The trail goes on this way.' },
			{ front: 'Two stones', back: 'Somebody was here before you.' }
		]
	},
	checklist: {
		id: 'sample-checklist',
		type: 'checklist',
		title: 'Checklist: before you leave the hut',
		prompt: 'Tick what you have done.',
		items: [
			{ text: 'The stove is out.', why: 'Nobody watches it from now on.' },
			{ text: 'The door is shut.', why: 'Foxes like bread, too.' }
		]
	},
	'alt-text': {
		id: 'sample-alt-text',
		type: 'alt-text',
		title: 'Alternative text: what matters here',
		prompt: 'Write what somebody should know who can’t see it.',
		scene: 'science-fair',
		alt: 'Two children stand at a table with a small volcano.',
		context: 'For the invitation to the science fair.',
		keywords: [['children', 'kids', 'students'], ['volcano']],
		avoid: ['picture of', 'image of'],
		model: 'Two children show a small volcano at the science fair.',
		notes: ['It says who and what, in the order of importance.']
	},
	'form-practice': {
		id: 'sample-form-practice',
		type: 'form-practice',
		title: 'Form practice: booking a bed',
		prompt: 'Fill it in so that the keeper of the hut can help you.',
		fields: [
			{
				label: 'When do you come?',
				hint: 'The hut closes in November.',
				options: [
					{ text: 'In July', good: true, feedback: 'The door is open then.' },
					{ text: 'Some time', good: false, feedback: 'Which bed would you keep free?' }
				]
			}
		]
	},
	repair: {
		id: 'sample-repair',
		type: 'repair',
		title: 'Repair: a post without its place',
		prompt: 'Put the post right.',
		before: { kind: 'post', by: 'Hiking club', text: 'We meet soon!' },
		after: { kind: 'post', by: 'Hiking club', text: 'We meet on Sunday at nine, at the old mill.' },
		parts: [
			{
				label: 'The words',
				now: 'We meet soon!',
				options: [
					{ text: 'We meet on Sunday at nine, at the old mill.', good: true, feedback: 'Day, hour, place.' },
					{ text: 'We meet very soon!!', good: false, feedback: 'Louder, and no clearer.' }
				]
			}
		]
	},
	settings: {
		id: 'sample-settings',
		type: 'settings',
		title: 'Settings: the lamp in the hut',
		prompt: 'Set it so that everybody can sleep.',
		screen: 'Lamp',
		switches: [
			{
				label: 'At night',
				start: 0,
				options: [
					{ text: 'On', good: false, effect: 'It shines on every pillow.' },
					{ text: 'Dimmed', good: true, effect: 'Just enough to find the door.' }
				]
			}
		]
	},
	plan: {
		id: 'sample-plan',
		type: 'plan',
		title: 'Plan: our walk',
		prompt: 'Choose, then print it.',
		sheet: 'Our walk',
		parts: [
			{ kind: 'pick', label: 'What we take along', choices: ['Apples', 'A kite', 'A book'] },
			{ kind: 'amount', label: 'How long we walk', from: 1, to: 6, step: 1, start: 2, unit: 'hours' }
		],
		lines: ['Who comes along']
	},
	claim: {
		id: 'sample-claim',
		type: 'claim',
		title: 'Claim: heard on the trail',
		prompt: 'Does it hold?',
		claims: [
			{
				claim: 'Moss grows on the north side only.',
				heard: 'the camp fire',
				verdict: 'stretched',
				check: 'Often, but shade is what it likes.'
			}
		]
	},
	tap: {
		id: 'sample-tap',
		type: 'tap',
		title: 'Tap: for the youngest',
		prompt: 'Look, then tap a picture.',
		rounds: [
			{
				scene: 'outdoor-play',
				alt: 'Children play with a ball and a kite.',
				say: 'What flies up high?',
				answers: [
					{ picture: 'favorite-animal', text: 'A cat', good: false, say: 'Cats climb. Try again.' },
					{ picture: 'go-outside', text: 'What is outside', good: true, say: 'Yes! Up goes the kite.' }
				]
			}
		],
		done: 'You looked so well.'
	},
	queue: {
		id: 'sample-queue',
		type: 'queue',
		title: 'Queue: requests for the hut',
		prompt: 'Tick what stands in the way, then decide.',
		cases: [
			{
				title: 'Walking club, 40 people',
				rows: [
					{ label: 'Beds asked for', value: '40' },
					{ label: 'Beds in the hut', value: '12' }
				],
				findings: [
					{ text: 'There are too few beds.', problem: true, feedback: 'Twelve people can sleep here.' },
					{ text: 'They come on foot.', problem: false, feedback: 'So does everybody.' }
				],
				decision: 'change',
				why: 'A smaller group could come.'
			}
		]
	}
};
