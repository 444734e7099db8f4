import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PermissionAct } from '#lib/server/db/schema.ts';
import { permissionState, whoSigns, type PermissionBasis, type SignedWord } from './permission-state.ts';

const day = 86_400_000;
const now = new Date('2026-11-23T12:00:00Z');
const on = (days: number) => new Date(now.getTime() + days * day);
const yearEnds = new Date('2027-07-01T04:00:00Z');
const always = { from: null, until: null };
const [mother, father] = [
	{ person: 'mother', ...always },
	{ person: 'father', ...always }
];
const basis = (change: Partial<PermissionBasis> = {}): PermissionBasis => ({
	words: [],
	guardians: [mother, father],
	flags: [],
	signers: 'either',
	yearEnds,
	...change
});
const says = (signer: string, act: PermissionAct, days = -1): SignedWord => ({
	signer,
	relation: signer === 'student' ? 'student' : 'guardian',
	act,
	at: on(days)
});
const throughOffice = (act: PermissionAct, days = -1): SignedWord => ({
	signer: null,
	relation: 'office',
	act,
	at: on(days)
});
const signsToo = { flag: 'student-signs-too', from: on(-30), until: null } as const;
const signsAlone = { flag: 'student-signs-alone', from: on(-30), until: null } as const;
const stateOf = (change: Partial<PermissionBasis>, at = now) => permissionState(basis(change), at).state;

describe('a permission', () => {
	test('is not there before anybody signs', () => {
		expect(permissionState(basis(), now)).toEqual({
			state: 'unasked',
			noes: [],
			missing: ['guardian'],
			until: null
		});
	});

	test('holds by one guardian’s yes until the school year ends, where either may sign', () => {
		const given = permissionState(basis({ words: [says('mother', 'given')] }), now);
		expect(given).toEqual({ state: 'given', noes: [], missing: [], until: yearEnds });
	});

	test('needs each guardian’s yes, where both sign', () => {
		const one = { signers: 'both', words: [says('mother', 'given')] } as const;
		expect(permissionState(basis(one), now)).toMatchObject({ state: 'incomplete', missing: ['guardian'] });
		expect(stateOf({ ...one, words: [...one.words, says('father', 'given')] })).toBe('given');
		expect(stateOf({ ...one, guardians: [mother] }), 'who has one guardian needs one').toBe('given');
	});

	test('ends the moment that anybody says no or takes a yes back, whoever said yes', () => {
		const yeses = [says('mother', 'given', -3), says('father', 'given', -2)];
		for (const act of ['refused', 'withdrawn'] as const) {
			expect(stateOf({ words: [...yeses, says('father', act, -1)] })).toBe('no');
			expect(stateOf({ words: [...yeses, says('father', act, -1), says('mother', 'given', -0.5)] })).toBe(
				'no'
			);
		}
		const taken = [...yeses, says('father', 'withdrawn', -1)];
		expect(stateOf({ words: taken }, on(-1.5)), 'and not before').toBe('given');
		expect(stateOf({ words: [...taken, says('father', 'given', -0.5)] }), 'until he says yes again').toBe(
			'given'
		);
	});

	test('is not given by somebody who is no guardian now', () => {
		const gone = [{ ...mother, until: on(-0.5) }, father];
		expect(stateOf({ guardians: gone, words: [says('mother', 'given')] })).toBe('unasked');
		expect(stateOf({ words: [says('stranger', 'given')] })).toBe('unasked');
		expect(stateOf({ guardians: [], signers: 'both', words: [] })).toBe('unasked');
	});

	test('stays away after the no of somebody whose link has ended, until the office lifts it', () => {
		const words = [says('mother', 'given', -3), says('father', 'refused', -2)];
		expect(stateOf({ guardians: [mother], words })).toBe('no');
		expect(stateOf({ guardians: [mother], words: [...words, says('father', 'lifted')] })).toBe('given');
	});

	test('stays away after a no that somebody unknown said through the office, until it is lifted there', () => {
		const words = [says('mother', 'given', -3), throughOffice('refused', -2)];
		expect(stateOf({ words })).toBe('no');
		expect(stateOf({ words: [...words, says('mother', 'given')] })).toBe('no');
		expect(stateOf({ words: [...words, throughOffice('lifted')] })).toBe('given');
		expect(stateOf({ words: [throughOffice('given')] }), 'the office gives no permission').toBe('unasked');
	});

	test('needs the student’s yes as well, once they sign too', () => {
		const words = [says('mother', 'given')];
		expect(permissionState(basis({ flags: [signsToo], words }), now)).toMatchObject({
			state: 'incomplete',
			missing: ['student']
		});
		expect(stateOf({ flags: [signsToo], words: [...words, says('student', 'given')] })).toBe('given');
		expect(stateOf({ flags: [signsToo], words: [says('student', 'given')] })).toBe('incomplete');
		expect(stateOf({ flags: [signsToo], words: [...words, says('student', 'refused')] })).toBe('no');
		expect(stateOf({ words: [...words, says('student', 'refused')] }), 'and a no is heard anyway').toBe('no');
	});

	test('is the student’s alone, once they sign alone', () => {
		const alone = { flags: [signsAlone] };
		expect(stateOf({ ...alone, words: [says('mother', 'given')] })).toBe('unasked');
		expect(stateOf({ ...alone, words: [says('mother', 'refused'), says('student', 'given')] })).toBe('given');
		expect(stateOf({ ...alone, words: [says('mother', 'given'), says('student', 'withdrawn')] })).toBe('no');
	});

	test('says until when it holds: a flag that begins and a link that ends are seen coming', () => {
		const until = (change: Partial<PermissionBasis>) => permissionState(basis(change), now).until;
		const words = [says('mother', 'given')];
		expect(until({ words, flags: [{ ...signsToo, from: on(20) }] })).toEqual(on(20));
		expect(until({ words, guardians: [{ ...mother, until: on(9) }, father] })).toEqual(on(9));
		const both = [...words, says('father', 'given')];
		expect(until({ words: both, guardians: [{ ...mother, until: on(9) }, father] })).toEqual(yearEnds);
		expect(
			until({
				words: both,
				signers: 'both',
				guardians: [mother, father, { person: 'aunt', from: on(5), until: null }]
			})
		).toEqual(on(5));
	});

	test('is signed by whom the flags say, for as long as they say so', () => {
		const flags = [
			{ ...signsToo, until: on(2) },
			{ ...signsAlone, from: on(1) }
		];
		expect(whoSigns(flags, now)).toEqual({ guardians: true, student: true });
		expect(whoSigns(flags, on(1))).toEqual({ guardians: false, student: true });
		expect(whoSigns([], now)).toEqual({ guardians: true, student: false });
	});
});

describe('whatever was signed', () => {
	const act = fc.constantFrom<PermissionAct>('given', 'refused', 'withdrawn', 'lifted');
	const signer = fc.constantFrom('mother', 'father', 'aunt', 'student');
	const word = fc.oneof(
		{ weight: 6, arbitrary: fc.tuple(signer, act).map(([who, what]) => says(who, what)) },
		{ weight: 1, arbitrary: act.map((what) => throughOffice(what)) }
	);
	const span = fc.record({
		from: fc.option(fc.integer({ min: -40, max: 40 }).map(on)),
		until: fc.option(fc.integer({ min: -40, max: 40 }).map(on))
	});
	const flags = fc.array(
		fc
			.record({ flag: fc.constantFrom('student-signs-too', 'student-signs-alone'), span })
			.map((one) => ({ flag: one.flag, ...one.span }) as PermissionBasis['flags'][number]),
		{ maxLength: 2 }
	);
	const guardians = fc
		.uniqueArray(fc.constantFrom('mother', 'father', 'aunt'), { maxLength: 3 })
		.chain((people) => fc.tuple(...people.map((person) => span.map((time) => ({ person, ...time })))));
	const any = fc
		.record({
			words: fc.array(word, { maxLength: 12 }),
			guardians,
			flags,
			signers: fc.constantFrom('either' as const, 'both' as const)
		})
		// One after the other, in the days before now.
		.map(({ words, ...rest }) =>
			basis({ ...rest, words: words.map((one, index) => ({ ...one, at: on(index - words.length) })) })
		);
	const heard = (some: PermissionBasis, { relation }: SignedWord) =>
		relation !== 'guardian' || whoSigns(some.flags, now).guardians;

	test('nothing holds against a no that counts', () => {
		fc.assert(
			fc.property(any, word, (some, last) => {
				const no = { ...last, act: 'refused' as const, at: now };
				fc.pre(heard(some, no));
				expect(permissionState({ ...some, words: [...some.words, no] }, now).state).toBe('no');
			})
		);
	});

	test('one more yes takes back nobody’s no but the speaker’s', () => {
		fc.assert(
			fc.property(any, signer, (some, who) => {
				const yes = { ...says(who, 'given'), at: now };
				const before = permissionState(some, now).noes.filter((one) => one.signer !== who);
				const after = permissionState({ ...some, words: [...some.words, yes] }, now);
				expect(after.noes).toEqual(before);
				if (before.length > 0) expect(after.state).toBe('no');
			})
		);
	});

	test('only the last word of each person counts', () => {
		fc.assert(
			fc.property(any, (some) => {
				const last = some.words.filter(
					(one, index) =>
						!some.words
							.slice(index + 1)
							.some((later) => later.signer === one.signer && later.relation === one.relation)
				);
				expect(permissionState({ ...some, words: last }, now)).toEqual(permissionState(some, now));
			})
		);
	});

	test('what needs both is never easier than what needs either', () => {
		fc.assert(
			fc.property(any, (some) => {
				if (permissionState({ ...some, signers: 'both' }, now).state === 'given')
					expect(permissionState({ ...some, signers: 'either' }, now).state).toBe('given');
			})
		);
	});

	test('of a student who signs alone no guardian’s word makes a difference', () => {
		fc.assert(
			fc.property(any, (some) => {
				const alone = { ...some, flags: [signsAlone] };
				const own = {
					...alone,
					guardians: [],
					words: some.words.filter((one) => one.relation !== 'guardian')
				};
				expect(permissionState(own, now)).toEqual(permissionState(alone, now));
			})
		);
	});

	test('what is signed later changes nothing before it', () => {
		fc.assert(
			fc.property(any, word, (some, later) => {
				const words = [...some.words, { ...later, at: on(1) }];
				expect(permissionState({ ...some, words }, now)).toEqual(permissionState(some, now));
			})
		);
	});

	test('it holds to the end that it names, and not a moment longer than the year', () => {
		fc.assert(
			fc.property(any, fc.double({ min: 0, max: 0.999, noNaN: true }), (some, part) => {
				const { state, until } = permissionState(some, now);
				expect(until === null).toBe(state !== 'given');
				if (!until) return;
				expect(until.getTime()).toBeLessThanOrEqual(yearEnds.getTime());
				const between = new Date(now.getTime() + Math.floor((until.getTime() - now.getTime()) * part));
				expect(permissionState(some, between).state).toBe('given');
				if (until < yearEnds) expect(permissionState(some, until).state).not.toBe('given');
			})
		);
	});
});
