import { error, type Handle } from '@sveltejs/kit';
import { goBeyondLessons } from '#lib/server/auth/can.ts';
import { m } from '#lib/messages/compiled/messages.js';

/** The routes of lessons, and the way out of them. */
const lessons = [
	'/learn',
	'/learn/[course]',
	'/learn/[course]/[lesson]/[[section]]',
	'/class',
	'/language',
	'/sign-out'
];
/** Pages that show everybody the same, whoever asks. Help is never shut. */
const everybodys = [
	'/',
	'/help',
	'/policy',
	'/accessibility',
	'/official-accounts',
	'/official-accounts/[id]',
	'/verify',
	'/verify/[code]'
];

/** Whom pictures and a word signed in, takes lessons; every other page of their own refuses in kind words. */
export const lessonsOnly: Handle = ({ event, resolve }) => {
	const { route, locals } = event;
	const open = route.id === null || [...lessons, ...everybodys].includes(route.id);
	if (!open && !goBeyondLessons(locals.actor).ok)
		error(403, { message: m.classin_lessons_only(), hint: m.classin_lessons_only_hint() });
	return resolve(event);
};
