import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { childNames } from '#lib/class-sign-in/child-names.ts';
import {
	isSecretWord,
	isSignInPicture,
	PICTURES_IN_SECRET,
	type SignInPicture
} from '#lib/class-sign-in/picture-secret.ts';
import { goBeyondLessons } from '#lib/server/auth/can.ts';
import * as classDevices from '#lib/server/auth/class-sign-in/class-devices.ts';
import * as pictureSignIn from '#lib/server/auth/class-sign-in/picture-sign-in.ts';
import { classCookie } from '#lib/server/auth/cookies.ts';
import { serving } from '#lib/server/db/serving.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { keepSession } from '../sign-in/session-start.server.ts';
import type { Actions, PageServerLoad } from './$types';

const LESSONS = '/learn';

export const load: PageServerLoad = async (event) => {
	const { actor, locale } = event.locals;
	// Nobody is signed in here, and yet there are names: nothing of it is kept by the browser.
	event.setHeaders({ 'cache-control': 'no-store' });
	if (!goBeyondLessons(actor).ok) redirect(303, LESSONS);
	if (actor.kind === 'person')
		return { state: 'signed-in' as const, name: `${actor.givenName} ${actor.familyName}`.trim() };
	const device = await classDevices.find(serving(), classCookie.read(event));
	if (!device) return { state: 'code' as const };
	if (device.state === 'waiting') return { state: 'waiting' as const, mark: device.mark };
	const names = childNames(await classDevices.children(serving(), device), locale).map(
		({ person, label, givenName, hasPictures }) => ({ id: person, label, givenName, hasPictures })
	);
	const chosen = names.find(
		({ id, hasPictures }) => hasPictures && id === event.url.searchParams.get('child')
	);
	return { state: 'open' as const, bare: true, names, child: chosen ?? null };
};

export const actions: Actions = {
	/** A device asks with the class's code. */
	code: async (event) => {
		const typed = String((await event.request.formData()).get('code') ?? '').trim();
		const refuse = (message: string) => fail(400, { typed, errors: [{ field: 'code', message }] });
		if (typed === '') return refuse(m.classin_code_missing());
		const asked = await classDevices.ask(serving(), typed, classCookie.read(event) ?? null);
		if (!asked.ok)
			return refuse(asked.reason === 'unknown-code' ? m.classin_code_unknown() : m.classin_code_too_many());
		classCookie.set(event, asked.token);
		redirect(303, '/class');
	},
	/** The device lets go of the class. */
	leave: async (event) => {
		await classDevices.leave(serving(), classCookie.read(event));
		classCookie.clear(event);
		redirect(303, '/class');
	},
	/** A picture after the other, then the word; what was tapped travels with the form and is kept nowhere. */
	pick: async (event) => {
		const form = await event.request.formData();
		const picks = form.getAll('picked').filter(isSignInPicture).slice(0, PICTURES_IN_SECRET);
		const word = form.get('word');
		const picture = form.get('picture');
		if (picks.length < PICTURES_IN_SECRET)
			return told(isSignInPicture(picture) ? [...picks, picture] : picks, null);
		return isSecretWord(word)
			? enter(event, String(form.get('child') ?? ''), { pictures: picks, word })
			: told(picks, null);
	}
};

type Problem = 'wrong' | 'paused' | 'busy' | 'closed';

async function enter(event: RequestEvent, child: string, secret: Parameters<typeof pictureSignIn.signIn>[3]) {
	const answer = await pictureSignIn.signIn(serving(), classCookie.read(event), child, secret);
	if (!answer.ok) return told([], answer.reason);
	await keepSession(event, answer);
	redirect(303, LESSONS);
}

function told(picks: SignInPicture[], problem: Problem | null) {
	return { picks, problem };
}
