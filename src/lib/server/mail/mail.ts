import { sql } from 'kysely';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { within, type Scope } from '#lib/server/db/scope.ts';
import { delivery, type Delivery } from './delivery.ts';
import {
	isTemplate,
	localeOf,
	words,
	write,
	type Letter,
	type Letterhead,
	type Mails,
	type MailTemplate
} from './templates.ts';

/**
 * The outbox. A mail is written in the transaction of what it tells about, so that both stand or fall together, and
 * goes out when `sending.ts` comes by. Names and addresses stay in it for some days only, secrets for as long as it
 * waits. What is for somebody without an address waits to be printed (`notices/waiting-letters.ts`).
 */
export const scope: Scope = { kind: 'system', purpose: 'mail' };

const LONGEST_WAIT_HOURS = 24;
/** How long a letter waits for somebody who prints it: the longest holidays. */
export const LETTER_DAYS = 90;
/** How long it can be looked up what was sent, and in a demo the mail itself; printed letters can be printed again. */
export const CONTENT_DAYS = 7;
const ROW_DAYS = 365;

export type NewMail<Template extends MailTemplate> = {
	/** One address; null for a person who has none: what they are told waits to be printed as a letter. */
	to: string | null;
	/** Whom it is to; null where it is to all who share the address. */
	person: string | null;
	template: Template;
	locale: string;
	content: Mails[Template]['content'];
	secrets: Mails[Template]['secrets'];
	/** When it helps nobody any more, such as the end of its link; a day from now where it is later or not given. */
	uselessAt?: Date;
};

export type MailState = 'queued' | 'sent' | 'failed' | 'shown' | 'to-print' | 'printed';

/**
 * Posts a mail in the caller's transaction, which must be in some scope. A notice to somebody without an address, and
 * every notice where this district sends no mail, becomes a letter. Gives its id; null where a mail that opens
 * something can't be sent, so that nothing was posted (ask `canDeliver` first, and say to people what they can do
 * instead).
 */
export async function post<Template extends MailTemplate>(
	trx: Trx,
	mail: NewMail<Template>,
	by: Delivery['by'] = delivery().by
): Promise<string | null> {
	return (await postAll(trx, [mail], by))?.[0] ?? null;
}

/** Posts many mails in a few statements; gives their ids in the same order, or null as `post` does. */
export async function postAll<Template extends MailTemplate>(
	trx: Trx,
	mails: readonly NewMail<Template>[],
	by: Delivery['by'] = delivery().by
): Promise<string[] | null> {
	if (mails.length === 0) return [];
	if (by === 'none' && !mails.every(isLetter)) return null;
	if (mails.some((mail) => mail.to === null && !isLetter(mail)))
		throw new Error('what opens something, or is for several people, is not printed as a notice');
	// Whoever posts may not read the outbox, so that the rows can't be asked for their ids.
	const { rows } = await sql<{
		id: string;
		at: Date;
	}>`select uuidv7() as id, waypost_now() as at from generate_series(1, ${mails.length}::int)`.execute(trx);
	const ids = rows.map(({ id }) => id);
	const at = rows[0]?.at ?? new Date(NaN);
	const after = (hours: number) => new Date(at.getTime() + hours * 3_600_000);
	const latest = after(LONGEST_WAIT_HOURS);
	await trx
		.insertInto('mail')
		.values(
			mails.map((mail, index) => {
				const { to, person, template, locale, content, uselessAt } = mail;
				const posted = {
					id: ids[index] ?? '',
					template,
					locale: localeOf(locale),
					recipient: to,
					content: JSON.stringify(content),
					person,
					posted_at: at,
					due_at: at,
					useless_at: uselessAt && uselessAt < latest ? uselessAt : latest
				};
				if (to === null || by === 'none')
					return { ...posted, state: 'to-print' as const, useless_at: after(LETTER_DAYS * 24) };
				return by === 'shown' ? { ...posted, state: 'shown' as const, settled_at: at } : posted;
			})
		)
		.execute();
	const secret = mails.flatMap(({ secrets }, index) =>
		secrets === null ? [] : [{ mail: ids[index] ?? '', secrets: JSON.stringify(secrets) }]
	);
	if (secret.length > 0) await trx.insertInto('mail_secret').values(secret).execute();
	return ids;
}

/** Whether this can come as a letter: it opens nothing, and is for one person. */
export function isLetter({ person, secrets }: { person: string | null; secrets: object | null }): boolean {
	return person !== null && secrets === null;
}

/** What somebody was told, the newest first, without its words: which mails, and what became of them. */
export type ToldMail = { id: string; template: string; at: Date; state: MailState; settledAt: Date | null };

/** What was posted to a person under any of these records; whether the reader may know is the caller's question. */
export async function toPeople(
	db: Db,
	people: readonly string[],
	{ limit = 20 }: { limit?: number } = {}
): Promise<ToldMail[]> {
	if (people.length === 0) return [];
	const rows = await within(db, scope, (trx) =>
		trx
			.selectFrom('mail')
			.select(['id', 'template', 'posted_at', 'state', 'settled_at'])
			.where('person', 'in', people)
			.orderBy('posted_at', 'desc')
			.orderBy('id', 'desc')
			.limit(limit)
			.execute()
	);
	return rows.map(({ posted_at: at, settled_at: settledAt, ...row }) => ({ ...row, at, settledAt }));
}

/** What has become of mails, by their ids; those that are long forgotten are left out. */
export async function statesOf(db: Db, ids: readonly string[]): Promise<Map<string, MailState>> {
	if (ids.length === 0) return new Map();
	const rows = await within(db, scope, (trx) =>
		trx.selectFrom('mail').select(['id', 'state']).where('id', 'in', ids).execute()
	);
	return new Map(rows.map(({ id, state }) => [id, state]));
}

/** A mail that a demo shows in the place of sending it. */
export type ShownMail = { id: string; to: string; at: Date; letter: Letter };

/** The mails of a demo, the newest first; at most `limit`, one of them where an id is given. Never for a real district. */
export async function shown(
	db: Db,
	head: Letterhead,
	{ id, limit = 50 }: { id?: string; limit?: number } = {}
): Promise<ShownMail[]> {
	const rows = await within(db, scope, (trx) =>
		trx
			.selectFrom('mail as l')
			.leftJoin('mail_secret as s', 's.mail', 'l.id')
			.select(['l.id', 'l.template', 'l.locale', 'l.recipient', 'l.content', 'l.posted_at', 's.secrets'])
			.where('l.state', '=', 'shown')
			.where('l.content', 'is not', null)
			.$if(id !== undefined, (query) => query.where('l.id', '=', id ?? ''))
			.orderBy('l.posted_at', 'desc')
			.orderBy('l.id', 'desc')
			.limit(limit)
			.execute()
	);
	return rows.flatMap(({ id, recipient, posted_at, ...row }) => {
		const letter = letterOf(row, head);
		return letter && recipient !== null ? [{ id, to: recipient, at: posted_at, letter }] : [];
	});
}

/** A stored mail in words; null when this program does not know its template any more. */
export function letterOf(
	row: { template: string; locale: string; content: object | null; secrets: object | null },
	head: Letterhead,
	{ onPaper = false } = {}
): Letter | null {
	if (!isTemplate(row.template) || row.content === null) return null;
	// What was posted under this template has its shape: `post` is the only one who writes.
	const content = row.content as Mails[typeof row.template]['content'];
	const secrets = row.secrets as Mails[typeof row.template]['secrets'];
	return (onPaper ? words : write)(row.template, content, secrets, head, localeOf(row.locale));
}

/** Takes away addresses and words of mails that went out some days ago, letters that nobody printed, and old mails altogether. */
export async function forgetOld(db: Db): Promise<void> {
	await within(db, scope, async (trx) => {
		await trx
			.updateTable('mail')
			.set({ state: 'failed', settled_at: sql<Date>`waypost_now()`, trouble: 'never-printed' })
			.where('state', '=', 'to-print')
			.where('useless_at', '<=', sql<Date>`waypost_now()`)
			.execute();
		await sql`with old as (
				update mail set content = null, recipient = null
				where content is not null and settled_at < waypost_now() - make_interval(days => ${CONTENT_DAYS})
				returning id
			)
			delete from mail_secret where mail in (select id from old)`.execute(trx);
		await trx
			.deleteFrom('mail')
			.where('settled_at', '<', sql<Date>`waypost_now() - make_interval(days => ${ROW_DAYS})`)
			.execute();
	});
}
