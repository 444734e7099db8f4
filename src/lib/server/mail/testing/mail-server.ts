import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export type Received = { from: string; to: string[]; raw: string };
export type MailServer = {
	port: number;
	received: Received[];
	/** What the server answers to a recipient from now on; null accepts. */
	answer(code: number | null): void;
	close(): Promise<void>;
};

/** A real SMTP server on this machine that keeps what it is sent. */
export async function mailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
	const received: Received[] = [];
	let code: number | null = null;
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS'],
		...options,
		onRcptTo(_, __, callback) {
			callback(
				code === null ? null : Object.assign(new Error('not for this mailbox'), { responseCode: code })
			);
		},
		onData(stream, session, callback) {
			const parts: Buffer[] = [];
			stream.on('data', (part: Buffer) => parts.push(part));
			stream.on('end', () => {
				const { mailFrom, rcptTo } = session.envelope;
				received.push({
					from: mailFrom ? mailFrom.address : '',
					to: rcptTo.map(({ address }) => address),
					raw: Buffer.concat(parts).toString('utf8')
				});
				callback();
			});
		}
	});
	// A client that hangs up is what some tests are about.
	server.on('error', () => {});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		port: (server.server.address() as AddressInfo).port,
		received,
		answer(next) {
			code = next;
		},
		close: () => new Promise((resolve) => server.close(resolve))
	};
}
