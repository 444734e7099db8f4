import { error, fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { signUpForm } from '#lib/join/sign-up-form.ts';
import type { Weakness } from '#lib/server/auth/passwords.ts';
import { catalogue, gate as findGate } from '#lib/server/catalogue/catalogue.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { viewInLanguage } from '#lib/server/certification/view-in-language.ts';
import { serving } from '#lib/server/db/serving.ts';
import { lessonsGate, signUp, wayIn, type SignUpRefusal } from '#lib/server/gate/sign-up.ts';
import { check } from '#lib/server/gate/gate.ts';
import { nextStep } from '#lib/server/requirements/next-step.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { startSession } from '../sign-in/session-start.server.ts';
import { courseOverview } from '../learn/course-overview.server.ts';
import { openCourse, whoAsks } from '../learn/learner.server.ts';
import { hereCookie } from '#lib/server/auth/cookies.ts';
import { visitorCookie } from '#lib/server/auth/visitor-cookie.ts';
import { isHere } from './again/visit.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const way = wayIn('family');
	const view = viewInLanguage(await openCourse(event, familyCourse()), event.locals.locale);
	const say = localDates(event.locals.locale);
	const who = whoAsks(event, view.course.slug);
	const answer =
		way.by === 'gated' && who
			? await check(serving(), way.gate, [{ part: 'visitor', learner: who.learner }], 'open')
			: null;
	return {
		by: way.by,
		signedIn: event.locals.actor.kind === 'person',
		open: answer?.allow ?? false,
		lessonsFirst: lessonsGate() !== null,
		overview: courseOverview(view, say),
		next: nextStep(view, say)
	};
};

export const actions: Actions = {
	default: async (event) => {
		if (event.locals.actor.kind === 'person') redirect(303, '/learn');
		const form = await event.request.formData();
		const text = (name: string) => String(form.get(name) ?? '');
		const values = { given_name: text('given_name'), family_name: text('family_name'), email: text('email') };
		const parsed = v.safeParse(signUpForm(), { ...values, password: text('password') });
		const who = whoAsks(event, familyCourse());
		// A form that stood open for hours on a shared device: whose lessons are these?
		if (who && !isHere(event) && text('mine') !== 'yes') {
			const errors = [{ field: 'mine', message: m.join_error_mine() }];
			return fail(409, { values, errors, askMine: true });
		}
		if (!parsed.success && who) {
			const errors = parsed.issues.map((issue) => ({
				field: String(issue.path?.[0]?.key),
				message: issue.message
			}));
			return fail(400, {
				values,
				askMine: !isHere(event),
				errors: errors.filter((entry, index) => errors.findIndex((e) => e.field === entry.field) === index)
			});
		}
		const made = await signUp(serving(), 'family', who?.learner ?? null, {
			givenName: values.given_name.trim(),
			familyName: values.family_name.trim(),
			email: values.email.trim(),
			password: text('password'),
			locale: event.locals.locale
		});
		if (!made.ok) {
			const refused = inWords(made);
			return fail(refused.status, {
				values,
				askMine: !isHere(event),
				errors: [{ field: refused.field, message: refused.message }]
			});
		}
		visitorCookie.clear(event);
		hereCookie.clear(event);
		await startSession(event, made.person);
		redirect(303, '/learn?welcome=1');
	}
};

/** The course that the families' gate asks for. */
function familyCourse(): string {
	const way = wayIn('family');
	const asked = way.by === 'gated' ? findGate(way.gate)?.asks.find((ask) => 'course' in ask) : undefined;
	const slug =
		asked && 'course' in asked
			? asked.course
			: Object.values(catalogue().courses).find((course) => course.visitors)?.slug;
	if (!slug) error(404, { message: m.shell_error_404_title(), hint: m.shell_error_404_hint() });
	return slug;
}

const weakWords: Record<Weakness, () => string> = {
	'too-short': m.join_error_weak_too_short,
	'too-long': m.join_error_weak_too_long,
	common: m.join_error_weak_common,
	'own-words': m.join_error_weak_own_words,
	pattern: m.join_error_weak_pattern
};

function inWords(refusal: SignUpRefusal): { status: number; field: string; message: string } {
	switch (refusal.reason) {
		case 'weak-password':
			return { status: 400, field: 'password', message: weakWords[refusal.weakness]() };
		case 'district-address':
			return { status: 400, field: 'email', message: m.join_error_district_address() };
		case 'login-taken':
			return { status: 400, field: 'email', message: m.join_error_login_taken() };
		case 'already-somebody':
			return { status: 409, field: 'email', message: m.join_error_somebody() };
		case 'too-late':
			return { status: 409, field: 'email', message: m.join_error_too_late() };
		case 'closed':
			return { status: 403, field: 'main', message: m.join_closed_title() };
		case 'invitation':
			return { status: 403, field: 'main', message: m.join_invitation_title() };
		default:
			return { status: 403, field: 'main', message: m.join_error_gate() };
	}
}
