import { sql } from 'kysely';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { range } from '#lib/server/db/instants.ts';
import type { Band } from '#lib/server/db/schema.ts';
import { within } from '#lib/server/db/scope.ts';

export type Class = { id: string; title: string; band: Band; school: string };
/** A child of a class as its teacher sees it; `learner` is where their evidence hangs. */
export type ClassStudent = { learner: string; person: string; givenName: string; familyName: string };

/** The classes that a person teaches now, by title. */
export async function taughtBy(db: Db, teacher: string): Promise<Class[]> {
	return db
		.selectFrom('class_member as m')
		.innerJoin('class as c', 'c.id', 'm.class')
		.innerJoin('organisation as o', 'o.id', 'c.organisation')
		.select(['c.id', 'c.title', 'c.band', 'o.name as school'])
		.distinct()
		.where('m.person', '=', teacher)
		.where('m.part', '=', 'teacher')
		.where(sql<boolean>`waypost_teaches(m.person, m.class, waypost_now())`)
		.orderBy('c.title')
		.execute();
}

/** The class, when this person teaches it now; null otherwise, whether there is such a class or not. */
export async function taught(db: Db, teacher: string, id: string): Promise<Class | null> {
	return (await taughtBy(db, teacher)).find((entry) => entry.id === id) ?? null;
}

/**
 * The children who attend a class now, by name, as its teacher may see them: nobody, when the person teaches it not.
 */
export async function studentsOf(db: Db, teacher: string, id: string): Promise<ClassStudent[]> {
	return within(db, { kind: 'class', actor: teacher, class: id }, (trx) =>
		trx
			.selectFrom('class_member as m')
			.innerJoin('person_identity as i', 'i.person', 'm.person')
			.innerJoinLateral(
				(eb) =>
					eb
						.selectFrom('learner_person as lp')
						.innerJoin('learner as l', 'l.id', 'lp.learner')
						.select('lp.learner')
						.whereRef('lp.person', '=', 'm.person')
						// As for somebody who signs in: their own learner before that of a former visitor.
						.orderBy(sql`(l.kind = 'person') desc, lp.linked_at, lp.learner`)
						.limit(1)
						.as('own'),
				(join) => join.onTrue()
			)
			.select(['own.learner', 'm.person', 'i.given_name as givenName', 'i.family_name as familyName'])
			.distinct()
			.where('m.class', '=', id)
			.where(sql<boolean>`waypost_attends(m.person, m.class, waypost_now())`)
			.where(sql<boolean>`waypost_teaches(${teacher}, m.class, waypost_now())`)
			.orderBy('i.family_name')
			.orderBy('i.given_name')
			.execute()
	);
}

/** Makes a class, as a roster names it. Needs a system scope. */
export async function make(
	trx: Trx,
	input: {
		organisation: string;
		title: string;
		band: Band;
		sourcedId?: string | null;
		from: Date;
		until?: Date | null;
	}
): Promise<string> {
	const { id } = await trx
		.insertInto('class')
		.values({
			organisation: input.organisation,
			title: input.title,
			band: input.band,
			sourced_id: input.sourcedId ?? null,
			during: range(input.from, input.until ?? null)
		})
		.returning('id')
		.executeTakeFirstOrThrow();
	return id;
}

/** Puts a person into a class as its teacher or a student of it. Needs a system scope. */
export async function join(
	trx: Trx,
	input: { class: string; person: string; part: 'teacher' | 'student'; from: Date; until?: Date | null }
): Promise<void> {
	await trx
		.insertInto('class_member')
		.values({
			class: input.class,
			person: input.person,
			part: input.part,
			during: range(input.from, input.until ?? null)
		})
		.execute();
}
