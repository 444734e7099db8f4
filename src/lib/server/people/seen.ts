import { scopeOf, type PersonActor } from '#lib/server/auth/actor.ts';
import { administersSchools, seesDistrict } from '#lib/server/auth/can.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { within, type Scope } from '#lib/server/db/scope.ts';

declare const looks: unique symbol;
/** A transaction under the scope of somebody who looks at people. Only this file makes one. */
export type SeenTrx = Trx & { readonly [looks]: true };

/** People as one actor may see them, in one transaction. */
export type SeenPeople = {
	trx: SeenTrx;
	/** Where every query about people begins: `p` is the person, `i` the names. Nobody outside the scope is in it. */
	people: () => ReturnType<typeof peopleOf>;
};

function peopleOf(trx: Trx) {
	return trx.selectFrom('person as p').innerJoin('person_identity as i', 'i.person', 'p.id');
}

/** Looks at people as far as the actor's rights reach anywhere: what reviewers and administrators see beside their work. */
export async function inScope<T>(
	db: Db,
	actor: PersonActor,
	work: (seen: SeenPeople) => Promise<T>
): Promise<T> {
	return look(db, scopeOf(actor), work);
}

/**
 * Looks at people as far as the actor administers or audits them: for lists of people and their whole stories. A
 * reviewer knows the names of owners and no more, whatever else they administer.
 */
export async function administered<T>(
	db: Db,
	actor: PersonActor,
	work: (seen: SeenPeople) => Promise<T>
): Promise<T> {
	return look(db, reachOf(actor), work);
}

/** How far the pages about people reach for this actor: the district, the schools that they administer, or themselves. */
export function reachOf(actor: PersonActor): Scope {
	if (seesDistrict(actor)) return { kind: 'district', actor: actor.person };
	const schools = administersSchools(actor);
	return schools.length > 0
		? { kind: 'schools', actor: actor.person, schools }
		: { kind: 'self', actor: actor.person };
}

function look<T>(db: Db, scope: Scope, work: (seen: SeenPeople) => Promise<T>): Promise<T> {
	return within(db, scope, (trx) => work({ trx: trx as SeenTrx, people: () => peopleOf(trx) }));
}

/** Whether a text of an address can be anybody's id at all. */
export function isId(text: string): boolean {
	return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
}

/** “Maya Lindqvist”. */
export function nameOf({ given_name, family_name }: { given_name: string; family_name: string }): string {
	return `${given_name} ${family_name}`.trim();
}

/** Names by person, as far as the actor's scope reaches; who is beyond it is not in the map. */
export async function namesOf(
	db: Db,
	actor: PersonActor,
	people: readonly string[]
): Promise<Map<string, string>> {
	if (people.length === 0) return new Map();
	return inScope(db, actor, (found) => namesIn(found, people));
}

/** The same inside a transaction that looks already. */
export async function namesIn(
	{ people }: SeenPeople,
	wanted: readonly string[]
): Promise<Map<string, string>> {
	if (wanted.length === 0) return new Map();
	const rows = await people()
		.select(['p.id', 'i.given_name', 'i.family_name'])
		.where('p.id', 'in', [...new Set(wanted)])
		.execute();
	return new Map(rows.map((row) => [row.id, nameOf(row)]));
}
