import { error, fail, redirect } from '@sveltejs/kit';
import { serving, servingPool } from '#lib/server/db/serving.ts';
import * as history from '#lib/server/roster/history.ts';
import { applyPlanned } from '#lib/server/roster/in-background.ts';
import { discard } from '#lib/server/roster/imports.ts';
import * as problems from '#lib/server/roster/problems.ts';
import { severities, type Severity } from '#lib/server/roster/problem.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { pageNumber } from '../../../page-number.server.ts';
import { described } from '../../../../hooks/error-report.ts';
import { log } from '../../../../hooks/log.ts';
import { rosterKeeper } from '../keeper.server.ts';
import { importPage, problemRows } from './import-page.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

const size = 25;

export const load: PageServerLoad = async (event) => {
	const actor = rosterKeeper(event);
	const { locale } = event.locals;
	const db = serving();
	const found = await importOf(event, actor.person);
	const wanted = event.url.searchParams.get('kind');
	const severity = severities.find((known) => known === wanted) ?? null;
	const page = pageNumber(event.url.searchParams);
	const [counts, rows, examples, refusals] = await Promise.all([
		problems.counts(db, actor.person, found.id),
		problems.page(db, actor.person, found.id, { severity }, { offset: (page - 1) * size, limit: size }),
		found.state === 'planned' ? history.examples(db, actor.person, found.id) : {},
		found.state === 'refused'
			? problems.page(db, actor.person, found.id, { severity: 'stop' }, { limit: 1 })
			: []
	]);
	const ofSeverity = (kind: Severity) =>
		counts.filter((count) => count.severity === kind).reduce((sum, { rows }) => sum + rows, 0);
	const total = severity ? ofSeverity(severity) : severities.reduce((sum, kind) => sum + ofSeverity(kind), 0);
	return {
		...importPage(found, examples, locale),
		/** Why the file as a whole was refused. */
		refusal: problemRows(refusals, locale)[0] ?? null,
		problems: {
			kind: severity ?? '',
			kinds: severities
				.filter((kind) => ofSeverity(kind) > 0)
				.map((kind) => ({
					value: kind,
					label: m.roster_problems_choice({
						kind: problems.severityWord(kind, locale),
						count: ofSeverity(kind).toLocaleString(locale)
					})
				})),
			rows: problemRows(rows, locale),
			total,
			page,
			pages: Math.max(1, Math.ceil(total / size)),
			size
		}
	};
};

export const actions: Actions = {
	apply: async (event) => {
		const actor = rosterKeeper(event);
		const found = await importOf(event, actor.person);
		const form = await event.request.formData();
		const typed = String(form.get('ending') ?? '').trim();
		const { plan } = found;
		if (plan?.guard.asks && Number(typed.replace(/[.,\s]/g, '')) !== plan.people.ended)
			return fail(400, {
				ending: typed,
				errors: [
					{
						field: 'ending',
						message: m.roster_guard_error({ ended: plan.people.ended.toLocaleString(event.locals.locale) })
					}
				]
			});
		await applyPlanned(
			serving(),
			servingPool(),
			actor.person,
			found.id,
			{ ending: plan?.people.ended ?? null, fingerprint: String(form.get('fingerprint') ?? '') },
			(failure) => log.error({ error: described(failure) }, 'applying a roster broke off')
		);
		redirect(303, `/manage/roster/${found.id}`);
	},
	discard: async (event) => {
		const actor = rosterKeeper(event);
		const found = await importOf(event, actor.person);
		await discard(serving(), found.id, actor.person, 'by-hand');
		redirect(303, '/manage/roster');
	}
};

async function importOf({ params }: RequestEvent, actor: string): Promise<history.ImportView> {
	const found = await history.find(serving(), actor, params.id);
	if (!found) error(404, { message: m.roster_not_found(), hint: m.roster_not_found_hint() });
	return found;
}
