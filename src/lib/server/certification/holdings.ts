import { sql, type Kysely } from 'kysely';
import type { Database } from '#lib/server/db/schema.ts';
import type { CertificationPeriod, Revocation } from './status.ts';

/** What a learner (or all learners of a person) holds: the evidence that certifications and gates rest on. */
export type Holdings = {
	periods: (CertificationPeriod & { certification: string; certificate: string | null })[];
	revocations: (Revocation & { certification: string })[];
	credits: { certification: string; from: Date; until: Date | null }[];
	waivers: { course: string; from: Date; until: Date }[];
	acknowledgements: { policy: string; version: string; at: Date }[];
	completions: {
		id: string;
		course: string;
		cycle: number;
		at: Date;
		annulled: boolean;
		version: string;
		path: string;
		attempt: string | null;
	}[];
};

type Raw = {
	key: string;
	periods: {
		id: string;
		certification: string;
		from: string;
		until: string | null;
		completed_at: string;
		certificate: string | null;
	}[];
	revocations: { certification: string; kind: 'revoked' | 'restored'; at: string }[];
	credits: { certification: string; from: string; until: string | null }[];
	waivers: { course: string; from: string; until: string }[];
	acknowledgements: { policy: string; version: string; at: string }[];
	completions: {
		id: string;
		course: string;
		cycle: number;
		at: string;
		annulled: boolean;
		version: string;
		path: string;
		attempt: string | null;
	}[];
};

const instant = (text: string) => new Date(text);
const instantOrNull = (text: string | null) => (text === null ? null : new Date(text));

export const nothingHeld: Holdings = {
	periods: [],
	revocations: [],
	credits: [],
	waivers: [],
	acknowledgements: [],
	completions: []
};

/** Holdings of one learner, whether a person's or a visitor's. */
export async function ofLearner(db: Kysely<Database>, learner: string): Promise<Holdings> {
	const held = await query(db, sql`select ${learner}::uuid as key, ${learner}::uuid as learner`);
	return held.get(learner) ?? nothingHeld;
}

/** Holdings of people, over all learners linked to each. People without any get empty holdings. */
export async function ofPeople(db: Kysely<Database>, people: string[]): Promise<Map<string, Holdings>> {
	if (people.length === 0) return new Map();
	const held = await query(
		db,
		sql`select person as key, learner from learner_person where person = any(${`{${people.join(',')}}`}::uuid[])`
	);
	for (const person of people) if (!held.has(person)) held.set(person, nothingHeld);
	return held;
}

async function query(db: Kysely<Database>, whose: ReturnType<typeof sql>): Promise<Map<string, Holdings>> {
	const { rows } = await sql<Raw>`
		with whose as (${whose})
		select key,
			coalesce((select json_agg(json_build_object('id', p.id, 'certification', p.certification, 'from', lower(p.during),
					'until', upper(p.during), 'completed_at', p.completed_at, 'certificate', c.code))
				from period p left join certificate c on c.period = p.id
				where p.learner = any (array_agg(whose.learner))
					and not exists (select from completion_annulment a where a.completion = p.completion)), '[]') as periods,
			coalesce((select json_agg(json_build_object('certification', certification, 'kind', kind, 'at', recorded_at))
				from period_change where learner = any (array_agg(whose.learner))), '[]') as revocations,
			coalesce((select json_agg(json_build_object('certification', certification, 'from', lower(during), 'until', upper(during)))
				from credit where learner = any (array_agg(whose.learner))), '[]') as credits,
			coalesce((select json_agg(json_build_object('course', course, 'from', lower(during), 'until', upper(during)))
				from waiver where learner = any (array_agg(whose.learner))), '[]') as waivers,
			coalesce((select json_agg(json_build_object('policy', policy, 'version', version, 'at', recorded_at))
				from acknowledgement where learner = any (array_agg(whose.learner))), '[]') as acknowledgements,
			coalesce((select json_agg(json_build_object('id', c.id, 'course', c.course, 'cycle', c.cycle, 'at', c.completed_at,
					'annulled', a.completion is not null, 'version', v.version, 'path', c.path, 'attempt', c.attempt) order by c.completed_at)
				from completion c join course_version v on v.id = c.course_version
				left join completion_annulment a on a.completion = c.id
				where c.learner = any (array_agg(whose.learner))), '[]') as completions
		from whose group by key
	`.execute(db);
	return new Map(
		rows.map((raw) => [
			raw.key,
			{
				periods: raw.periods.map(({ from, until, completed_at, ...rest }) => ({
					...rest,
					from: instant(from),
					until: instantOrNull(until),
					completedAt: instant(completed_at)
				})),
				revocations: raw.revocations.map(({ at, ...rest }) => ({ ...rest, at: instant(at) })),
				credits: raw.credits.map(({ from, until, ...rest }) => ({
					...rest,
					from: instant(from),
					until: instantOrNull(until)
				})),
				waivers: raw.waivers.map(({ from, until, ...rest }) => ({
					...rest,
					from: instant(from),
					until: instant(until)
				})),
				acknowledgements: raw.acknowledgements.map(({ at, ...rest }) => ({ ...rest, at: instant(at) })),
				completions: raw.completions.map(({ at, ...rest }) => ({ ...rest, at: instant(at) }))
			}
		])
	);
}
