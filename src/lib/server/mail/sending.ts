import { sql } from 'kysely';
import { createTransport } from 'nodemailer';
import type { Db } from '#lib/server/db/database.ts';
import { locks } from '#lib/server/db/locks.ts';
import { within } from '#lib/server/db/scope.ts';
import type { Delivery } from './delivery.ts';
import { isLetter, LETTER_DAYS, letterOf, scope } from './mail.ts';
import { asHtml, asText } from './render.ts';
import type { Letter, Letterhead } from './templates.ts';

/** What became of one try. `unreachable`: the server itself is away, so that trying the next one is no use. */
export type Carried = { is: 'sent' } | { is: 'refused' | 'put-off' | 'unreachable'; trouble: string };
export type Carrier = {
	carry(mail: { id: string; to: string; letter: Letter }): Promise<Carried>;
	close(): void;
};
export type Round = { sent: number; failed: number; waiting: number };

/** Few at a time, so that a lease outlasts the slowest server. */
const BATCH = 10;
const LEASE_MINUTES = 10;
const LONGEST_PAUSE_MINUTES = 120;

const letterUselessAt = sql<Date>`waypost_now() + make_interval(days => ${LETTER_DAYS})`;

type Claimed = {
	id: string;
	template: string;
	locale: string;
	recipient: string | null;
	person: string | null;
	content: object | null;
	secrets: object | null;
	tries: number;
};

/**
 * Sends what is due, as much as the pace allows. A mail that is taken is leased for some minutes: an instance that
 * dies while it sends leaves it to the next one, and at the worst a mail comes twice, under one message id. What the
 * server puts off is tried again after growing pauses, until it is useless. A notice whose address is refused, or that
 * could not be sent in time, becomes a letter: the office prints it.
 */
export async function sendDue(
	db: Db,
	carrier: Carrier,
	{ head, perMinute }: { head: Letterhead; perMinute: number }
): Promise<Round> {
	const round: Round = { sent: 0, failed: await giveUp(db), waiting: 0 };
	const claimed = await claim(db, perMinute);
	for (const [index, mail] of claimed.entries()) {
		const letter = letterOf(mail, head);
		const carried: Carried =
			letter && mail.recipient !== null
				? await carrier.carry({ id: mail.id, to: mail.recipient, letter })
				: { is: 'refused', trouble: 'unknown-template' };
		await settle(db, mail, carried, { asLetter: letter !== null && isLetter(mail) });
		if (carried.is === 'sent') round.sent += 1;
		else if (carried.is === 'refused') round.failed += 1;
		else round.waiting += 1;
		if (carried.is === 'unreachable') {
			const rest = claimed.slice(index + 1);
			await handBack(
				db,
				rest.map(({ id }) => id)
			);
			round.waiting += rest.length;
			break;
		}
	}
	return round;
}

/** The pause after so many tries, in minutes: 1, 2, 4 … and never longer than two hours. */
export function pauseMinutes(tries: number): number {
	return Math.min(2 ** (tries - 1), LONGEST_PAUSE_MINUTES);
}

/** Carries mail to an SMTP server; the connection is kept for the next one. */
export function smtpCarrier({ server, from }: Extract<Delivery, { by: 'smtp' }>): Carrier {
	const transport = createTransport({
		...server,
		pool: true,
		maxConnections: 1,
		connectionTimeout: 10_000,
		greetingTimeout: 10_000,
		socketTimeout: 30_000,
		disableFileAccess: true,
		disableUrlAccess: true
	});
	const domain = /@([^<>\s@]+)>?\s*$/.exec(from)?.[1] ?? 'waypost.invalid';
	return {
		async carry({ id, to, letter }) {
			try {
				await transport.sendMail({
					from,
					// As an object, so that nothing in it is taken for a second address.
					to: { name: '', address: to },
					subject: letter.subject,
					text: asText(letter),
					html: asHtml(letter),
					messageId: `<${id}@${domain}>`,
					headers: {
						'Auto-Submitted': 'auto-generated',
						'X-Auto-Response-Suppress': 'All',
						'Content-Language': letter.locale
					}
				});
				return { is: 'sent' };
			} catch (error) {
				return troubleOf(error);
			}
		},
		close: () => transport.close()
	};
}

/** What a failed try means: this address is refused for good, this mail is put off, or the server can't be used at all. */
function troubleOf(error: unknown): Carried {
	const given = (error ?? {}) as { code?: unknown; responseCode?: unknown };
	const answer = typeof given.responseCode === 'number' ? given.responseCode : 0;
	const code = typeof given.code === 'string' ? given.code : 'unknown';
	if (code === 'EENVELOPE' || code === 'EMESSAGE')
		return answer >= 500 || answer === 0
			? { is: 'refused', trouble: answer ? String(answer) : code }
			: { is: 'put-off', trouble: String(answer) };
	return { is: 'unreachable', trouble: answer ? String(answer) : code };
}

async function claim(db: Db, perMinute: number): Promise<Claimed[]> {
	return within(db, scope, async (trx) => {
		const { rows: free } = await sql<{
			mine: boolean;
		}>`select pg_try_advisory_xact_lock(${locks.mail}) as mine`.execute(trx);
		if (!free[0]?.mine) return [];
		const { rows } = await sql<Claimed>`
			with taken as (
				update mail set due_at = waypost_now() + make_interval(mins => ${LEASE_MINUTES}), tries = tries + 1,
					tried_at = waypost_now()
				where id in (
					select id from mail where state = 'queued' and due_at <= waypost_now() order by due_at, id
					limit greatest(0, least(${BATCH}::int, ${perMinute}::int - (
						select count(*) from mail where tried_at > waypost_now() - interval '1 minute'
					)))
				)
				returning id, template, locale, recipient, person, content, tries
			)
			select taken.*, secrets from taken left join mail_secret on mail = id order by id`.execute(trx);
		return rows;
	});
}

/** Notes what became of one try. `asLetter`: what the server refuses is printed instead. */
async function settle(
	db: Db,
	{ id, tries }: Claimed,
	carried: Carried,
	{ asLetter }: { asLetter: boolean }
): Promise<void> {
	await within(db, scope, async (trx) => {
		if (carried.is === 'put-off' || carried.is === 'unreachable') {
			const pause = pauseMinutes(tries);
			await trx
				.updateTable('mail')
				.set({
					due_at: sql<Date>`waypost_now() + make_interval(mins => ${pause})`,
					trouble: carried.trouble
				})
				.where('id', '=', id)
				.execute();
			return;
		}
		if (carried.is === 'refused' && asLetter) {
			await trx
				.updateTable('mail')
				.set({ state: 'to-print', useless_at: letterUselessAt, trouble: carried.trouble })
				.where('id', '=', id)
				.execute();
			return;
		}
		await trx
			.updateTable('mail')
			.set({
				state: carried.is === 'sent' ? 'sent' : 'failed',
				settled_at: sql<Date>`waypost_now()`,
				trouble: carried.is === 'sent' ? null : carried.trouble
			})
			.where('id', '=', id)
			.execute();
		await trx.deleteFrom('mail_secret').where('mail', '=', id).execute();
	});
}

/** Those that were taken and not tried wait a minute, and no try is counted. */
async function handBack(db: Db, ids: string[]): Promise<void> {
	if (ids.length === 0) return;
	await within(db, scope, (trx) =>
		trx
			.updateTable('mail')
			.set({ due_at: sql<Date>`waypost_now() + interval '1 minute'`, tries: sql<number>`tries - 1` })
			.where('id', 'in', ids)
			.execute()
	);
}

/** What helps nobody any more is not sent, and a notice is printed instead; gives how many. */
async function giveUp(db: Db): Promise<number> {
	return within(db, scope, async (trx) => {
		const { rows } = await sql`
			with late as (
				select id, person is not null and not exists (select from mail_secret where mail = id) as notice
				from mail where state = 'queued' and useless_at <= waypost_now() and due_at <= waypost_now()
				for update
			), printed as (
				update mail set state = 'to-print', useless_at = ${letterUselessAt}, trouble = coalesce(trouble, 'too-late')
				where id in (select id from late where notice)
			), over as (
				update mail set state = 'failed', settled_at = waypost_now(), trouble = coalesce(trouble, 'too-late')
				where id in (select id from late where not notice)
			), gone as (
				delete from mail_secret where mail in (select id from late where not notice)
			)
			select id from late`.execute(trx);
		return rows.length;
	});
}
