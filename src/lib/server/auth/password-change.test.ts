import { expect, test } from 'vitest';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import { changePassword, type PasswordChange } from './password-change.ts';
import { signIn } from './sign-in.ts';
import * as sessions from './sessions.ts';
import { addPerson, cheapHasher } from './testing/people.ts';

const { app } = await testDatabase();
const now = new Date();
const current = 'a violin in the snow';
const next = 'nine otters on a raft';

async function signedIn(email: string) {
	const { person } = await addPerson(app, { email, password: current });
	const { token } = await sessions.create(app, person, { device: '' });
	const read = await sessions.read(app, token);
	if (!read) throw new Error('not signed in');
	return { person, token, actor: read.actor };
}
function change(over: Partial<PasswordChange> = {}): PasswordChange {
	return {
		current,
		next,
		ownWords: ['wrsd'],
		address: null,
		device: null,
		deviceLabel: 'Firefox · Mac',
		...over
	};
}

test('a new password ends every session and gives this device a new one', async () => {
	const { person, token, actor } = await signedIn('one@wrsd.example');
	const elsewhere = await sessions.create(app, person, { device: '' });
	const answer = await changePassword(app, actor, change(), now, { hasher: cheapHasher });
	if (!answer.ok) throw new Error(answer.reason);
	expect(await sessions.read(app, token)).toBeNull();
	expect(await sessions.read(app, elsewhere.token)).toBeNull();
	expect((await sessions.read(app, answer.session.token))?.actor.person).toBe(person);
	const enter = (password: string) =>
		signIn(app, { login: 'one@wrsd.example', password, address: null, device: null }, now, {
			hasher: cheapHasher
		});
	expect((await enter(current)).ok).toBe(false);
	expect((await enter(next)).ok).toBe(true);
});

test('it needs the current one, under the limits of signing in', async () => {
	const { token, actor } = await signedIn('two@wrsd.example');
	const guess = () =>
		changePassword(app, actor, change({ current: 'a guess at it' }), now, { hasher: cheapHasher });
	for (let count = 0; count < 10; count += 1) expect(await guess()).toEqual({ ok: false, reason: 'wrong' });
	expect(await guess()).toMatchObject({ reason: 'limited' });
	expect(await sessions.read(app, token)).not.toBeNull();
});

test('a weak one, and a person without a password, are told so', async () => {
	const { actor } = await signedIn('three@wrsd.example');
	const answer = await changePassword(app, actor, change({ next: 'too short' }), now, {
		hasher: cheapHasher
	});
	expect(answer).toEqual({ ok: false, reason: 'too-short' });
	const { person, learner } = await addPerson(app);
	const without = await changePassword(app, { ...actor, person, learner }, change(), now, {
		hasher: cheapHasher
	});
	expect(without).toEqual({ ok: false, reason: 'no-sign-in' });
});
