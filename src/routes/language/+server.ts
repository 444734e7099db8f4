import { error, redirect } from '@sveltejs/kit';
import { isLocale } from '#lib/messages/compiled/runtime.js';
import { sameSitePath } from '#lib/server/auth/same-site-path.ts';
import { postedForm } from '../posted-form.server.ts';
import type { RequestHandler } from './$types';

const YEAR_SECONDS = 31_536_000;

/** Keeps the language that somebody chose, and sends them back to where they chose it. */
export const POST: RequestHandler = async ({ request, cookies, url }) => {
	const form = await postedForm(request);
	const locale = form.get('locale');
	if (!isLocale(locale)) error(400);
	cookies.set('locale', locale, {
		path: '/',
		httpOnly: true,
		sameSite: 'lax',
		secure: url.protocol === 'https:',
		maxAge: YEAR_SECONDS
	});
	redirect(303, sameSitePath(form.get('path'), '/'));
};
