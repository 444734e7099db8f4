import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as office from '#lib/server/families/office-view.ts';
import { pageNumber } from '../../page-number.server.ts';
import { officeMember } from './office.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = officeMember(event);
	const params = event.url.searchParams;
	const looked = params.get('find')?.trim() ?? '';
	const wanted = pageNumber(params);
	const [found, waiting] = await Promise.all([
		office.search(serving(), actor, looked),
		office.waiting(serving(), actor, wanted)
	]);
	const say = localDates(event.locals.locale);
	return {
		find: looked,
		found: found.map((student) => ({
			...student,
			schools: student.schools.join(', '),
			bands: student.bands.filter((band) => band !== null).join(', ')
		})),
		more: found.length === office.mostFound ? office.mostFound : null,
		waiting: {
			...waiting,
			from: (waiting.page - 1) * office.pageSize + 1,
			links: waiting.links.map((link) => ({
				...link,
				schools: link.schools.join(', '),
				since: say.date(link.since)
			}))
		}
	};
};
