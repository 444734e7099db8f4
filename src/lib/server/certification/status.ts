/**
 * The state of one person's certification at an instant: exactly one of five (design, invariant 5).
 * Pure; all instants are Date, ranges are half-open.
 */

export type CertificationPeriod = { id: string; from: Date; until: Date | null; completedAt: Date };
export type Revocation = { kind: 'revoked' | 'restored'; at: Date };
export type CertificationState = 'none' | 'valid' | 'in_grace' | 'expired' | 'revoked';
export type CertificationStatus = {
	state: CertificationState;
	/** The period that the state speaks of: the running one, or the last that ran. */
	period: CertificationPeriod | null;
	/** End of unbroken validity (through periods that follow without a gap); null when it never ends or there is none. */
	validUntil: Date | null;
	/** Last instant of grace after that, for gates that keep; null when validity never ends or there is none. */
	graceUntil: Date | null;
};

const dayMs = 86_400_000;

/**
 * Revocation covers current and future periods until a full course is completed after it, or it is taken back.
 * `graceDays` is the district's setting.
 */
export function certificationStatus(
	periods: CertificationPeriod[],
	revocations: Revocation[],
	at: Date,
	graceDays: number
): CertificationStatus {
	const none: CertificationStatus = { state: 'none', period: null, validUntil: null, graceUntil: null };
	const known = periods.filter((period) => period.completedAt <= at);
	if (known.length === 0) return none;

	const revokedAt = lastRevoked(revocations, at);
	const standing = revokedAt ? known.filter((period) => period.completedAt > revokedAt) : known;
	if (standing.length === 0) return { ...none, state: 'revoked', period: latest(known) };

	const sorted = [...standing].sort((a, b) => a.from.getTime() - b.from.getTime());
	const running = sorted.find((period) => period.from <= at && (period.until === null || at < period.until));
	if (running) {
		const validUntil = unbrokenEnd(running, sorted);
		return { state: 'valid', period: running, validUntil, graceUntil: plusGrace(validUntil, graceDays) };
	}
	const past = sorted.filter((period) => period.until !== null && period.until <= at).at(-1);
	if (!past?.until) return none;
	const graceUntil = plusGrace(past.until, graceDays);
	const inGrace = graceUntil !== null && at < graceUntil;
	return { state: inGrace ? 'in_grace' : 'expired', period: past, validUntil: past.until, graceUntil };
}

/** When it was revoked, where that is the last word on it; null where it never was, or that was taken back. */
export function lastRevoked(revocations: Revocation[], at: Date): Date | null {
	const lastWord = revocations
		.filter((entry) => entry.at <= at)
		.sort((a, b) => a.at.getTime() - b.at.getTime())
		.at(-1);
	return lastWord?.kind === 'revoked' ? lastWord.at : null;
}

function latest(periods: CertificationPeriod[]): CertificationPeriod | null {
	return [...periods].sort((a, b) => a.completedAt.getTime() - b.completedAt.getTime()).at(-1) ?? null;
}

function unbrokenEnd(running: CertificationPeriod, sorted: CertificationPeriod[]): Date | null {
	let until = running.until;
	// In order of their start; two learners of one person may hold periods that overlap.
	for (const next of sorted)
		if (until !== null && next.from <= until && (next.until === null || next.until > until))
			until = next.until;
	return until;
}

function plusGrace(until: Date | null, graceDays: number): Date | null {
	return until === null ? null : new Date(until.getTime() + graceDays * dayMs);
}

/**
 * The instant from which a new period counts: the old end when renewed before it (renewing early loses no days),
 * the day of completion when there was none, it was revoked, or it had ended (invariant 6; nothing is backdated).
 */
export function startOfNextPeriod(status: CertificationStatus, completedAt: Date): Date {
	return status.state === 'valid' && status.validUntil !== null ? status.validUntil : completedAt;
}

/** Whether a certification may be renewed now: within the window before it ends, or at any time after. */
export function renewalIsOpen(status: CertificationStatus, at: Date, opensDaysBefore: number): boolean {
	if (status.state === 'none') return false;
	if (status.state !== 'valid') return true;
	return status.validUntil !== null && at.getTime() >= status.validUntil.getTime() - opensDaysBefore * dayMs;
}
