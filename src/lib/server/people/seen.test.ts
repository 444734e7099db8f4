import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { testDatabase } from '#lib/server/db/testing/test-database.ts';
import * as people from '#lib/server/db/testing/people.ts';
import * as seen from './seen.ts';

const src = path.resolve(import.meta.dirname, '../../..');

/** Where names are read or written, and why there. Queries of pages about people go through seen.ts instead. */
const namesAreTouchedIn: Record<string, string> = {
	'lib/server/people/seen.ts': 'where every query about people begins, under the scope of who asks',
	'lib/server/people/search.ts': 'finds ids under the scope of who asks; names come through seen.ts',
	'lib/server/people/merge.ts': 'locks and marks the two records, after seen.ts has shown both',
	'lib/server/people/classes.ts': 'the children of one class, under the scope of that class',
	'lib/server/records/completion-records.ts': 'a function of the database, under the scope of who asks',
	'lib/server/records/export.ts': 'the same as a file, under the scope of who asks',
	'lib/server/register/registrations.ts': 'owner and co-owner know of each other',
	'lib/server/register/co-owner.ts': 'colleagues who can be co-owner, and no others',
	'lib/server/certification/certificates.ts': 'the holder’s name on a certificate, for who may see it',
	'lib/server/certification/completions.ts': 'the name that goes on a certificate when it is issued',
	'lib/server/gate/sign-up.ts': 'writes the name of who signs up',
	'lib/server/gate/outside-check.ts': 'finds who another system asks about, and shows no name',
	'lib/server/auth/sessions.ts': 'reads who asks, through session_actor',
	'lib/server/auth/sign-in.ts': 'whether the person of a sign-in is still here',
	'lib/server/auth/first-administrator.ts': 'writes the name of the first administrator',
	'lib/server/auth/new-password.ts': 'the words of a person that their password must not be made of',
	'lib/server/auth/password-reset.ts': 'the sign-ins of an address, for the mail to it',
	'lib/server/auth/recovery-search.ts': 'who needs a way back in, under the scope of who looks',
	'lib/server/families/office-view.ts': 'a child’s family, under the scope of the office that asks',
	'lib/server/records/own-record.ts': 'who looked at one’s own record, for oneself',
	'lib/server/auth/invitations.ts':
		'whom a letter or mail of an invitation is for, under the scope of who sends it',
	'lib/server/auth/made-invitations.ts': 'a person’s newest invitation, where the actor may see the person',
	'lib/server/auth/invitation-list.ts': 'who was invited, under the scope of who asks',
	'lib/server/auth/invitation-use.ts': 'the given name that a code is for, once the code is known',
	'lib/server/auth/second-factor/proof.ts': 'whether the person of a factor is still here',
	'lib/server/auth/second-factor/second-factor.ts': 'one’s own address for the name of a passkey',
	'lib/server/auth/single-sign-on/identity-links.ts': 'finds who an issuer vouches for, and shows no name',
	'lib/server/auth/class-sign-in/class-devices.ts':
		'given names of one class, under the scope of its open device',
	'lib/server/roster/stage-people.ts': 'brings the rows of a roster beside the district',
	'lib/server/roster/history.ts':
		'who imported rosters, and whom an import would change, for who may import one',
	'lib/server/roster/plan.ts': 'compares a roster with the district, under the scope of the import',
	'lib/server/roster/people.ts': 'writes the names that a roster gives',
	'lib/server/roster/conflicts.ts': 'shows two names side by side to who decides whether they are one',
	'lib/server/people/family-office.ts': 'children and guardians, under the scope of the office that asks',
	'lib/server/people/guardians.ts': 'a guardian’s own children, under the scope of that guardian',
	'lib/server/demo/seed.ts': 'makes the people of the demo district',
	'lib/server/demo/registrations.ts': 'finds the demo’s system person',
	'cli/database.mjs': 'whether a district is empty, and whether a demo’s person is known'
};
const names =
	/\b(?:person_identity|person_search|certificate_holder|completion_records|session_actor|people_found)\b|\b(?:selectFrom|updateTable|insertInto|deleteFrom|\w+Join)\(\s*'person(?: as \w+)?'|\b(?:from|join|into|update)\s+person\b(?!\s*[:=(])/;

async function sources(): Promise<string[]> {
	const files = await readdir(src, { recursive: true });
	return files
		.map((file) => file.replaceAll(path.sep, '/'))
		.filter((file) => /\.(?:ts|mjs|svelte)$/.test(file))
		.filter(
			(file) =>
				!/\.(?:test|fixture)\.ts$|\/testing\/|^lib\/messages\/|^lib\/server\/db\/schema\.ts$/.test(file)
		);
}

test('people’s names are read and written in the places that are listed, and nowhere else', async () => {
	const touching = (await sources()).filter((file) =>
		names.test(withoutComments(readFileSync(path.join(src, file), 'utf8')))
	);
	expect(touching.sort()).toEqual(Object.keys(namesAreTouchedIn).sort());
});

function withoutComments(source: string): string {
	return source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*(?:\/\/|--).*$/gm, '');
}

describe('what somebody sees', async () => {
	const { app } = await testDatabase();
	const place = await people.district(app);
	const here = await people.person(app, { school: place.school, familyName: 'Here' });
	const there = await people.person(app, { school: place.otherSchool, familyName: 'There' });
	const everybody = [here.person, there.person];
	const holder = async (...rights: [Parameters<typeof people.granted>[2], string][]) => {
		const somebody = await people.person(app, { school: place.district, role: 'administrator' });
		for (const [right, organisation] of rights)
			await people.granted(app, somebody, right, organisation, place.administrator);
		return people.actorOf(app, somebody);
	};
	const reach = async (actor: PersonActor, look = seen.administered) =>
		look(app, actor, async ({ people }) => {
			const rows = await people().select('p.id').where('p.id', 'in', everybody).execute();
			return rows.map(({ id }) => id).sort();
		});

	test('is the district for who administers or audits it', async () => {
		for (const right of ['district-administrator', 'auditor'] as const)
			expect(await reach(await holder([right, place.district]))).toEqual([...everybody].sort());
	});
	test('is one’s own schools for an administrator of schools', async () => {
		expect(await reach(await holder(['school-administrator', place.school]))).toEqual([here.person]);
	});
	test('is nobody’s story for a reviewer, who sees the names of owners all the same', async () => {
		const both = await holder(['reviewer', place.otherSchool], ['school-administrator', place.school]);
		expect(await reach(both)).toEqual([here.person]);
		expect(await reach(both, seen.inScope)).toEqual([...everybody].sort());
		expect(await reach(await holder(['reviewer', place.district]))).toEqual([]);
	});
	test('is oneself for everybody else', async () => {
		const actor = await people.actorOf(app, here);
		expect(await reach(actor)).toEqual([here.person]);
		expect(await seen.namesOf(app, actor, everybody)).toEqual(new Map([[here.person, 'Test Here']]));
	});
	test('has no names where nobody is asked for', async () => {
		expect(await seen.namesOf(app, await people.actorOf(app, here), [])).toEqual(new Map());
	});
});
