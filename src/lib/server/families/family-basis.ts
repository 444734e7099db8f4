import { sql, type Kysely } from 'kysely';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { schoolYearOf } from '#lib/server/db/instants.ts';
import type { Database, PermissionAct, PermissionRelation, StudentFlag } from '#lib/server/db/schema.ts';
import { permissionState, type PermissionBasis, type PermissionState } from './permission-state.ts';

/** What permissions of one student rest on at an instant, as opaque ids. */
export type FamilyBasis = {
	/** What was signed for the school year that runs then, for every purpose, the oldest first. */
	words: RecordedWord[];
	guardians: PermissionBasis['guardians'];
	flags: PermissionBasis['flags'];
};
export type RecordedWord = {
	id: string;
	purpose: string;
	/** The person who spoke; null for somebody of the family whom Waypost does not know. */
	signer: string | null;
	relation: PermissionRelation;
	act: PermissionAct;
	at: Date;
	/** The office that recorded it, where it came on paper or by phone. */
	recordedBy: string | null;
	/** The edition of the words that was read; null for a no that needs none. */
	version: string | null;
	language: string;
	reason: string | null;
};

type BasisRow = {
	person: string;
	words: (Omit<RecordedWord, 'at'> & { at: string })[];
	guardians: { person: string; from: string | null; until: string | null }[];
	flags: { flag: StudentFlag; from: string | null; until: string | null }[];
};

/** The school year that runs at an instant, as permissions are given for it. */
export function schoolYearAt(at: Date): ReturnType<typeof schoolYearOf> {
	const { school_year: year, time_zone: zone } = district();
	return schoolYearOf(at, year.ends, zone);
}

/** What permissions rest on, for many students with one statement. It holds no names, so no scope need be open. */
export async function basisOf(
	db: Kysely<Database>,
	people: readonly string[],
	at: Date
): Promise<Map<string, FamilyBasis>> {
	if (people.length === 0) return new Map();
	const instant = sql`${at.toISOString()}::timestamptz`;
	const { rows } = await sql<BasisRow>`
		select s.person,
			coalesce((
				select json_agg(json_build_object('id', w.id, 'purpose', w.purpose, 'signer', signing.person,
					'relation', w.relation, 'act', w.act, 'at', w.recorded_at, 'recordedBy', w.recorded_by,
					'version', w.version, 'language', w.language, 'reason', w.reason) order by w.recorded_at, w.n)
				from learner_person lp join permission w on w.learner = lp.learner
				left join learner_person signing on signing.learner = w.signer
				where lp.person = s.person and w.during @> ${instant}
			), '[]') as words,
			-- Those who begin later are among them: a permission says until when it holds.
			coalesce((
				select json_agg(json_build_object('person', l.guardian, 'from', greatest(lower(l.during), l.confirmed_at),
					'until', upper(l.during)))
				from guardian_link l
				where l.child = s.person and guardian_link_stands(l, greatest(${instant}, lower(l.during)))
			), '[]') as guardians,
			coalesce((
				select json_agg(json_build_object('flag', f.flag, 'from', lower(f.during), 'until', upper(f.during)))
				from (
					select distinct on (f.flag) f.flag, f.during
					from learner_person lp join student_flag f on f.learner = lp.learner
					where lp.person = s.person and f.recorded_at <= ${instant}
					order by f.flag, f.recorded_at desc, f.n desc
				) f where not isempty(f.during)
			), '[]') as flags
		from unnest(${`{${people.join(',')}}`}::uuid[]) s(person)`.execute(db);
	return new Map(
		rows.map(({ person, words, guardians, flags }) => [
			person,
			{
				words: words.map((word) => ({ ...word, at: new Date(word.at) })),
				guardians: guardians.map((guardian) => ({ ...guardian, ...span(guardian) })),
				flags: flags.map((flag) => ({ ...flag, ...span(flag) }))
			}
		])
	);
}

function span({ from, until }: { from: string | null; until: string | null }) {
	return { from: from === null ? null : new Date(from), until: until === null ? null : new Date(until) };
}

/** How one permission of a student stands, by the district's rule of who signs. */
export function stateOf(basis: FamilyBasis, purpose: string, at: Date): PermissionState {
	return permissionState(
		{
			words: basis.words.filter((word) => word.purpose === purpose),
			guardians: basis.guardians,
			flags: basis.flags,
			signers: district().families.permission_signers,
			yearEnds: schoolYearAt(at).until
		},
		at
	);
}

export const noBasis: FamilyBasis = { words: [], guardians: [], flags: [] };
