import { error } from '@sveltejs/kit';
import { mainPolicy, wordsIn } from '#lib/server/catalogue/catalogue.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { permissionText } from '#lib/server/catalogue/permission-texts.ts';
import type { Permission, Permissions, SignResult } from '#lib/server/families/permissions.ts';
import type { PermissionReader } from '#lib/server/db/schema.ts';
import type { Locale } from '#lib/messages/compiled/runtime.js';
import { m } from '#lib/messages/compiled/messages.js';
import { historyInWords, stateInWords, type Viewer } from './permission-words.server.ts';

/** The one permission of this address, or that there is none. */
export function permissionOf({ permissions }: Permissions, purpose: string): Permission {
	const found = permissions.find((permission) => permission.purpose.id === purpose);
	if (!found)
		error(404, { message: m.family_no_such_permission(), hint: m.family_no_such_permission_hint() });
	return found;
}

/** A permission as it is listed: what it is called, how it stands, and whether the viewer has an answer to give. */
export function permissionRow(
	permission: Permission,
	{ signing }: Permissions,
	viewer: Exclude<Viewer, { as: 'office' }>,
	locale: Locale
) {
	const signs = viewer.as === 'guardian' ? signing.guardians : signing.student;
	return {
		id: permission.purpose.id,
		title: permissionText(permission.purpose, viewer.as, locale).title,
		// An answer that is the student's alone is not shown to guardians.
		state:
			viewer.as === 'guardian' && !signing.guardians
				? null
				: stateInWords(permission, viewer, localDates(locale)),
		signs,
		waits: signs && permission.own === null
	};
}
export type PermissionRow = ReturnType<typeof permissionRow>;

/** Everything that the page of one permission shows to whoever signs it. */
export function permissionPage(
	permission: Permission,
	all: Permissions,
	viewer: Exclude<Viewer, { as: 'office' }>,
	signer: { name: string; about: string },
	locale: Locale
) {
	const reader: PermissionReader = viewer.as;
	const say = localDates(locale);
	const text = permissionText(permission.purpose, reader, locale);
	const { own } = permission;
	const row = permissionRow(permission, all, viewer, locale);
	const history = historyInWords(
		// What a student who signs alone says is theirs; guardians see what they signed themselves.
		row.state ? permission.history : permission.history.filter((word) => word.signer === viewer.person),
		viewer,
		say
	);
	const { title, question, given, refused, hash, text: paragraphs } = text;
	return {
		paper: `/permissions/${permission.purpose.id}/paper${reader === 'student' ? '?for=student' : ''}`,
		year: all.year.name.replace('-', '–'),
		through: say.lastDay(all.year.until),
		words: { title, question, given, refused, hash, paragraphs },
		policy: { number: mainPolicy().number, clauses: permission.purpose.clauses },
		state: row.state,
		signs: row.signs,
		own: own && { act: own.act, when: say.date(own.at) },
		signer,
		history,
		office: wordsIn(locale).contacts.office,
		officeLanguage: wordsIn(locale).language
	};
}
export type PermissionPage = ReturnType<typeof permissionPage>;

/** What was sent by the form: the answer, or that none was chosen. */
export function answerIn(form: FormData): 'given' | 'refused' | null {
	const answer = form.get('answer');
	return answer === 'given' || answer === 'refused' ? answer : null;
}

export const missingAnswer = () => [{ field: 'answer', message: m.family_answer_missing() }];

/** Why a signature was not taken, beside the question; an unknown child or permission is a page that is not there. */
export function refusalInWords(result: Extract<SignResult, { ok: false }>) {
	if (result.reason === 'not-found')
		error(404, { message: m.family_no_such_permission(), hint: m.family_no_such_permission_hint() });
	const message = result.reason === 'other-text' ? m.family_other_text() : m.family_may_not_sign();
	return [{ field: 'answer', message }];
}
