import { permissionText } from '#lib/server/catalogue/permission-texts.ts';
import { catalogue } from '#lib/server/catalogue/catalogue.ts';
import * as permissions from '#lib/server/families/permissions.ts';
import { setFlag, today } from '#lib/server/families/student-flags.ts';
import * as guardians from '#lib/server/people/guardians.ts';
import { actorIn } from './actors.ts';
import { demoFamilies } from './people.ts';
import type { Cast, Scene, Stage } from './seed.ts';

const hour = 1 / 24;

/**
 * Families of the demo district, through the functions that serve real ones: links as the roster makes them, most of
 * them confirmed, and permissions in each state that one can be in.
 */
export function seedFamilies(cast: Cast, { app }: Stage): Scene[] {
	const office = actorIn(cast, 'admin');
	const person = (key: string) => actorIn(cast, key).person;
	const purpose = (id: string) => {
		const found = catalogue().permissions[id];
		if (!found) throw new Error(`content/permissions.yaml has no “${id}”`);
		return found;
	};
	const linked = async () => {
		for (const { guardian, child, confirmed } of demoFamilies) {
			const link = { guardian: person(guardian), child: person(child) };
			await app.transaction().execute((trx) => guardians.makeLink(trx, link, 'roster'));
			if (!confirmed) continue;
			const how = { checked: 'identity-card', relation: 'parent', maySeeRecord: confirmed.record } as const;
			done(await guardians.confirm(app, office, link, how));
		}
	};
	const says =
		(guardian: string, child: string, what: string, act: 'given' | 'refused', locale = 'en') =>
		async () => {
			const text = permissionText(purpose(what), 'guardian', locale).hash;
			const signing = { purpose: what, act, text, locale };
			done(await permissions.signAsGuardian(app, actorIn(cast, guardian), person(child), signing));
		};
	return [
		{ days: 13, play: linked },
		{
			days: 12,
			play: async () => {
				const time = { from: await today(app), through: null, basis: 'age' } as const;
				done(await setFlag(app, office, person('student'), 'student-signs-too', time));
			}
		},
		// A permission is for one school year: what was signed in the last hours is of this one on all days but one.
		{ days: 9 * hour, play: says('guardian', 'student', 'photo', 'given', 'es') },
		{ days: 9 * hour, play: says('guardian', 'student', 'student-publication', 'given', 'es') },
		{
			days: 8 * hour,
			play: async () => {
				const text = permissionText(purpose('photo'), 'student', 'en').hash;
				const signing = { purpose: 'photo', act: 'given', text, locale: 'en' } as const;
				done(await permissions.signAsStudent(app, actorIn(cast, 'student'), signing));
			}
		},
		{ days: 8 * hour, play: says('yusuf.haddad', 'amir.haddad', 'photo', 'refused') },
		{ days: 7 * hour, play: says('minji.park', 'zoe.park', 'photo', 'given') },
		{ days: 7 * hour, play: says('minji.park', 'zoe.park', 'student-publication', 'given') },
		{
			days: 2 * hour,
			play: async () => {
				const taken = { purpose: 'photo', locale: 'en' };
				done(
					await permissions.withdrawAsGuardian(app, actorIn(cast, 'minji.park'), person('zoe.park'), taken)
				);
			}
		},
		{
			days: 6 * hour,
			play: async () => {
				const from = { relation: 'guardian', person: person('anapaula.ortiz') } as const;
				const paper = { child: person('sam.ortiz'), purpose: 'photo', from, act: 'given' } as const;
				done(await permissions.recordHandedIn(app, office, { ...paper, language: 'pt-BR' }));
			}
		}
	];
}

function done(result: { ok: true } | { ok: false; reason: string }): void {
	if (!result.ok) throw new Error(`the demo’s families were not made: ${result.reason}`);
}
