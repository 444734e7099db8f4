import type { Kysely } from 'kysely';
import { prepared } from '#lib/server/db/prepared.ts';
import type { Database } from '#lib/server/db/schema.ts';
import { learnersWith } from '#lib/server/learning/learners.ts';
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

/** What `heldBy` gives: the same as JSON, with instants as text. */
export type HeldJson = {
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

/** SQL of what an array of learners holds together, as one JSON value (HeldJson). */
export function heldBy(learners: string): string {
	return `json_build_object(
		'periods', (select coalesce(json_agg(json_build_object('id', p.id, 'certification', p.certification,
				'from', lower(p.during), 'until', upper(p.during), 'completed_at', p.completed_at, 'certificate', c.code)), '[]')
			from period p left join certificate c on c.period = p.id
			where p.learner = any (${learners})
				and not exists (select from completion_annulment a where a.completion = p.completion)),
		'revocations', (select coalesce(json_agg(json_build_object('certification', certification, 'kind', kind,
				'at', recorded_at)), '[]')
			from period_change where learner = any (${learners})),
		'credits', (select coalesce(json_agg(json_build_object('certification', certification, 'from', lower(during),
				'until', upper(during))), '[]')
			from credit where learner = any (${learners})),
		'waivers', (select coalesce(json_agg(json_build_object('course', course, 'from', lower(during),
				'until', upper(during))), '[]')
			from waiver where learner = any (${learners})),
		'acknowledgements', (select coalesce(json_agg(json_build_object('policy', policy, 'version', version,
				'at', recorded_at)), '[]')
			from acknowledgement where learner = any (${learners})),
		'completions', (select coalesce(json_agg(json_build_object('id', c.id, 'course', c.course, 'cycle', c.cycle,
				'at', c.completed_at, 'annulled', a.completion is not null, 'version', v.version, 'path', c.path,
				'attempt', c.attempt) order by c.completed_at), '[]')
			from completion c join course_version v on v.id = c.course_version
			left join completion_annulment a on a.completion = c.id
			where c.learner = any (${learners}))
	)`;
}

/** Holdings of one learner, whether a visitor's or a person's; with those of the person's other learners. */
export async function ofLearner(db: Kysely<Database>, learner: string): Promise<Holdings> {
	const [row] = await readHeld(db, learner);
	return row ? holdingsOf(row.held) : nothingHeld;
}

const readHeld = prepared<{ held: HeldJson }>(
	`select ${heldBy('whose.learners')} as held from (select ${learnersWith('$1')} as learners offset 0) whose`
);

/** Holdings of people, over all learners linked to each. People without any get empty holdings. */
export async function ofPeople(db: Kysely<Database>, people: string[]): Promise<Map<string, Holdings>> {
	if (people.length === 0) return new Map();
	const rows = await readHeldOfPeople(db, people);
	const held = new Map(rows.map(({ person, held }) => [person, holdingsOf(held)]));
	for (const person of people) if (!held.has(person)) held.set(person, nothingHeld);
	return held;
}

const readHeldOfPeople = prepared<{ person: string; held: HeldJson }>(`
	select person, ${heldBy('whose.learners')} as held
	from (
		select person, array_agg(learner) as learners from learner_person
		where person = any ($1::uuid[]) group by person
	) whose
`);

/** The holdings in what `heldBy` gave. */
export function holdingsOf(raw: HeldJson): Holdings {
	return {
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
	};
}
