import type { Holdings } from './holdings.ts';
import { certificationStatus } from './status.ts';

/** What one certificate is worth at an instant: its own period's part of its holder's certification. */
export type CertificateState = {
	state: 'valid' | 'not_started' | 'in_grace' | 'expired' | 'revoked';
	/** While in grace: the instant at which it ends. */
	graceUntil: Date | null;
};

/**
 * The state of the certificate of one period, given everything its holder holds. A revoked one stays revoked when a
 * course completed later brings a new certificate; an ended one is in grace only while no newer period runs. A
 * period whose completion was annulled is not among what is held, and its certificate counts as revoked.
 * `graceDays` is the district's setting.
 */
export function certificateState(
	held: Pick<Holdings, 'periods' | 'revocations'>,
	certificate: { period: string; certification: string },
	at: Date,
	graceDays: number
): CertificateState {
	const revocations = held.revocations.filter((entry) => entry.certification === certificate.certification);
	const periods = held.periods.filter((entry) => entry.certification === certificate.certification);
	const own = periods.filter((entry) => entry.id === certificate.period);
	if (own.length === 0) return { state: 'revoked', graceUntil: null };

	const alone = certificationStatus(own, revocations, at, graceDays);
	if (alone.state === 'none') return { state: 'not_started', graceUntil: null };
	if (alone.state !== 'in_grace') return { state: alone.state, graceUntil: null };
	const whole = certificationStatus(periods, revocations, at, graceDays);
	return whole.state === 'in_grace'
		? { state: 'in_grace', graceUntil: alone.graceUntil }
		: { state: 'expired', graceUntil: null };
}
