import { fail, redirect } from '@sveltejs/kit';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { serving, servingPool } from '#lib/server/db/serving.ts';
import * as conflicts from '#lib/server/roster/conflicts.ts';
import * as history from '#lib/server/roster/history.ts';
import { readAndPlan } from '#lib/server/roster/in-background.ts';
import { limits } from '#lib/server/roster/limits.ts';
import { plainColumns } from '#lib/server/roster/read-plain.ts';
import { knownRoles } from '#lib/server/roster/read-values.ts';
import { rosterSettings } from '#lib/server/roster/settings.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { described } from '../../../hooks/error-report.ts';
import { log } from '../../../hooks/log.ts';
import { stateTag } from './import-words.ts';
import { rosterKeeper } from './keeper.server.ts';
import type { Actions, PageServerLoad } from './$types';

const megabytes = limits.uploadBytes / 1_048_576;

export const load: PageServerLoad = async (event) => {
	const actor = rosterKeeper(event);
	const say = localDates(event.locals.locale);
	const number = (value: number) => value.toLocaleString(event.locals.locale);
	const [imports, open] = await Promise.all([
		history.list(serving(), actor.person),
		conflicts.open(serving(), actor.person, { limit: 1 })
	]);
	const { nightlyAt, endingGuardPercent } = rosterSettings();
	return {
		megabytes: String(megabytes),
		nightly: { time: nightlyAt, percent: String(endingGuardPercent) },
		columns: plainColumns.flatMap((column) =>
			'use' in column ? [{ name: column.name, needed: 'required' in column }] : []
		),
		roles: knownRoles.join(', '),
		conflicts: open.total,
		current: imports
			.filter(({ state }) => state === 'planned' || state === 'reading' || state === 'applying')
			.map(({ id, name, state, begunAt }) => ({
				id,
				name,
				waits: state === 'planned',
				date: say.date(begunAt),
				time: say.time(begunAt)
			})),
		imports: imports.map(({ id, name, way, by, state, reason, plan, begunAt }) => ({
			id,
			name,
			when: `${say.date(begunAt)}, ${say.time(begunAt)}`,
			by:
				way === 'browser'
					? (by ?? '')
					: way === 'folder'
						? m.roster_way_folder()
						: m.roster_way_command_line(),
			state: stateTag(state, reason),
			people: plan
				? m.roster_history_changed({
						added: number(plan.people.added),
						changed: number(plan.people.changed + plan.people.returned),
						ended: number(plan.people.ended)
					})
				: ''
		}))
	};
};

export const actions: Actions = {
	default: async (event) => {
		const actor = rosterKeeper(event);
		const form = await event.request.formData().catch((failure: unknown) => {
			// More than any form of ours may hold: the server stopped reading.
			if (typeof failure === 'object' && failure !== null && 'status' in failure && failure.status === 413)
				return null;
			throw failure;
		});
		const file = form?.get('file') ?? null;
		const refuse = (message: string, status = 400) => fail(status, { errors: [{ field: 'file', message }] });
		if (form === null || (file instanceof File && file.size > limits.uploadBytes))
			return refuse(m.roster_error_too_large({ megabytes }), 413);
		// Without a choice browsers send a file without a name; an empty one is the reader's to refuse.
		if (!(file instanceof File) || file.name === '') return refuse(m.roster_error_no_file());
		const bytes = Buffer.from(await file.arrayBuffer());
		const id = await readAndPlan(
			serving(),
			servingPool(),
			actor.person,
			{ name: nameOf(file), bytes },
			(failure) => log.error({ error: described(failure) }, 'reading a roster broke off')
		);
		redirect(303, `/manage/roster/${id}`);
	}
};

/** What the file is called, without whatever folder a browser may have put before it. */
function nameOf({ name }: File): string {
	return name.replace(/^.*[\\/]/, '').slice(0, 100) || 'roster';
}
