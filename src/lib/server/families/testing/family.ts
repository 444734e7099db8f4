import type { PersonActor } from '#lib/server/auth/actor.ts';
import type { Db } from '#lib/server/db/database.ts';
import type { Band } from '#lib/server/db/schema.ts';
import {
	actorOf,
	district as makeDistrict,
	granted,
	person,
	type TestDistrict,
	type TestPerson
} from '#lib/server/db/testing/people.ts';
import * as guardians from '#lib/server/people/guardians.ts';

export type TestOffices = TestDistrict & {
	/** The district's office. */
	office: PersonActor;
	/** The office of the first school, and of the other one. */
	schoolOffice: PersonActor;
	otherSchoolOffice: PersonActor;
};

/** A district of two schools with an office each, and one above them. */
export async function districtWithOffices(app: Db): Promise<TestOffices> {
	const here = await makeDistrict(app);
	const officeOf = async (school: string) => {
		const principal = await person(app, { role: 'principal', school, familyName: 'Principal' });
		await granted(app, principal, 'school-administrator', school, here.administrator);
		return actorOf(app, principal);
	};
	return {
		...here,
		office: await actorOf(app, here.administrator),
		schoolOffice: await officeOf(here.school),
		otherSchoolOffice: await officeOf(here.otherSchool)
	};
}

/** A student of a school. */
export function student(
	app: Db,
	school: string,
	{ band = '6-8', givenName = 'Child' }: { band?: Band; givenName?: string } = {}
): Promise<TestPerson> {
	return person(app, { role: 'student', band, school, givenName });
}

/** Somebody in the district with the role of a guardian, linked to nobody. */
export async function adult(app: Db, here: TestDistrict): Promise<PersonActor> {
	return actorOf(app, await person(app, { role: 'guardian', school: here.district, givenName: 'Guardian' }));
}

/** A link as the roster makes it. */
export async function linked(
	app: Db,
	guardian: { person: string },
	child: { person: string }
): Promise<void> {
	await app
		.transaction()
		.execute((trx) => guardians.makeLink(trx, { guardian: guardian.person, child: child.person }, 'roster'));
}

/** A guardian whose link to these children the office has confirmed. */
export async function guardianOf(
	app: Db,
	here: TestOffices,
	children: readonly { person: string }[],
	{ maySeeRecord = false }: { maySeeRecord?: boolean } = {}
): Promise<PersonActor> {
	const guardian = await adult(app, here);
	for (const child of children) {
		await linked(app, guardian, child);
		const link = { guardian: guardian.person, child: child.person };
		const done = await guardians.confirm(app, here.office, link, {
			checked: 'identity-card',
			relation: 'parent',
			maySeeRecord
		});
		if (!done.ok) throw new Error(`the link was not confirmed: ${done.reason}`);
	}
	return guardian;
}
