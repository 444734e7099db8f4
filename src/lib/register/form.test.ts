import { describe as suite, expect, test } from 'vitest';
import { catalogue } from '#lib/server/catalogue/catalogue.ts';
import { describe, evidenceFor } from './describe.ts';
import {
	answersOf,
	checkForm,
	checkPage,
	defaultReviewDate,
	firstToMend,
	pages,
	withoutUnasked,
	type Answers
} from './form.ts';
import type { PageId } from './schemas.ts';
import { rightAnswers, testRules as rules } from './testing/answers.ts';

const errorsOf = (page: PageId, change: Answers) => {
	const result = checkPage(page, { ...rightAnswers(), ...change }, rules);
	return result.ok ? [] : result.errors.map(({ field }) => field);
};
const context = { ...rules, colleagues: [{ person: rightAnswers().co_owner ?? '', name: 'Sam Rivera' }] };

suite('the registration of a classroom account', () => {
	test('is right when every page is, and is stored canonical', () => {
		const result = checkForm(rightAnswers({ url: 'https://www.photos.example/room6b/?ref=x' }), rules);
		expect(result).toMatchObject({
			ok: true,
			body: { url: 'https://photos.example/room6b', sign_up_email: 'robotics6b@wrsd.example' }
		});
	});

	test('with nothing typed says for each page what to do, page by page', () => {
		const result = checkForm({}, rules);
		if (result.ok) throw new Error('an empty form is not a registration');
		expect([...new Set(result.errors.map(({ page }) => page))]).toEqual(pages.map(({ id }) => id));
		for (const { message } of result.errors) expect(message.length).toBeGreaterThan(8);
	});

	test.each<[PageId, Answers, string]>([
		['name', { display_name: 'Call 508-555-0147' }, 'display_name'],
		['name', { description: 'Write to us at robots@mail.example' }, 'description'],
		['platform', { handle: 'born 04/17/2014' }, 'handle'],
		['platform', { handle: 'room 12 garden' }, 'handle'],
		['platform', { handle: '@@garden!!' }, 'handle'],
		['platform', { handle: 'https://photos.example/room12' }, 'handle'],
		['platform', { handle: '@' }, 'handle'],
		['platform', { handle: '@._.' }, 'handle'],
		['platform', { handle: `@${'a'.repeat(61)}` }, 'handle'],
		['platform', { platform: 'other', platform_other: ' ' }, 'platform_other'],
		['platform', { platform: 'no-such' }, 'platform'],
		['platform', { url: 'http://photos.example/room6b' }, 'url'],
		['platform', { url: 'https://10.0.0.8/room6b' }, 'url'],
		['purpose', { purpose: 'Robots.' }, 'purpose'],
		['purpose', { goals: ['II.2', 'II.3', 'II.6', 'II.9'] }, 'goals'],
		['purpose', { goals: ['IX'] }, 'goals'],
		['audience', { audience: [] }, 'audience'],
		['audience', { audience: ['students'], bands: [] }, 'bands'],
		['audience', { audience: ['students'], bands: ['K-2'], under_13: 'no' }, 'under_13'],
		['audience', { under_13: 'sign_ups' }, 'under_13'],
		['contact', { direct_messages: 'open' }, 'direct_messages'],
		['photos', { photo_check: '' }, 'photo_check'],
		['photos', { photo_list_holder: '' }, 'photo_list_holder'],
		['email', { sign_up_email: 'robotics6b@mail.example' }, 'sign_up_email'],
		['email', { sign_up_email: 'robotics6b@wrsd.example.evil.example' }, 'sign_up_email'],
		['email', { recovery: 'personal' }, 'recovery'],
		['set-up', { separation: ['not_linked'] }, 'separation'],
		[
			'set-up',
			{ separation: ['not_linked', 'no_shared_sign_in', 'no_cross_posting'] },
			'separation_exception'
		],
		['set-up', { two_step: 'no' }, 'two_step'],
		['set-up', { follows: 'students' }, 'follows'],
		['set-up', { follows: 'no_students', follows_count: 'many' }, 'follows_count'],
		['dates', { review_date: '2026-11-01' }, 'review_date'],
		['dates', { review_date: '2028-06-30' }, 'review_date'],
		['dates', { start_date: '2026-02-30' }, 'start_date'],
		['colleague', { co_owner: 'somebody' }, 'co_owner']
	])('on page %s, %j is answered beside %s', (page, change, field) => {
		expect(errorsOf(page, change)).toContain(field);
	});

	test('a wrong e-mail address is named with what to do', () => {
		const result = checkPage('email', { ...rightAnswers(), sign_up_email: 'robotics6b@mail.example' }, rules);
		expect(result).toMatchObject({
			ok: false,
			errors: [{ message: expect.stringContaining('ends in @wrsd.example. “robotics6b@mail.example”') }]
		});
	});

	test('a handle is taken as platforms have it, with or without its at sign', () => {
		for (const handle of ['@room12', 'room-12.garden', ' @salón_6b ', '7', `@${'a'.repeat(60)}`])
			expect(errorsOf('platform', { handle }), handle).toEqual([]);
	});

	test('a handle that is none is answered with what one looks like, an empty one with what to write', () => {
		const says = (handle: string) => {
			const result = checkPage('platform', { ...rightAnswers(), handle }, rules);
			return result.ok ? [] : result.errors.map(({ message }) => message);
		};
		expect(says('room 12 garden')).toEqual([expect.stringContaining('such as @room6b_robotics')]);
		expect(says(' ')).toEqual([expect.stringContaining('Write the account’s handle')]);
	});

	test('the first page with something to mend is the first of the form, whatever the order of the faults', () => {
		expect(firstToMend([{ page: 'dates' }, { page: 'purpose' }, { page: 'colleague' }])).toBe('purpose');
		expect(firstToMend([])).toBeNull();
		const empty = checkForm({}, rules);
		expect(firstToMend(empty.ok ? [] : empty.errors)).toBe('name');
	});

	test('grades go when students are not among the audience, and stay when they are', () => {
		const grades: Answers = { bands: ['K-2'], under_13: 'no' };
		expect(withoutUnasked({ ...grades, audience: ['families'] })).toEqual({
			audience: ['families'],
			bands: [],
			under_13: 'no'
		});
		const both: Answers = { ...grades, audience: ['families', 'students'] };
		expect(withoutUnasked(both)).toEqual(both);
	});

	test('nothing is asked about photos when no student is shown', () => {
		expect(errorsOf('photos', { student_images: 'no', photo_list_holder: '', photo_check: '' })).toEqual([]);
	});

	test('every field belongs to one page, and a page reads its own fields only', () => {
		const fields = pages.flatMap((page) => page.fields);
		expect(new Set(fields)).toEqual(new Set(Object.keys(rightAnswers())));
		expect(fields.length).toBe(new Set(fields).size);
		const form = new FormData();
		form.append('goals', 'II.2');
		form.append('goals', 'II.3');
		form.append('purpose', ' as typed ');
		form.append('display_name', 'of another page');
		expect(answersOf('purpose', form)).toEqual({ purpose: ' as typed ', goals: ['II.2', 'II.3'] });
	});

	test('the review falls on the next end of a school year', () => {
		expect(defaultReviewDate('2026-11-23', '06-30')).toBe('2027-06-30');
		expect(defaultReviewDate('2027-06-30', '06-30')).toBe('2028-06-30');
		expect(defaultReviewDate('2027-03-01', '06-30')).toBe('2027-06-30');
	});
});

suite('the answers in words', () => {
	test('choices and days read as words, and follow-ups only where they were asked', () => {
		const rows = describe({ ...rightAnswers(), student_images: 'no' }, context).flatMap(
			(group) => group.rows
		);
		const valueOf = (field: string) => rows.find((row) => row.field === field)?.value;
		expect(valueOf('platform')).toBe('Photo and video app');
		expect(valueOf('co_owner')).toBe('Sam Rivera');
		expect(valueOf('review_date')).toBe('30 June 2027');
		expect(valueOf('goals')).toBe('Teaching (II.3); Families (II.9)');
		expect(valueOf('photo_check')).toBeUndefined();
	});

	test('every attestation of a classroom account has its evidence in the form', () => {
		const { accountTypes, attestations } = catalogue();
		const full = { ...rightAnswers(), separation_exception: 'The platform asks for one.' };
		for (const code of accountTypes.classroom?.attestations ?? []) {
			const names = attestations[code]?.evidence ?? [];
			const evidence = evidenceFor(full, names, context);
			expect(new Set(evidence.map((row) => row.field)), code).toEqual(
				new Set([...names, ...evidence.map((row) => row.field)])
			);
			expect(evidence.length, code).toBeGreaterThanOrEqual(names.length);
		}
	});
});
