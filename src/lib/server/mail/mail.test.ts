import { sql } from 'kysely';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { addPerson } from '#lib/server/auth/testing/people.ts';
import { within, type Scope } from '#lib/server/db/scope.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import * as mail from './mail.ts';
import { pauseMinutes, sendDue, smtpCarrier, type Carried, type Carrier } from './sending.ts';
import { mailServer } from './testing/mail-server.ts';

const { app, owner, setClock } = await testDatabase();
const server = await mailServer();
const head = { origin: 'https://waypost.example', district: 'Test & District', zone: 'America/New_York' };
const TOKEN = 'w'.repeat(43);
const seed: Scope = { kind: 'system', purpose: 'seed' };
const smtp = smtpCarrier({
	by: 'smtp',
	server: { host: '127.0.0.1', port: server.port, secure: false, requireTLS: false },
	from: 'Waypost <waypost@district.example>',
	perMinute: 1000
});

afterAll(async () => {
	smtp.close();
	await server.close();
});
afterEach(async () => {
	await setClock(null);
	server.answer(null);
	server.received.length = 0;
	await within(app, mail.scope, (trx) => trx.deleteFrom('mail').execute());
});

const resetMail = (over: Partial<mail.NewMail<'password-reset'>> = {}): mail.NewMail<'password-reset'> => ({
	to: 'family@mail.example',
	person: null,
	template: 'password-reset',
	locale: 'en',
	content: { people: [{ givenName: 'Rosa', login: 'rosa@mail.example' }] },
	secrets: { tokens: [TOKEN] },
	...over
});
const postAll = (mails: mail.NewMail<'password-reset'>[]) =>
	within(app, seed, (trx) => mail.postAll(trx, mails, 'smtp'));
const send = (carrier: Carrier = smtp, perMinute = 1000) => sendDue(app, carrier, { head, perMinute });
const rows = () =>
	within(app, mail.scope, (trx) => trx.selectFrom('mail').selectAll().orderBy('id').execute());
const secrets = () => within(app, mail.scope, (trx) => trx.selectFrom('mail_secret').selectAll().execute());
const inMinutes = (minutes: number) => setClock(new Date(Date.now() + minutes * 60_000));
/** A mail server that answers as it is told, one answer a mail. */
function carrier(...answers: Carried[]): Carrier & { tried: string[] } {
	const tried: string[] = [];
	return {
		tried,
		async carry({ to }) {
			tried.push(to);
			return answers[tried.length - 1] ?? { is: 'sent' };
		},
		close() {}
	};
}

describe('a mail', () => {
	test('is sent to a real mail server as text and HTML in its reader’s language, and its secret is gone', async () => {
		await postAll([resetMail({ locale: 'es' })]);
		expect(await secrets()).toHaveLength(1);
		expect(await send()).toEqual({ sent: 1, failed: 0, waiting: 0 });
		const [received] = server.received;
		expect(received).toMatchObject({ from: 'waypost@district.example', to: ['family@mail.example'] });
		const raw = received?.raw.replaceAll('=\r\n', '') ?? '';
		expect(raw).toContain('Subject: =?UTF-8?');
		expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
		expect(raw).toContain('Content-Type: text/plain; charset=utf-8');
		expect(raw).toContain('Content-Type: text/html; charset=utf-8');
		expect(raw.split(`https://waypost.example/sign-in/reset/${TOKEN}`)).toHaveLength(4);
		expect(raw).toContain('Test &amp; District');
		expect(raw).toContain('El enlace funciona una sola vez');
		expect(await rows()).toMatchObject([{ state: 'sent', tries: 1, trouble: null }]);
		expect(await secrets()).toEqual([]);
		expect(JSON.stringify(await rows())).not.toContain(TOKEN);
	});

	test('stands and falls with the transaction that it tells about', async () => {
		const failing = within(app, seed, async (trx) => {
			await mail.post(trx, resetMail(), 'smtp');
			throw new Error('the rest went wrong');
		});
		await expect(failing).rejects.toThrow('the rest went wrong');
		expect(await rows()).toEqual([]);
	});

	test('is not posted where the district sends none, and stays in the app in a demo', async () => {
		expect(await within(app, seed, (trx) => mail.post(trx, resetMail(), 'none'))).toBeNull();
		expect(await rows()).toEqual([]);
		const id = await within(app, seed, (trx) => mail.post(trx, resetMail(), 'shown'));
		expect(await send()).toEqual({ sent: 0, failed: 0, waiting: 0 });
		const [shown] = await mail.shown(app, head);
		expect(shown).toMatchObject({ id, to: 'family@mail.example' });
		expect(JSON.stringify(shown?.letter)).toContain(TOKEN);
		expect(await mail.statesOf(app, [id ?? ''])).toEqual(new Map([[id, 'shown']]));
	});

	test('that really goes out is never shown in the app', async () => {
		const ids = await postAll([resetMail()]);
		expect(await mail.shown(app, head)).toEqual([]);
		expect(await mail.shown(app, head, { id: ids?.[0] ?? '' })).toEqual([]);
	});

	test('is out of everybody’s sight, whatever their scope', async () => {
		const { person } = await addPerson(app);
		await postAll([resetMail({ person })]);
		const scopes: Scope[] = [seed, { kind: 'district', actor: person }, { kind: 'self', actor: person }];
		for (const db of [app, owner]) {
			expect(await db.selectFrom('mail').selectAll().execute()).toEqual([]);
			for (const scope of scopes)
				await within(db, scope, async (trx) => {
					expect(await trx.selectFrom('mail').selectAll().execute()).toEqual([]);
					expect(await trx.selectFrom('mail_secret').selectAll().execute()).toEqual([]);
				});
		}
	});

	test('cannot be posted outside a scope, or to two addresses in one', async () => {
		await expect(app.transaction().execute((trx) => mail.post(trx, resetMail(), 'smtp'))).rejects.toThrow(
			'row-level security'
		);
		await expect(postAll([resetMail({ to: 'a@mail.example\r\nBcc: b@mail.example' })])).rejects.toThrow();
		await postAll([resetMail({ to: 'a@mail.example, b@mail.example' })]);
		await send();
		expect(server.received.flatMap(({ to }) => to)).not.toContain('b@mail.example');
	});
});

describe('a mail server that is in trouble', () => {
	test('that is away is tried after growing pauses, and the rest of the mails wait without a try', async () => {
		await postAll([resetMail({ to: 'a@mail.example' }), resetMail({ to: 'b@mail.example' })]);
		const away = carrier({ is: 'unreachable', trouble: 'ECONNREFUSED' });
		expect(await send(away)).toEqual({ sent: 0, failed: 0, waiting: 2 });
		expect(away.tried).toEqual(['a@mail.example']);
		expect(await rows()).toMatchObject([
			{ state: 'queued', tries: 1, trouble: 'ECONNREFUSED' },
			{ state: 'queued', tries: 0, trouble: null }
		]);
		expect(await send()).toEqual({ sent: 0, failed: 0, waiting: 0 });
		await inMinutes(1.1);
		expect(await send()).toEqual({ sent: 2, failed: 0, waiting: 0 });
		expect([1, 2, 3, 7, 8, 30].map(pauseMinutes)).toEqual([1, 2, 4, 64, 120, 120]);
	});

	test('is told apart from an address that it refuses, and from a mailbox that is busy', async () => {
		const closed = smtpCarrier({
			by: 'smtp',
			server: { host: '127.0.0.1', port: 1, secure: false, requireTLS: false },
			from: 'waypost@district.example',
			perMinute: 1
		});
		const letter = { locale: 'en' as const, subject: 'x', blocks: [] };
		const one = { id: 'x', to: 'a@mail.example', letter };
		expect(await closed.carry(one)).toMatchObject({ is: 'unreachable', trouble: 'ESOCKET' });
		server.answer(550);
		expect(await smtp.carry(one)).toEqual({ is: 'refused', trouble: '550' });
		server.answer(451);
		expect(await smtp.carry(one)).toEqual({ is: 'put-off', trouble: '451' });
		closed.close();
	});

	test('gets no password over a connection that is not encrypted, where that is asked for', async () => {
		const strict = smtpCarrier({
			by: 'smtp',
			server: { host: '127.0.0.1', port: server.port, secure: false, requireTLS: true },
			from: 'waypost@district.example',
			perMinute: 1
		});
		const letter = { locale: 'en' as const, subject: 'x', blocks: [] };
		expect(await strict.carry({ id: 'x', to: 'a@mail.example', letter })).toMatchObject({
			is: 'unreachable'
		});
		expect(server.received).toEqual([]);
		strict.close();
	});

	test('that refuses an address ends that mail alone, and its secret', async () => {
		await postAll([resetMail({ to: 'a@mail.example' }), resetMail({ to: 'b@mail.example' })]);
		const picky = carrier({ is: 'refused', trouble: '550' });
		expect(await send(picky)).toEqual({ sent: 1, failed: 1, waiting: 0 });
		expect(await rows()).toMatchObject([{ state: 'failed', trouble: '550' }, { state: 'sent' }]);
		expect(await secrets()).toEqual([]);
	});

	test('is given up after a day, or once the link in the mail is over', async () => {
		const soon = new Date(Date.now() + 3_600_000);
		await postAll([resetMail(), resetMail({ uselessAt: soon })]);
		await inMinutes(61);
		const busy = carrier({ is: 'put-off', trouble: '451' });
		expect(await send(busy)).toEqual({ sent: 0, failed: 1, waiting: 1 });
		await inMinutes(24 * 60 + 5);
		expect(await send()).toEqual({ sent: 0, failed: 1, waiting: 0 });
		expect(await rows()).toMatchObject([
			{ state: 'failed', trouble: '451' },
			{ state: 'failed', trouble: 'too-late' }
		]);
		expect(await secrets()).toEqual([]);
		expect(server.received).toEqual([]);
	});
});

describe('a notice that mail can’t bring', () => {
	const notice = (person: string): mail.NewMail<'recovery-printed'> => ({
		to: 'a@mail.example',
		person,
		template: 'recovery-printed',
		locale: 'es',
		content: { givenName: 'Rosa', school: 'North School' },
		secrets: null
	});
	const post = (person: string) => within(app, seed, (trx) => mail.postAll(trx, [notice(person)], 'smtp'));

	test('becomes a letter when its address is refused', async () => {
		const { person } = await addPerson(app);
		await post(person);
		const picky = carrier({ is: 'refused', trouble: '550' });
		expect(await send(picky)).toEqual({ sent: 0, failed: 1, waiting: 0 });
		const [row] = await rows();
		expect(row).toMatchObject({ state: 'to-print', trouble: '550', person, settled_at: null });
		expect((row?.useless_at.getTime() ?? 0) - Date.now()).toBeGreaterThan(80 * 86_400_000);
		await inMinutes(120);
		expect(await send(picky)).toEqual({ sent: 0, failed: 0, waiting: 0 });
	});

	test('becomes a letter when the server was away all day', async () => {
		const { person } = await addPerson(app);
		await post(person);
		await postAll([resetMail({ person })]);
		await inMinutes(24 * 60 + 5);
		expect(await send()).toEqual({ sent: 0, failed: 2, waiting: 0 });
		expect(await rows()).toMatchObject([
			{ state: 'to-print', trouble: 'too-late' },
			{ state: 'failed', trouble: 'too-late' }
		]);
		expect(await secrets()).toEqual([]);
	});
});

describe('several instances', () => {
	test('that send at once send each mail once', async () => {
		await postAll(Array.from({ length: 30 }, (_, index) => resetMail({ to: `p${index}@mail.example` })));
		const carriers = Array.from({ length: 4 }, () => carrier());
		for (let round = 0; round < 6; round += 1) await Promise.all(carriers.map((each) => send(each)));
		const tried = carriers.flatMap((each) => each.tried);
		expect(tried).toHaveLength(30);
		expect(new Set(tried).size).toBe(30);
	});

	test('leave no more than the pace allows, together', async () => {
		await postAll(Array.from({ length: 12 }, (_, index) => resetMail({ to: `q${index}@mail.example` })));
		const [one, other] = [carrier(), carrier()];
		for (let round = 0; round < 3; round += 1) await Promise.all([send(one, 5), send(other, 5)]);
		expect(one.tried.length + other.tried.length).toBe(5);
		await inMinutes(1.1);
		await send(one, 5);
		expect(one.tried.length + other.tried.length).toBe(10);
	});

	test('take over what one that died had begun', async () => {
		await postAll([resetMail()]);
		const dying: Carrier = {
			carry: () => Promise.reject(new Error('power cut')),
			close() {}
		};
		await expect(send(dying)).rejects.toThrow('power cut');
		expect((await send()).sent).toBe(0);
		await inMinutes(11);
		expect((await send()).sent).toBe(1);
	});
});

test('names and addresses are forgotten a week later, and the row after a year', async () => {
	await postAll([resetMail()]);
	await send();
	await inMinutes(6 * 24 * 60);
	await mail.forgetOld(app);
	expect(await rows()).toMatchObject([{ recipient: 'family@mail.example' }]);
	await inMinutes(8 * 24 * 60);
	await mail.forgetOld(app);
	expect(await rows()).toMatchObject([{ recipient: null, content: null, state: 'sent' }]);
	await inMinutes(366 * 24 * 60);
	await mail.forgetOld(app);
	expect(await rows()).toEqual([]);
});

test('a mail that a newer program posted is not sent half', async () => {
	await within(app, seed, (trx) =>
		sql`insert into mail (template, locale, recipient, content, useless_at)
			values ('of-tomorrow', 'en', 'a@mail.example', '{}', waypost_now() + interval '1 hour')`.execute(trx)
	);
	expect(await send()).toEqual({ sent: 0, failed: 1, waiting: 0 });
	expect(await rows()).toMatchObject([{ state: 'failed', trouble: 'unknown-template' }]);
});
