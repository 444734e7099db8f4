import * as passwordReset from '#lib/server/auth/password-reset.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { serving } from '#lib/server/db/serving.ts';
import { rounds, type Rounds } from '#lib/server/jobs/rounds.ts';
import { siteOrigin, type Delivery } from '#lib/server/mail/delivery.ts';
import { sendDue, smtpCarrier } from '#lib/server/mail/sending.ts';
import { described } from './error-report.ts';
import { log } from './log.ts';

const EVERY_MILLISECONDS = 2_000;

/** Begins what this process does besides answering. Every instance may do it: what waits is claimed in the database. */
export function beginWork(delivery: Delivery): Rounds {
	const work = [
		repeatedly('asked-for passwords', () => passwordReset.answerAsked(serving())),
		...(delivery.by === 'smtp' ? [sendMail(delivery)] : [])
	];
	return {
		async stop() {
			await Promise.all(work.map((each) => each.stop()));
		}
	};
}

function sendMail(delivery: Extract<Delivery, { by: 'smtp' }>): Rounds {
	const carrier = smtpCarrier(delivery);
	const { name, time_zone: zone } = district();
	const head = { origin: siteOrigin(), district: name, zone };
	const sending = repeatedly('mails', async () => {
		const { perMinute } = delivery;
		const { sent, failed, waiting } = await sendDue(serving(), carrier, { head, perMinute });
		if (failed + waiting > 0) log.warn({ sent, failed, waiting }, 'some mails could not be sent');
	});
	return {
		async stop() {
			await sending.stop();
			carrier.close();
		}
	};
}

function repeatedly(what: string, work: () => Promise<unknown>): Rounds {
	return rounds(work, {
		everyMilliseconds: EVERY_MILLISECONDS,
		failed: (error) =>
			log.warn({ what, error: described(error) }, 'what waits could not be looked at this time')
	});
}
