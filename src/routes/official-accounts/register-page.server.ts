import { m } from '#lib/messages/compiled/messages.js';
import type { LocalDates } from '#lib/server/catalogue/local-dates.ts';
import { roleWord } from '#lib/server/gate/explain.ts';
import type { Filter, OfficialAccount } from '#lib/server/register/public-register.ts';

/** What somebody looks for in the register, from the address of the page or download. */
export function filterOf(params: URLSearchParams): { q: string; school: string } & Filter {
	const q = (params.get('q') ?? '').trim().slice(0, 100);
	const school = params.get('school') ?? '';
	return { q, search: q, school };
}

/** The same as a query to put after an address; '' for no filter. */
export function queryOf({ q, school }: { q: string; school: string }): string {
	const params = new URLSearchParams({ ...(q ? { q } : {}), ...(school ? { school } : {}) });
	return params.size > 0 ? `?${params}` : '';
}

/** One line of the register in words. */
export function listed(account: OfficialAccount, say: LocalDates) {
	return {
		id: account.id,
		name: account.displayName,
		handle: account.handle,
		type: account.type.title,
		school: account.school,
		platform: account.platform,
		url: account.url,
		audience: audienceWords(account),
		since: say.date(account.activeSince),
		reviewed: say.date(account.lastReviewed)
	};
}

/** Whom an account is for, in words. */
export function audienceWords({ audience }: Pick<OfficialAccount, 'audience'>): string {
	const words = {
		public: m.register_o_audience_public,
		families: m.register_o_audience_families,
		students: m.register_o_audience_students,
		members: m.register_o_audience_members
	};
	return audience.map((one) => words[one]()).join(', ');
}

/** Who runs an account: roles and school, never a name. */
export function runByWords({ ownerRole, coOwnerRole, school }: OfficialAccount): string {
	const word = (role: OfficialAccount['ownerRole']) => (role ? roleWord(role) : m.official_staff());
	return m.official_run_by({ owner: word(ownerRole), coOwner: word(coOwnerRole), school });
}
