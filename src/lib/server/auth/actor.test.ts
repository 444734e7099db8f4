import { expect, test } from 'vitest';
import { rightsInUse } from './actor.ts';

const held = { rights: [{ right: 'auditor' as const, organisation: 'district' }], teachesClass: true };
const nothing = { rights: [], teachesClass: false };

test('rights are awake where a second factor is offered, or was used', () => {
	expect(rightsInUse(held, 'password', 'offered')).toEqual({ ...held, sleepingRights: false });
	expect(rightsInUse(held, 'strong', 'required')).toEqual({ ...held, sleepingRights: false });
});

test('rights sleep where a second factor is required and was not used, those of a teacher too', () => {
	const asleep = { ...nothing, sleepingRights: true };
	expect(rightsInUse(held, 'password', 'required')).toEqual(asleep);
	expect(rightsInUse({ rights: [], teachesClass: true }, 'password', 'required')).toEqual(asleep);
});

test('who holds nothing has nothing asleep', () => {
	expect(rightsInUse(nothing, 'password', 'required')).toEqual({ ...nothing, sleepingRights: false });
});

test('pictures bring no right, whatever the person holds, and a second factor would not help', () => {
	for (const rule of ['offered', 'required'] as const)
		expect(rightsInUse(held, 'low', rule)).toEqual({ ...nothing, sleepingRights: false });
});
