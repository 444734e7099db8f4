import { error, fail, redirect } from '@sveltejs/kit';
import type { FieldError } from '#lib/components/text.ts';
import * as classCodes from '#lib/server/auth/class-sign-in/class-codes.ts';
import * as classDevices from '#lib/server/auth/class-sign-in/class-devices.ts';
import * as pictureSecrets from '#lib/server/auth/class-sign-in/picture-secrets.ts';
import * as pictureSignIn from '#lib/server/auth/class-sign-in/picture-sign-in.ts';
import { classCookie } from '#lib/server/auth/cookies.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { now } from '#lib/server/db/clock.ts';
import { nextMidnight } from '#lib/server/db/instants.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as classes from '#lib/server/people/classes.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { endSession } from '../../../sign-in/session-start.server.ts';
import { openClass } from '../../teacher.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

/** For how many hours a device may be opened; the first is what is chosen unless told otherwise. */
const HOURS = [1, 2, 4, 8];

export const load: PageServerLoad = async (event) => {
	const { teacher, room } = await openYoungClass(event);
	const say = localDates(event.locals.locale);
	const [code, devices, paused, made, children] = await Promise.all([
		classCodes.current(serving(), room.id),
		classDevices.ofClass(serving(), room.id),
		pictureSignIn.paused(serving(), room.id),
		pictureSecrets.standing(serving(), room.id),
		classes.studentsOf(serving(), teacher.person, room.id)
	]);
	const nameIn = new Map(children.map((child) => [child.person, nameOf(child)]));
	const done = event.url.searchParams.get('done');
	return {
		room: { id: room.id, title: room.title },
		address: new URL('/class', event.url).href.replace(/^https?:\/\//, ''),
		code: code?.code ?? null,
		hours: HOURS,
		waiting: devices
			.filter(({ closesAt }) => closesAt === null)
			.map(({ id, mark, askedAt }) => ({ id, mark, asked: say.time(askedAt) })),
		open: devices.flatMap(({ id, mark, closesAt, signedIn }) =>
			closesAt ? [{ id, mark, until: say.time(closesAt), signedIn }] : []
		),
		paused: paused.flatMap(({ device, person, mark, until }) => {
			const name = nameIn.get(person);
			return name ? [{ key: `${device} ${person}`, person, name, mark, until: say.time(until) }] : [];
		}),
		children: children.map((child) => {
			const at = made.get(child.person);
			return { id: child.person, name: nameOf(child), made: at ? say.date(at) : null };
		}),
		done: (['opened', 'closed', 'again'] as const).find((word) => word === done) ?? null,
		opened: Number(event.url.searchParams.get('count') ?? 0)
	};
};

export const actions: Actions = {
	code: async (event) => {
		const { teacher, room } = await openYoungClass(event);
		const until = nextMidnight(await now(serving()), district().time_zone);
		await classCodes.make(serving(), teacher.person, room.id, until);
		redirect(303, here(event));
	},
	open: async (event) => {
		const { teacher, room } = await openYoungClass(event);
		const form = await event.request.formData();
		const ids = form.getAll('device').map(String);
		if (ids.length === 0) return refused('device', m.classin_devices_none_ticked());
		const count = await classDevices.open(serving(), teacher.person, room.id, ids, hoursOf(form));
		if (count === 0) return refused('device', m.classin_devices_gone());
		redirect(303, `${here(event)}?done=opened&count=${count}`);
	},
	/** This very device, for a teacher who brings it along signed in; nobody is signed in on it afterwards. */
	openHere: async (event) => {
		const { teacher, room } = await openYoungClass(event);
		const hours = hoursOf(await event.request.formData());
		const before = classCookie.read(event) ?? null;
		const token = await classDevices.openHere(serving(), teacher.person, room.id, hours, before);
		await endSession(event);
		classCookie.set(event, token);
		redirect(303, '/class');
	},
	close: async (event) => {
		const { teacher, room } = await openYoungClass(event);
		const id = (await event.request.formData()).get('device');
		await classDevices.close(serving(), teacher.person, room.id, id === null ? null : String(id));
		redirect(303, `${here(event)}?done=closed`);
	},
	again: async (event) => {
		const { room } = await openYoungClass(event);
		const person = String((await event.request.formData()).get('person') ?? '');
		await pictureSignIn.letTryAgain(serving(), room.id, person);
		redirect(303, `${here(event)}?done=again`);
	},
	/** New cards. They are in this one answer and nowhere else. */
	cards: async (event) => {
		const { teacher, room } = await openYoungClass(event);
		const ticked = (await event.request.formData()).getAll('child').map(String);
		if (ticked.length === 0) return refused('child', m.classin_cards_none_ticked());
		const children = await classes.studentsOf(serving(), teacher.person, room.id);
		const chosen = children.filter(({ person }) => ticked.includes(person));
		if (chosen.length !== new Set(ticked).size)
			return refused('child', m.classin_cards_not_in_class(), ticked);
		const made = await pictureSecrets.make(
			serving(),
			teacher.person,
			room.id,
			chosen.map(({ person }) => person)
		);
		const secretOf = new Map(made.map((secret) => [secret.person, secret]));
		return {
			errors: [],
			ticked: [],
			cards: chosen.flatMap((child) => {
				const secret = secretOf.get(child.person);
				return secret ? [{ name: nameOf(child), pictures: secret.pictures, word: secret.word }] : [];
			})
		};
	}
};

/** A class of this teacher whose children are young enough for pictures. */
async function openYoungClass(event: RequestEvent) {
	const opened = await openClass(event);
	if (opened.room.band !== 'K-2' && opened.room.band !== '3-5')
		error(404, { message: m.classin_cards_only_young(), hint: m.classin_cards_only_young_hint() });
	return opened;
}

function here({ params }: RequestEvent): string {
	return `/teach/${params.class}/sign-in-cards`;
}

function hoursOf(form: FormData): number {
	return HOURS.find((hours) => String(hours) === form.get('hours')) ?? 1;
}

function refused(field: string, message: string, ticked: string[] = []) {
	const errors: FieldError[] = [{ field, message }];
	return fail(400, { errors, ticked, cards: null });
}

function nameOf({ givenName, familyName }: { givenName: string; familyName: string }): string {
	return `${givenName} ${familyName}`.trim();
}
