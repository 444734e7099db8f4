import type { SignInPicture } from './picture-secret.ts';

/** One stroke or patch of a drawing in a square of 96 units; colours are roles of tokens.css or the ink of faces. */
type Part = { d: string; fill?: string; line?: string; width?: number };
type Drawing = { ground: string; parts: Part[] };

const ink = '#22140d';

/** A circle as a path. */
function round(x: number, y: number, radius: number, rest: Omit<Part, 'd'>): Part {
	return {
		d: `M${x - radius} ${y}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0z`,
		...rest
	};
}

/** Each tells itself apart by its outline alone, so that no child has to know a colour. */
export const drawings: Record<SignInPicture, Drawing> = {
	sun: {
		ground: 'var(--sky)',
		parts: [
			{
				d: 'M48 8v14M48 74v14M8 48h14M74 48h14M20 20l10 10M66 66l10 10M76 20l-10 10M30 66l-10 10',
				line: 'var(--wait)',
				width: 7
			},
			round(48, 48, 20, { fill: 'var(--sun)', line: 'var(--wait)', width: 3 })
		]
	},
	moon: {
		ground: 'var(--note-ground)',
		parts: [
			{
				d: 'M60 12a37 37 0 1 0 22 52A31 31 0 0 1 60 12z',
				fill: 'var(--sun)',
				line: 'var(--wait)',
				width: 3
			}
		]
	},
	star: {
		ground: 'var(--note-ground)',
		parts: [
			{
				d: 'M48 10l11 25 27 3-20 18 6 27-24-14-24 14 6-27L10 38l27-3z',
				fill: 'var(--sun)',
				line: 'var(--wait)',
				width: 3
			}
		]
	},
	tree: {
		ground: 'var(--sky)',
		parts: [
			{ d: 'M43 44h10v44H43z', fill: 'var(--post)' },
			round(48, 32, 22, { fill: 'var(--hill-near)' }),
			round(30, 48, 16, { fill: 'var(--hill-near)' }),
			round(66, 48, 16, { fill: 'var(--hill-near)' }),
			{ d: 'M6 88h84', line: 'var(--hill-mid)', width: 8 }
		]
	},
	flower: {
		ground: 'var(--good-ground)',
		parts: [
			{ d: 'M48 44v46M48 74c-6-10-16-12-22-10 2 8 12 14 22 10z', line: 'var(--hill-near)', width: 6 },
			round(48, 18, 12, { fill: 'var(--stop)' }),
			round(65, 31, 12, { fill: 'var(--stop)' }),
			round(58, 51, 12, { fill: 'var(--stop)' }),
			round(38, 51, 12, { fill: 'var(--stop)' }),
			round(31, 31, 12, { fill: 'var(--stop)' }),
			round(48, 36, 11, { fill: 'var(--sun)' })
		]
	},
	apple: {
		ground: 'var(--wait-ground)',
		parts: [
			{
				d: 'M48 32c8-10 34-8 34 16S66 88 56 86c-5-1-11-1-16 0-10 2-26-14-26-38s26-26 34-16z',
				fill: 'var(--stop)'
			},
			{ d: 'M48 32c0-10 2-16 8-22', line: 'var(--post)', width: 6 },
			{ d: 'M56 20c6-10 18-10 24-6-4 10-16 12-24 6z', fill: 'var(--hill-near)' }
		]
	},
	fish: {
		ground: 'var(--note-ground)',
		parts: [
			{ d: 'M62 48 90 26v44z', fill: 'var(--wait)' },
			{ d: 'M8 48c12-30 48-32 62 0-14 32-50 30-62 0z', fill: 'var(--sun)', line: 'var(--wait)', width: 3 },
			round(26, 42, 5, { fill: ink }),
			{ d: 'M44 34c6 8 6 20 0 28', line: 'var(--wait)', width: 4 }
		]
	},
	bird: {
		ground: 'var(--sky)',
		parts: [
			{
				d: 'M18 62C18 36 36 26 52 30c2-14 26-16 28 2l12 6-12 6c0 26-18 38-36 36S10 90 4 84c4-4 10-12 14-22z',
				fill: 'var(--note)'
			},
			{ d: 'M34 60c4-16 18-20 28-14-2 16-16 22-28 14z', fill: 'var(--note-ground)' },
			round(68, 31, 4.5, { fill: ink }),
			{ d: 'M44 80v10M56 78v12', line: 'var(--wait)', width: 5 }
		]
	},
	cat: {
		ground: 'var(--wait-ground)',
		parts: [
			{
				d: 'M18 12l22 16h16l22-16v40c0 20-14 34-30 34S18 72 18 52z',
				fill: 'var(--sun)',
				line: 'var(--wait)',
				width: 3
			},
			round(36, 48, 5, { fill: ink }),
			round(60, 48, 5, { fill: ink }),
			{ d: 'M44 58h8l-4 5z', fill: ink },
			{
				d: 'M48 63c-2 7-10 8-13 4M48 63c2 7 10 8 13 4M6 54l18 3M6 70l18-4M90 54l-18 3M90 70l-18-4',
				line: ink,
				width: 3
			}
		]
	},
	house: {
		ground: 'var(--sky)',
		parts: [
			{ d: 'M20 44h56v42H20z', fill: 'var(--path)' },
			{ d: 'M8 48 48 12l40 36z', fill: 'var(--stop)' },
			{ d: 'M41 58h16v28H41z', fill: 'var(--post)' },
			{ d: 'M26 54h10v12H26zM62 54h10v12H62z', fill: 'var(--note)' },
			{ d: 'M6 88h84', line: 'var(--hill-near)', width: 6 }
		]
	},
	boat: {
		ground: 'var(--sky)',
		parts: [
			{ d: 'M46 10v50', line: 'var(--post)', width: 5 },
			{ d: 'M52 14 84 56H52z', fill: 'var(--stop)' },
			{ d: 'M40 22 16 56h24z', fill: 'var(--path)', line: 'var(--post)', width: 2 },
			{ d: 'M10 62h76L74 82H24z', fill: 'var(--post)' },
			{ d: 'M4 90c8-6 14-6 22 0s14 6 22 0 14-6 22 0 14 6 22 0', line: 'var(--note)', width: 5 }
		]
	},
	car: {
		ground: 'var(--good-ground)',
		parts: [
			{ d: 'M8 68V50l16-4 12-20h30l12 20 10 6v16z', fill: 'var(--stop)' },
			{ d: 'M40 32h10v14H32zM55 32h8l8 14H55z', fill: 'var(--note-ground)' },
			round(28, 70, 11, { fill: ink }),
			round(28, 70, 4, { fill: 'var(--path)' }),
			round(70, 70, 11, { fill: ink }),
			round(70, 70, 4, { fill: 'var(--path)' }),
			{ d: 'M4 84h88', line: 'var(--line-strong)', width: 5 }
		]
	},
	ball: {
		ground: 'var(--note-ground)',
		parts: [
			round(48, 48, 36, { fill: 'var(--path)' }),
			{ d: 'M48 12c-24 14-24 58 0 72A36 36 0 0 1 48 12z', fill: 'var(--stop)' },
			{ d: 'M48 12c24 14 24 58 0 72A36 36 0 0 0 48 12z', fill: 'var(--evergreen)' },
			round(48, 48, 36, { line: ink, width: 3 })
		]
	},
	umbrella: {
		ground: 'var(--sky)',
		parts: [
			{ d: 'M8 52C8 8 88 8 88 52c-7-8-19-8-26 0-7-8-21-8-28 0-7-8-19-8-26 0z', fill: 'var(--says-law)' },
			{ d: 'M48 12V8M48 48v30c0 14-18 14-18 2', line: 'var(--post)', width: 6 }
		]
	},
	balloon: {
		ground: 'var(--wait-ground)',
		parts: [
			{ d: 'M48 64c-6 8 6 12 0 26', line: 'var(--post)', width: 4 },
			{ d: 'M48 8c18 0 26 12 26 26S60 62 48 62 22 48 22 34 30 8 48 8z', fill: 'var(--says-law)' },
			{ d: 'M42 70l6-9 6 9z', fill: 'var(--says-law)' },
			{ d: 'M36 22c2-4 5-6 9-7', line: 'var(--ground-raised)', width: 5 }
		]
	},
	cake: {
		ground: 'var(--stop-ground)',
		parts: [
			{ d: 'M48 36V20', line: 'var(--note)', width: 7 },
			{ d: 'M48 6c6 6 5 12 0 13-5-1-6-7 0-13z', fill: 'var(--sun)', line: 'var(--wait)', width: 2 },
			{ d: 'M18 38h60v18H18z', fill: 'var(--path)' },
			{ d: 'M18 38h60v8c-6 8-10 8-15 0-5 8-10 8-15 0-5 8-10 8-15 0-5 8-9 8-15 0z', fill: 'var(--stop)' },
			{ d: 'M10 56h76v28H10z', fill: 'var(--sun)' },
			{ d: 'M4 88h88', line: 'var(--line-strong)', width: 5 }
		]
	}
};
