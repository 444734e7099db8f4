import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { catalogue } from '#lib/server/catalogue/catalogue.ts';
import { csvOf, jsonOf } from './public-export.ts';
import type { OfficialAccount } from './public-register.ts';

const type = catalogue().accountTypes['classroom'];
if (!type) throw new Error('there is no type for classrooms');
const account: OfficialAccount = {
	id: '0197a1b2-0000-7000-8000-000000000001',
	displayName: '=SUM(A1), “Room 6B”\r\nRobótica',
	type,
	schoolId: '0197a1b2-0000-7000-8000-000000000002',
	school: 'North School',
	platform: 'Photo and video app',
	handle: '@room6b',
	url: 'https://photos.example/room6b',
	audience: ['public', 'families'],
	bands: [],
	goals: [],
	comments: 'off',
	directMessages: 'off',
	studentImages: 'no',
	ownerRole: 'teacher',
	coOwnerRole: null,
	activeSince: new Date('2026-11-01T12:00:00Z'),
	lastReviewed: new Date('2026-11-02T12:00:00Z'),
	start: '2026-11-05',
	reviewBy: '2027-06-30'
};

test('the file of the register is read back as it was, with formulas made harmless', () => {
	const csv = csvOf([account]);
	expect(csv.split('\r\n')[0]).toBe(
		'account_id,name,type,school,platform,handle,url,audience,grades,owner_role,co_owner_role,status,active_since,last_reviewed,review_by'
	);
	expect(csv.endsWith('\r\n')).toBe(true);
	const [row] = parse(csv, { columns: true }) as Record<string, string>[];
	expect(row).toMatchObject({
		name: `'${account.displayName}`,
		handle: "'@room6b",
		audience: 'public; families',
		co_owner_role: '',
		active_since: '2026-11-01T12:00:00.000Z'
	});
});

test('an empty register is a file with its columns', () => {
	expect(csvOf([]).trim().split('\r\n')).toHaveLength(1);
	expect(JSON.parse(jsonOf([], { district: 'Test', at: new Date(0) }))).toEqual({
		district: 'Test',
		generated_at: '1970-01-01T00:00:00.000Z',
		accounts: []
	});
});
