import { error, fail, redirect } from '@sveltejs/kit';
import { m } from '#lib/messages/compiled/messages.js';
import { pageTitle } from '#lib/register/describe.ts';
import {
	answersOf,
	checkPage,
	defaultReviewDate,
	pageAfter,
	pageBefore,
	pageOf,
	pages
} from '#lib/register/form.ts';
import { questions } from '#lib/register/questions.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { serving } from '#lib/server/db/serving.ts';
import { offered } from '#lib/server/register/co-owner.ts';
import * as drafts from '#lib/server/register/drafts.ts';
import { formRules, questionContext } from '#lib/server/register/form-context.ts';
import { faultsOf } from '#lib/server/register/submit.ts';
import { clausesInWords, ownDraft, staffOnly } from '../../accounts.server.ts';
import type { Actions, PageServerLoad } from './$types';

const knownPage = (id: string) =>
	pageOf(id) ?? error(404, { message: m.register_not_found(), hint: m.register_not_found_hint() });

export const load: PageServerLoad = async (event) => {
	const actor = staffOnly(event);
	const page = knownPage(event.params.page);
	const draft = await ownDraft(actor, event.params.id);
	const rules = await formRules(serving());
	const colleagues =
		page.id === 'colleague' ? await offered(serving(), actor, draft.type, draft.organisation) : [];
	const asked = questions(questionContext(colleagues));
	const before = pageBefore(page.id);
	// Who comes from check-your-answers comes to mend something: it is said at once.
	const mending = event.url.searchParams.get('from') === 'check';
	const faults = mending ? (await faultsOf(serving(), draft)).filter((fault) => fault.page === page.id) : [];
	const chosen = draft.answers.co_owner ?? '';
	return {
		id: draft.id,
		page: page.id,
		heading: pageTitle(page.id),
		type: draft.type.title,
		number: pages.indexOf(page) + 1,
		count: pages.length,
		says: clausesInWords(page.clauses),
		school: draft.organisationName,
		questions: page.fields.map((field) => asked[field]),
		answers: {
			start_date: rules.today,
			review_date: defaultReviewDate(draft.answers.start_date || rules.today, district().school_year.ends),
			...draft.answers
		},
		noColleague: page.id === 'colleague' && colleagues.length === 0,
		colleagueGone:
			page.id === 'colleague' && chosen !== '' && !colleagues.some(({ person }) => person === chosen),
		mending,
		faults,
		back: mending ? `/accounts/${draft.id}/check` : before ? `/accounts/${draft.id}/${before}` : '/accounts'
	};
};

export const actions: Actions = {
	default: async (event) => {
		const actor = staffOnly(event);
		const page = knownPage(event.params.page);
		const { id } = await ownDraft(actor, event.params.id);
		const form = await event.request.formData();
		// What was typed is kept first, right or wrong.
		const draft = await drafts.save(serving(), actor, id, answersOf(page.id, form));
		if (!draft) redirect(303, `/accounts/${id}`);
		if (form.get('intent') === 'leave') redirect(303, '/accounts');
		const checked = checkPage(page.id, draft.answers, await formRules(serving()));
		if (!checked.ok) return fail(400, { errors: checked.errors });
		const taken = (await faultsOf(serving(), draft)).filter((fault) => fault.page === page.id);
		if (taken.length > 0)
			return fail(400, { errors: taken.map(({ field, message }) => ({ field, message })) });
		const next = event.url.searchParams.get('from') === 'check' ? null : pageAfter(page.id);
		redirect(303, `/accounts/${id}/${next ?? 'check'}`);
	}
};
