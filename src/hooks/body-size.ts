import { error, type Handle } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';

/** The longest of our forms fits many times over. */
const FORM_BYTES = 512 * 1024;
/** Routes that take files, after they have looked at who sends them. They have a bound of their own. */
const takesFiles = ['/manage/roster'];

/** Refuses a body that no form of ours can be, before anything of it is held in memory. */
export const bodySize: Handle = ({ event, resolve }) => {
	const { request, route } = event;
	if (request.body === null || (route.id !== null && takesFiles.includes(route.id))) return resolve(event);
	const length = request.headers.get('content-length');
	// Sent in pieces, it says its length when it is too late.
	if (length === null) error(411, { message: m.shell_error_411_title() });
	if (!(Number(length) <= FORM_BYTES))
		error(413, { message: m.shell_error_413_title(), hint: m.shell_error_413_hint() });
	return resolve(event);
};
