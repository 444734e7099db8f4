import { error } from '@sveltejs/kit';
import { mainPolicy, permissionPurposes, wordsIn } from '#lib/server/catalogue/catalogue.ts';
import { permissionReaders, permissionText } from '#lib/server/catalogue/permission-texts.ts';
import { schoolYearAt } from '#lib/server/families/family-basis.ts';
import { now } from '#lib/server/db/clock.ts';
import { serving } from '#lib/server/db/serving.ts';
import { m } from '#lib/messages/compiled/messages.js';
import type { PageServerLoad } from './$types';

/** The words of a permission to sign on paper: open to everybody, because no right of a family needs a sign-in. */
export const load: PageServerLoad = async ({ params, url, locals }) => {
	const purpose = permissionPurposes().find(({ id }) => id === params.purpose);
	if (!purpose)
		error(404, { message: m.family_no_such_permission(), hint: m.family_no_such_permission_hint() });
	const reader = permissionReaders.find((known) => known === url.searchParams.get('for')) ?? 'guardian';
	const { title, question, text, given, refused, version } = permissionText(purpose, reader, locals.locale);
	const { contacts, language } = wordsIn(locals.locale);
	return {
		reader,
		title,
		question,
		text,
		given,
		refused,
		version,
		year: schoolYearAt(await now(serving())).name.replace('-', '–'),
		policy: { number: mainPolicy().number, clauses: purpose.clauses },
		office: { contact: contacts.office, language }
	};
};
