import { m } from '#lib/messages/compiled/messages.js';

/** What somebody reads who has to wait: a full queue empties in seconds, a limit lasts minutes. */
export function limitedWords(retryAfterSeconds: number): string {
	if (retryAfterSeconds <= 10) return m.signin_error_busy();
	return m.signin_error_limited({ minutes: String(Math.ceil(retryAfterSeconds / 60)) });
}
