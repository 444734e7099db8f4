import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { now } from '#lib/server/db/clock.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as records from '#lib/server/records/completion-records.ts';
import { choices, readFilter, type FilterProblem } from '#lib/server/records/record-filter.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { pageNumber } from '../../page-number.server.ts';
import { recordsReader } from './reader.server.ts';
import type { PageServerLoad } from './$types';

const size = 50;

export const load: PageServerLoad = async (event) => {
	const actor = recordsReader(event);
	const at = await now(serving());
	const known = await choices(serving(), actor);
	const read = readFilter(event.url.searchParams, actor, known, at);
	const base = { choices: known, values: read.values, query: event.url.search };
	if (!read.ok)
		return {
			...base,
			errors: read.problems.map(inWords),
			rows: [],
			total: 0,
			page: 1,
			pages: 1,
			standings: []
		};

	const { filter } = read;
	const say = localDates(event.locals.locale);
	const wanted = pageNumber(event.url.searchParams);
	const [found, standings] = await Promise.all([
		records.page(serving(), actor, filter, { number: wanted, size }),
		records.standings(serving(), actor, filter)
	]);
	const titles = new Map(known.courses.map((course) => [course.slug, course.title]));
	return {
		...base,
		errors: [],
		total: found.total,
		page: wanted,
		pages: Math.max(1, Math.ceil(found.total / size)),
		standings: standings.map((standing) => ({
			...standing,
			title: titles.get(standing.course) ?? standing.course
		})),
		rows: found.rows.map((row) => ({
			key: row.key,
			name: `${row.familyName}, ${row.givenName}`,
			email: row.email,
			school: row.school,
			role: row.role,
			course: titles.get(row.course) ?? row.course,
			status: row.status,
			inGrace:
				row.status === 'completed' &&
				!row.renewed &&
				row.validUntil !== null &&
				row.validUntil <= filter.asOf,
			renewed: row.status === 'completed' && row.renewed,
			overdue: row.dueAt !== null && row.dueAt <= filter.asOf,
			validThrough: row.validUntil && say.lastDay(row.validUntil),
			due: row.dueAt && say.lastDay(row.dueAt)
		}))
	};
};

function inWords({ field, reason }: FilterProblem): { field: string; message: string } {
	if (reason === 'not-a-date') return { field, message: m.manage_error_date() };
	if (reason === 'in-the-future') return { field, message: m.manage_error_future() };
	const messages = {
		school: m.manage_error_school,
		course: m.manage_error_course,
		status: m.manage_error_status,
		as_of: m.manage_error_date,
		roles: m.manage_error_roles
	};
	return { field, message: messages[field]() };
}
