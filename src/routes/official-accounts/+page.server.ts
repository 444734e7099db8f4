import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as publicRegister from '#lib/server/register/public-register.ts';
import { filterOf, listed, queryOf } from './register-page.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ url, locals }) => {
	const filter = filterOf(url.searchParams);
	const page = Number(url.searchParams.get('page')) || 1;
	const [register, schools] = await Promise.all([
		publicRegister.list(serving(), { ...filter, page: Math.trunc(page) }),
		publicRegister.schools(serving())
	]);
	const say = localDates(locals.locale);
	return {
		accounts: register.accounts.map((account) => listed(account, say)),
		total: register.total,
		page: register.page,
		pages: register.pages,
		first: (register.page - 1) * publicRegister.pageSize + 1,
		schools,
		values: { q: filter.q, school: filter.school },
		query: queryOf(filter)
	};
};
