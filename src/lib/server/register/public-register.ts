import { sql } from 'kysely';
import { catalogue } from '#lib/server/catalogue/catalogue.ts';
import type { AccountType } from '#lib/server/catalogue/read-catalogue.ts';
import type { Db } from '#lib/server/db/database.ts';
import type { AffiliationRole } from '#lib/server/db/schema.ts';
import type { RegistrationBody } from '#lib/register/schemas.ts';
import { active, shownOf } from './keep.ts';

/** An official account as everybody may see it: no name of a person, no e-mail address (curriculum 5.5, rule 7). */
export type OfficialAccount = {
	id: string;
	displayName: string;
	type: AccountType;
	schoolId: string;
	school: string;
	platform: string;
	handle: string;
	url: string;
	audience: RegistrationBody['audience'];
	bands: RegistrationBody['bands'];
	goals: { id: string; label: string }[];
	comments: RegistrationBody['comments'];
	directMessages: RegistrationBody['direct_messages'];
	studentImages: RegistrationBody['student_images'];
	/** Those who run it, as roles at that school. */
	ownerRole: AffiliationRole | null;
	coOwnerRole: AffiliationRole | null;
	activeSince: Date;
	lastReviewed: Date;
	/** Civil date from which it is used, as its owner said. */
	start: string;
	/** Civil date by which it is reviewed again. */
	reviewBy: string;
};
export type Filter = { school?: string | null; search?: string };

export const pageSize = 25;

/** One page of the official accounts that are active at this moment, by name; pages count from 1. */
export async function list(
	db: Db,
	{ page = 1, ...filter }: Filter & { page?: number }
): Promise<{ accounts: OfficialAccount[]; total: number; page: number; pages: number }> {
	const ids = await shownIds(db, filter);
	const pages = Math.max(1, Math.ceil(ids.length / pageSize));
	const shown = Math.min(Math.max(1, page), pages);
	const accounts = await accountsOf(db, ids.slice((shown - 1) * pageSize, shown * pageSize));
	return { accounts, total: ids.length, page: shown, pages };
}

/** All of them, for the downloads. */
export async function all(db: Db, filter: Filter): Promise<OfficialAccount[]> {
	return accountsOf(db, await shownIds(db, filter));
}

/** One of them; null for what is not, or no longer, an active official account. */
export async function find(db: Db, id: string): Promise<OfficialAccount | null> {
	if (!uuid.test(id)) return null;
	const candidates = await active(db).where('r.id', '=', id).execute();
	const shown = await shownOf(db, candidates);
	const [account] = shown.length > 0 ? await accountsOf(db, [id]) : [];
	return account ?? null;
}

/** The schools of the district (and its office), for the filter. */
export async function schools(db: Db): Promise<{ id: string; name: string }[]> {
	return db
		.selectFrom('organisation')
		.select(['id', 'name'])
		.where('ended_at', 'is', null)
		.orderBy('kind', 'desc')
		.orderBy('name')
		.execute();
}

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

async function shownIds(db: Db, { school, search = '' }: Filter): Promise<string[]> {
	if (school && !uuid.test(school)) return [];
	const words = search.replaceAll('\0', '').slice(0, 100).split(/\s+/).filter(Boolean).slice(0, 6);
	let query = active(db);
	if (school) query = query.where('r.organisation', '=', school);
	for (const word of words) {
		const pattern = `%${word.replace(/[\\%_]/g, '\\$&')}%`;
		query = query.where(
			sql<boolean>`concat_ws(' ', v.body ->> 'display_name', v.body ->> 'handle', v.body ->> 'url', o.name) ilike ${pattern}`
		);
	}
	const rows = await query
		.orderBy(sql`lower(v.body ->> 'display_name')`)
		.orderBy('r.id')
		.execute();
	return (await shownOf(db, rows)).map(({ id }) => id);
}

async function accountsOf(db: Db, ids: string[]): Promise<OfficialAccount[]> {
	if (ids.length === 0) return [];
	const moved = (which: 'min' | 'max') => sql<Date>`(
		select ${sql.raw(which)}(m.recorded_at) from registration_move m where m.registration = r.id and m.to_state = 'active'
	)`;
	const role = (person: 'owner' | 'co_owner') => sql<AffiliationRole | null>`(
		select a.role from affiliation a where a.person = v.${sql.raw(person)} and a.organisation = r.organisation
			and a.superseded_at is null and a.during @> waypost_now() order by lower(a.during) desc nulls last limit 1
	)`;
	const rows = await active(db)
		.select([
			'v.body',
			'o.name as school',
			moved('min').as('activeSince'),
			moved('max').as('lastReviewed'),
			role('owner').as('ownerRole'),
			role('co_owner').as('coOwnerRole')
		])
		.where('r.id', 'in', ids)
		.execute();
	const byId = new Map(rows.map((row) => [row.id, row]));
	return ids.flatMap((id) => {
		const row = byId.get(id);
		const type = row && catalogue().accountTypes[row.type];
		if (!row || !type) return [];
		const body = row.body as RegistrationBody;
		return [
			{
				id,
				displayName: body.display_name,
				type,
				schoolId: row.organisation,
				school: row.school,
				platform: platformOf(body),
				handle: body.handle,
				url: body.url,
				audience: body.audience,
				bands: body.bands,
				goals: catalogue().goals.filter((goal) => body.goals.includes(goal.id)),
				comments: body.comments,
				directMessages: body.direct_messages,
				studentImages: body.student_images,
				ownerRole: row.ownerRole,
				coOwnerRole: row.coOwnerRole,
				activeSince: row.activeSince,
				lastReviewed: row.lastReviewed,
				start: body.start_date,
				reviewBy: body.review_date
			}
		];
	});
}

function platformOf({ platform, platform_other }: RegistrationBody): string {
	if (platform === 'other' && platform_other) return platform_other;
	return catalogue().platforms.find(({ id }) => id === platform)?.label ?? platform;
}
