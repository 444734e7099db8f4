import { sql } from 'kysely';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { within, type Scope } from '#lib/server/db/scope.ts';
import { delivery, type Delivery } from './delivery.ts';
import {
	isTemplate,
	localeOf,
	write,
	type Letter,
	type Letterhead,
	type Mails,
	type MailTemplate
} from './templates.ts';

/**
 * The outbox. A mail is written in the transaction of what it tells about, so that both stand or fall together, and
 * goes out when `sending.ts` comes by. Names and addresses stay in it for some days only, secrets for as long as it
 * waits.
 */
export const scope: Scope = { kind: 'system', purpose: 'mail' };

const LONGEST_WAIT_HOURS = 24;
/** How long it can be looked up what was sent, and in a demo the mail itself. */
const CONTENT_DAYS = 7;
const ROW_DAYS = 365;

export type NewMail<Template extends MailTemplate> = {
	/** One address. */
	to: string;
	/** Whom it is to; null where it is to all who share the address. */
	person: string | null;
	template: Template;
	locale: string;
	content: Mails[Template]['content'];
	secrets: Mails[Template]['secrets'];
	/** When it helps nobody any more, such as the end of its link; a day from now where it is later or not given. */
	uselessAt?: Date;
};

export type MailState = 'queued' | 'sent' | 'failed' | 'shown';

/**
 * Posts a mail in the caller's transaction, which must be in some scope. Gives its id; null where this district sends
 * no mail, so that nothing was posted (ask `canDeliver` first, and say to people what they can do instead).
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
	if (by === 'none') return null;
	// Whoever posts may not read the outbox, so that the rows can't be asked for their ids.
	const { rows } = await sql<{
		id: string;
		at: Date;
	}>`select uuidv7() as id, waypost_now() as at from generate_series(1, ${mails.length}::int)`.execute(trx);
	const ids = rows.map(({ id }) => id);
	const at = rows[0]?.at ?? new Date(NaN);
	const latest = new Date(at.getTime() + LONGEST_WAIT_HOURS * 3_600_000);
	await trx
		.insertInto('mail')
		.values(
			mails.map(({ to, person, template, locale, content, uselessAt }, index) => ({
				id: ids[index] ?? '',
				template,
				locale: localeOf(locale),
				recipient: to,
				content: JSON.stringify(content),
				person,
				posted_at: at,
				due_at: at,
				useless_at: uselessAt && uselessAt < latest ? uselessAt : latest,
				...(by === 'shown' ? { state: 'shown' as const, settled_at: at } : {})
			}))
		)
		.execute();
	const secret = mails.flatMap(({ secrets }, index) =>
		secrets === null ? [] : [{ mail: ids[index] ?? '', secrets: JSON.stringify(secrets) }]
	);
	if (secret.length > 0) await trx.insertInto('mail_secret').values(secret).execute();
	return ids;
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
	head: Letterhead
): Letter | null {
	if (!isTemplate(row.template) || row.content === null) return null;
	// What was posted under this template has its shape: `post` is the only one who writes.
	const content = row.content as Mails[typeof row.template]['content'];
	const secrets = row.secrets as Mails[typeof row.template]['secrets'];
	return write(row.template, content, secrets, head, localeOf(row.locale));
}

/** Takes away addresses and words of mails that went out some days ago, and old mails altogether. */
export async function forgetOld(db: Db): Promise<void> {
	await within(db, scope, async (trx) => {
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
