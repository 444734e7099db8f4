import type { AffiliationRole, Band } from '#lib/server/db/schema.ts';

/**
 * Single values as roster files write them. Each function gives what is meant, or says that it can't be told: nothing
 * is guessed. Vocabularies: OneRoster 1.1 and 1.2 CSV, grades by the Common Education Data Standards.
 */

/** Letters alone, in lower case: `District Administrator`, `district_administrator` and `districtAdministrator` are one. */
export function keyOf(value: string): string {
	return value.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

const roles = new Map<string, AffiliationRole>(
	Object.entries({
		teacher: 'teacher',
		principal: 'principal',
		administrator: 'administrator',
		districtadministrator: 'administrator',
		siteadministrator: 'administrator',
		systemadministrator: 'technology',
		sysadmin: 'technology',
		technology: 'technology',
		communications: 'communications',
		counselor: 'counselor',
		counsellor: 'counselor',
		librarian: 'librarian',
		aide: 'aide',
		coach: 'coach',
		student: 'student',
		guardian: 'guardian',
		parent: 'guardian',
		volunteer: 'volunteer'
	})
);
/** Known to OneRoster, and nothing that Waypost has an audience for: neither staff nor a guardian. */
const unusedRoles = new Set(['proctor', 'relative']);
/** As OneRoster writes them, which is no correction. */
const roleSpellings = new Set([
	...roles.values(),
	'districtAdministrator',
	'siteAdministrator',
	'systemAdministrator',
	'parent'
]);

/** A role, `unused` for one without an audience, `unknown` for anything else. `exact`: written as it should be. */
export function readRole(
	value: string
): { role: AffiliationRole; exact: boolean } | { role: 'unused' | 'unknown' } {
	// OneRoster 1.2 marks words of one's own so.
	const word = value.trim().replace(/^ext:/i, '');
	const role = roles.get(keyOf(word));
	if (role) return { role, exact: roleSpellings.has(word) };
	return { role: unusedRoles.has(keyOf(word)) ? 'unused' : 'unknown' };
}

export const knownRoles = [...new Set(roles.values())].sort();

export type Status = 'active' | 'gone' | 'inactive';
const statuses = new Map<string, Status>(
	Object.entries({
		'': 'active',
		active: 'active',
		tobedeleted: 'gone',
		// OneRoster 1.0 knew it besides.
		inactive: 'inactive'
	})
);
export function readStatus(value: string): { status: Status; exact: boolean } | null {
	const status = statuses.get(keyOf(value));
	return status ? { status, exact: value === keyOf(value) } : null;
}

const yes = new Set(['true', 't', 'yes', 'y', '1']);
const no = new Set(['false', 'f', 'no', 'n', '0']);
export function readBoolean(value: string): boolean | null {
	const word = value.trim().toLowerCase();
	if (yes.has(word)) return true;
	return no.has(word) ? false : null;
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
/** The number of a month that is written in words, whole or by its first three letters; NaN for anything else. */
function monthOf(word: string): number {
	const isMonth =
		/^(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)$/i;
	return isMonth.test(word) ? months.indexOf(word.slice(0, 3).toLowerCase()) + 1 : NaN;
}

/**
 * A civil day as `2026-08-26`, from ISO dates and instants, `8/26/2026`, `20260826`, `26-Aug-2026` and `August 26, 2026`;
 * null for what is unclear. Months come before days where both are numbers, as in the United States.
 */
export function readDay(value: string): string | null {
	const parts =
		/^(?<y>\d{4})-(?<m>\d{1,2})-(?<d>\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?$/.exec(value)?.groups ??
		/^(?<y>\d{4})\/(?<m>\d{1,2})\/(?<d>\d{1,2})$/.exec(value)?.groups ??
		/^(?<m>\d{1,2})([/-])(?<d>\d{1,2})\2(?<y>\d{4})(?: \d{1,2}:\d{2}.*)?$/.exec(value)?.groups ??
		/^(?<d>\d{1,2})[ -](?<m>[a-z]{3,9})\.?[ -](?<y>\d{4})$/i.exec(value)?.groups ??
		/^(?<m>[a-z]{3,9})\.? (?<d>\d{1,2}),? (?<y>\d{4})$/i.exec(value)?.groups ??
		/^(?<y>\d{4})(?<m>\d{2})(?<d>\d{2})$/.exec(value)?.groups;
	if (!parts) return null;
	const written = parts['m'] ?? '';
	const month = /^\d/.test(written) ? Number(written) : monthOf(written);
	const [year, day] = [Number(parts['y']), Number(parts['d'])];
	if (Number.isNaN(month) || year < 1900 || year > 2199) return null;
	const date = new Date(Date.UTC(year, month - 1, day));
	// The 31st of April would have become the 1st of May.
	if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
	return date.toISOString().slice(0, 10);
}

/** The civil day after this one. */
export function dayAfter(day: string): string {
	return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

const withoutBand = new Set(
	'it pr pk tk ps ug ae abe ot other p3 p4 pk3 pk4 ec ee 13 14 nursery prekindergarten preschool infanttoddler transitionalkindergarten postsecondary ungraded'.split(
		' '
	)
);

/** The band of one grade; `none` for grades outside of K to 12; null for what is no grade. */
export function readGrade(value: string): Band | 'none' | null {
	const word = keyOf(value);
	if (/^(?:kg|k|kindergarten)$/.test(word)) return 'K-2';
	if (withoutBand.has(word)) return 'none';
	const number = /^(?:grade|gr\.?|g)?\s*0?(\d{1,2})(?:st|nd|rd|th)?(?:\s+grade)?$/i.exec(value.trim())?.[1];
	const grade = Number(number ?? NaN);
	if (grade >= 1 && grade <= 2) return 'K-2';
	if (grade >= 3 && grade <= 5) return '3-5';
	if (grade >= 6 && grade <= 8) return '6-8';
	if (grade >= 9 && grade <= 12) return '9-12';
	return null;
}

export type Grades =
	| { band: Band }
	| { band: null; why: 'empty' | 'none' | 'mixed' }
	| { band: null; why: 'unknown'; value: string };

/** The band of a list of grades, where all of it is in one. */
export function readGrades(value: string): Grades {
	const grades = listOf(value);
	if (grades.length === 0) return { band: null, why: 'empty' };
	const bands = new Set<Band | 'none'>();
	for (const grade of grades) {
		const band = readGrade(grade);
		if (band === null) {
			const isRange = /^\w+\s*(?:-|–|to)\s*\w+$/.test(grade) && !/^pk-?\d$/i.test(grade);
			return isRange ? { band: null, why: 'mixed' } : { band: null, why: 'unknown', value: grade };
		}
		bands.add(band);
	}
	const [band] = bands;
	if (bands.size > 1 || band === undefined) return { band: null, why: 'mixed' };
	return band === 'none' ? { band: null, why: 'none' } : { band };
}

/** The entries of a list in one cell: `a,b`, or `["a","b"]` as some exporters write it. */
export function listOf(value: string, separators = /,/): string[] {
	const bare = /^\[.*\]$/s.test(value) ? value.slice(1, -1).replaceAll('"', '') : value;
	return bare
		.split(separators)
		.map((entry) => entry.trim())
		.filter((entry) => entry !== '');
}

/** An address as it is compared, in lower case; null for what can't be one. */
export function readEmail(value: string): string | null {
	const address = value.trim().toLowerCase();
	return /^[^\s@,;<>()"]+@[^\s@,;<>()"]+\.[^\s@,;<>()".]+$/.test(address) ? address : null;
}

/**
 * Words as people read them: composed, with single spaces, and without characters that nobody sees or that turn the
 * direction of what follows.
 */
export function readWords(value: string): string {
	return value
		.normalize('NFC')
		.replace(/\s+/gu, ' ')
		.replace(/[\p{Cc}\p{Cs}\p{Co}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu, '')
		.trim();
}
