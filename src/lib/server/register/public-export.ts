import { stringify } from 'csv-stringify/sync';
import type { OfficialAccount } from './public-register.ts';

const columns = [
	'account_id',
	'name',
	'type',
	'school',
	'platform',
	'handle',
	'url',
	'audience',
	'grades',
	'owner_role',
	'co_owner_role',
	'status',
	'active_since',
	'last_reviewed',
	'review_by'
] as const;
type Row = Record<(typeof columns)[number], string>;

/** The official accounts as rows for other programs: codes and English words, times in UTC, lists with `; `. */
export function rowsOf(accounts: readonly OfficialAccount[]): Row[] {
	return accounts.map((account) => ({
		account_id: account.id,
		name: account.displayName,
		type: account.type.title,
		school: account.school,
		platform: account.platform,
		handle: account.handle,
		url: account.url,
		audience: account.audience.join('; '),
		grades: account.bands.join('; '),
		owner_role: account.ownerRole ?? '',
		co_owner_role: account.coOwnerRole ?? '',
		status: 'active',
		active_since: account.activeSince.toISOString(),
		last_reviewed: account.lastReviewed.toISOString(),
		review_by: account.reviewBy
	}));
}

/** As CSV after RFC 4180 in UTF-8. A cell that a spreadsheet would take for a formula gets an apostrophe first. */
export function csvOf(accounts: readonly OfficialAccount[]): string {
	return stringify(rowsOf(accounts), {
		header: true,
		columns: [...columns],
		record_delimiter: 'windows',
		escape_formulas: true
	});
}

/** As JSON, with where and when it was asked. */
export function jsonOf(
	accounts: readonly OfficialAccount[],
	{ district, at }: { district: string; at: Date }
): string {
	return JSON.stringify({ district, generated_at: at.toISOString(), accounts: rowsOf(accounts) }, null, '\t');
}
