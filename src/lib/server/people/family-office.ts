import { sql } from 'kysely';
import { holds, schoolsWith, type PersonActor } from '#lib/server/auth/actor.ts';
import * as can from '#lib/server/auth/can.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { within, type Scope } from '#lib/server/db/scope.ts';

/** What an office answers about a child that is not theirs to look after: as if there were none, or why not. */
export type OfficeRefusal =
	| { ok: false; reason: 'not-found' }
	| { ok: false; reason: 'may-not'; why: 'not-signed-in' | 'no-right' | 'own-child' | 'other-school' };

/** How far an office sees into families: the district, or the students of its schools and their guardians. */
export function officeScope(actor: PersonActor): Scope {
	const districtWide =
		holds(actor, 'district-administrator') ||
		actor.rights.some(({ right, districtWide }) => right === 'school-administrator' && districtWide);
	return districtWide
		? { kind: 'district', actor: actor.person }
		: { kind: 'families', actor: actor.person, schools: schoolsWith(actor, 'school-administrator') };
}

/**
 * Runs `work` for a child that this office may decide about, under the office's scope. A child of another school is
 * like one that does not exist; for a child of their own the office is told so.
 */
export async function inOffice<T extends { ok: boolean }>(
	db: Db,
	actor: PersonActor,
	child: string,
	work: (trx: Trx) => Promise<T>
): Promise<T | OfficeRefusal> {
	if (!isPersonId(child)) return { ok: false, reason: 'not-found' };
	return within(db, officeScope(actor), async (trx): Promise<T | OfficeRefusal> => {
		const family = await familyOf(trx, child);
		if (!family) return { ok: false, reason: 'not-found' };
		const may = can.decideForFamily(actor, family);
		if (!may.ok)
			return may.reason === 'other-school'
				? { ok: false, reason: 'not-found' }
				: { ok: false, reason: 'may-not', why: may.reason };
		return work(trx);
	});
}

/** A student whom this scope shows: their schools now, and everybody who is or was linked to them as a guardian. */
export async function familyOf(
	trx: Trx,
	child: string
): Promise<{ child: string; schools: string[]; guardians: string[] } | null> {
	const row = await trx
		.selectFrom('person as p')
		.select([
			'p.id as child',
			sql<string[]>`array(
				select a.organisation from affiliation a where a.person = p.id and a.role = 'student'
					and a.superseded_at is null and a.during @> waypost_now()
			)`.as('schools'),
			sql<string[]>`array(select l.guardian from guardian_link l where l.child = p.id)`.as('guardians'),
			sql<boolean>`exists (select from affiliation a where a.person = p.id and a.role = 'student')`.as(
				'student'
			)
		])
		.where('p.id', '=', child)
		.executeTakeFirst();
	return row?.student ? row : null;
}

/** Names of children and guardians, as far as the office of their families reaches. */
export async function namesInFamilies(
	db: Db,
	actor: PersonActor,
	people: readonly string[]
): Promise<Map<string, string>> {
	if (people.length === 0 || !can.manageFamilies(actor).ok) return new Map();
	const rows = await within(db, officeScope(actor), (trx) =>
		trx
			.selectFrom('person_identity')
			.select(['person', 'given_name', 'family_name'])
			.where('person', 'in', [...new Set(people)])
			.execute()
	);
	return new Map(
		rows.map(({ person, given_name, family_name }) => [person, `${given_name} ${family_name}`.trim()])
	);
}

/** Whether a text of an address can be anybody's id at all. */
export function isPersonId(text: string): boolean {
	return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
}
