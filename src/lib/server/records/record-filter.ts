import { Temporal } from 'temporal-polyfill';
import type { Kysely } from 'kysely';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { administersSchools, seesDistrict } from '#lib/server/auth/can.ts';
import { catalogue, district } from '#lib/server/catalogue/catalogue.ts';
import type { Database } from '#lib/server/db/schema.ts';

/**
 * A row's state at the chosen instant. `completed` covers grace (the validity date beside it tells); `expired` means
 * that grace has run out and no renewal stands; `revoked` covers annulled records.
 */
export const statuses = [
	'not_started',
	'in_progress',
	'completed',
	'credited',
	'waived',
	'expired',
	'revoked'
] as const;
export type Status = (typeof statuses)[number];

export type RecordFilter = {
	/** The schools that rows are asked for; null for the whole district. Never more than the actor may see. */
	schools: string[] | null;
	course: string | null;
	status: Status | null;
	/** Letters of a name or an e-mail address. */
	search: string | null;
	/** What was true at this instant, by what was recorded until then. */
	asOf: Date;
	/** Roles held at `asOf` count as they were known at this instant: then, or now that a later roster told of them. */
	rolesKnown: Date;
	/** Whether scores and numbers of tries are shown (invariant 9: not to supervisors, unless the district sets it). */
	withScores: boolean;
};
export type FilterChoices = {
	schools: { id: string; name: string }[];
	courses: { slug: string; title: string }[];
};
export type FilterProblem = {
	field: 'school' | 'course' | 'status' | 'as_of' | 'roles';
	reason: 'unknown' | 'not-a-date' | 'in-the-future';
};
export type FilterValues = {
	school: string;
	course: string;
	status: string;
	as_of: string;
	roles: string;
	search: string;
};
/** Whose knowledge of an earlier day's roles is asked for. */
const knowledge = ['then', 'now'] as const;

/** What can be chosen: the schools in the actor's scope, and the courses and certifications there are records of. */
export async function choices(db: Kysely<Database>, actor: PersonActor): Promise<FilterChoices> {
	const own = administersSchools(actor);
	let query = db.selectFrom('organisation').select(['id', 'name']).orderBy('name');
	if (!seesDistrict(actor))
		query = query.where('id', 'in', own.length > 0 ? own : ['00000000-0000-0000-0000-000000000000']);
	const { courses, certifications } = catalogue();
	const taught = Object.values(courses);
	return {
		schools: await query.execute(),
		courses: [
			...taught.map((course) => ({ slug: course.slug, title: course.short })),
			// A certification without a course yet can be held by credit, and is recorded under its own id.
			...Object.entries(certifications)
				.filter(([id]) => !taught.some((course) => course.certification === id))
				.map(([id, title]) => ({ slug: id, title }))
		]
	};
}

/**
 * Reads the filter of page and export from the address. A value that can't be meant is a problem of its field, never
 * silently dropped; a school outside the actor's scope is as unknown as one that does not exist.
 */
export function readFilter(
	params: URLSearchParams,
	actor: PersonActor,
	known: FilterChoices,
	now: Date
):
	| { ok: true; filter: RecordFilter; values: FilterValues }
	| { ok: false; problems: FilterProblem[]; values: FilterValues } {
	const text = (name: string) => params.get(name)?.trim() ?? '';
	const values: FilterValues = {
		school: text('school'),
		course: text('course'),
		status: text('status'),
		as_of: text('as_of'),
		roles: text('roles'),
		search: text('search').slice(0, 100)
	};
	const problems: FilterProblem[] = [];
	if (values.school && !known.schools.some((school) => school.id === values.school))
		problems.push({ field: 'school', reason: 'unknown' });
	if (values.course && !known.courses.some((course) => course.slug === values.course))
		problems.push({ field: 'course', reason: 'unknown' });
	const status = statuses.find((entry) => entry === values.status) ?? null;
	if (values.status && !status) problems.push({ field: 'status', reason: 'unknown' });
	const knownAt = knowledge.find((entry) => entry === (values.roles || 'then'));
	if (!knownAt) problems.push({ field: 'roles', reason: 'unknown' });
	const day = values.as_of ? endOfDay(values.as_of, now) : now;
	if (typeof day === 'string') problems.push({ field: 'as_of', reason: day });
	if (problems.length > 0 || typeof day === 'string') return { ok: false, problems, values };
	const whole = seesDistrict(actor);
	return {
		ok: true,
		values,
		filter: {
			schools: values.school ? [values.school] : whole ? null : known.schools.map((school) => school.id),
			course: values.course || null,
			status,
			search: values.search || null,
			asOf: day,
			rolesKnown: knownAt === 'now' ? now : day,
			withScores: whole
		}
	};
}

/** The last millisecond of a civil day in the district's zone, or now when that day is today. */
function endOfDay(text: string, now: Date): Date | 'not-a-date' | 'in-the-future' {
	let day: Temporal.PlainDate;
	try {
		if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return 'not-a-date';
		day = Temporal.PlainDate.from(text, { overflow: 'reject' });
	} catch {
		return 'not-a-date';
	}
	const zone = district().time_zone;
	const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone).toPlainDate();
	const order = Temporal.PlainDate.compare(day, today);
	if (order > 0) return 'in-the-future';
	if (order === 0) return now;
	return new Date(day.add({ days: 1 }).toZonedDateTime({ timeZone: zone }).epochMilliseconds - 1);
}
