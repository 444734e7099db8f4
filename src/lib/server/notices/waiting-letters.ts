import { sql, type RawBuilder } from 'kysely';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { addressees, type Addressee } from '#lib/server/auth/invitation-list.ts';
import { reach } from '#lib/server/auth/invitations.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { appendAll } from '#lib/server/db/ledger.ts';
import { within } from '#lib/server/db/scope.ts';
import { CONTENT_DAYS, letterOf } from '#lib/server/mail/mail.ts';
import type { Letter, Letterhead } from '#lib/server/mail/templates.ts';

/**
 * Notices to people without an e-mail address (and everybody's, where the district sends no mail) wait in the outbox
 * until the office prints them, class by class. Whose letters an office prints are those whom it may invite: the people
 * of its schools, and the guardians of its students.
 */

/** The letters of one class of a school; `class` is null for who has none there, such as staff. */
export type ClassLetters = {
	class: string | null;
	title: string | null;
	/** How many wait, and since when. */
	waiting: number;
	since: Date | null;
	/** How many were printed in the last days, and can be printed again when the paper jams. */
	printed: number;
};
/** One letter to print: to whom, by whose hand, and what it says. */
export type PrintedNotice = { addressee: Addressee; notice: Letter };

/** Which letters are meant: of one class, of those without one, or of the whole school. */
export type Sheaf = { school: string; class: string | 'none' | null };

/** What waits in a school within the actor's reach, class by class. */
export async function overview(db: Db, actor: PersonActor, school: string): Promise<ClassLetters[]> {
	const counts = await within(db, reach(actor), async (trx) => {
		const { rows } = await sql<{ person: string; waiting: number; since: Date | null; printed: number }>`
			select person, count(*) filter (where state = 'to-print')::int as waiting,
				min(posted_at) filter (where state = 'to-print') as since,
				count(*) filter (where state = 'printed')::int as printed
			from mail where ${printable(school)} group by person`.execute(trx);
		return new Map(rows.map((row) => [row.person, row]));
	});
	const people = await addressees(db, actor, [...counts.keys()], { school, class: null });
	const classes = new Map<string | null, ClassLetters>();
	for (const { person, classId, class: title } of people) {
		const found = counts.get(person);
		if (!found) continue;
		const sum = classes.get(classId) ?? { class: classId, title, waiting: 0, since: null, printed: 0 };
		sum.waiting += found.waiting;
		sum.printed += found.printed;
		if (found.since && (sum.since === null || found.since < sum.since)) sum.since = found.since;
		classes.set(classId, sum);
	}
	return [...classes.values()];
}

/**
 * Takes the letters of a class or school to print them: those that wait, or once more those of the last days. They
 * count as printed from now on, and each is recorded. Gives them in the order in which they are handed out.
 */
export async function take(
	db: Db,
	actor: PersonActor,
	sheaf: Sheaf,
	{ head, again = false }: { head: Letterhead; again?: boolean }
): Promise<PrintedNotice[]> {
	const wanted = sql`state = ${again ? 'printed' : 'to-print'} and ${printable(sheaf.school)}`;
	const waiting = await within(db, reach(actor), async (trx) => {
		const { rows } = await sql<{ person: string }>`select distinct person from mail where ${wanted}`.execute(
			trx
		);
		return rows.map(({ person }) => person);
	});
	const people = (await addressees(db, actor, waiting, { school: sheaf.school, class: null })).filter(
		({ classId }) => sheaf.class === null || (classId ?? 'none') === sheaf.class
	);
	if (people.length === 0) return [];
	const rows = await within(db, reach(actor), (trx) =>
		mark(trx, actor, { people: people.map(({ person }) => person), wanted, again })
	);
	const letters = Map.groupBy(rows, ({ person }) => person);
	return people.flatMap((addressee) =>
		(letters.get(addressee.person) ?? []).flatMap((row) => {
			const notice = letterOf({ ...row, secrets: null }, head, { onPaper: true });
			return notice ? [{ addressee, notice }] : [];
		})
	);
}

type Row = { id: string; person: string; template: string; locale: string; content: object };

async function mark(
	trx: Trx,
	actor: PersonActor,
	{ people, wanted, again }: { people: string[]; wanted: RawBuilder<unknown>; again: boolean }
): Promise<Row[]> {
	const { rows } = await sql<Row>`
		with taken as (
			update mail set state = 'printed', settled_at = case when ${again} then settled_at else waypost_now() end
			where person = any (${people}::uuid[]) and ${wanted}
			returning id, person, template, locale, content, posted_at
		)
		select id, person, template, locale, content from taken order by posted_at, id`.execute(trx);
	if (rows.length === 0) return rows;
	await appendAll(
		trx,
		rows.map(({ person, template }) => ({
			kind: 'letter.printed' as const,
			actor: actor.person,
			subject: person,
			detail: { template, again }
		}))
	);
	// Names and what these people are told leave on paper.
	await trx
		.insertInto('access_log')
		.values({
			kind: 'export',
			actor: actor.person,
			detail: JSON.stringify({ what: 'notice-letters', again }),
			rows: String(rows.length)
		})
		.execute();
	return rows;
}

/** SQL of letters to the people of a school, or to guardians of its students, whose words are still there. */
function printable(school: string): RawBuilder<unknown> {
	return sql`state in ('to-print', 'printed') and content is not null
		and (state = 'to-print' or settled_at > waypost_now() - make_interval(days => ${CONTENT_DAYS}))
		and person in (
			select a.person from affiliation a
			where a.organisation = ${school}::uuid and a.superseded_at is null and a.during @> waypost_now()
			union
			select g.guardian from affiliation a join guardian_link g on g.child = a.person
			where a.organisation = ${school}::uuid and a.role = 'student' and a.superseded_at is null
				and a.during @> waypost_now() and g.during @> waypost_now() and g.ended_at is null
		)`;
}
