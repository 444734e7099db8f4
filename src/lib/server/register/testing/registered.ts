import type { Answers } from '#lib/register/form.ts';
import { rightAnswers } from '#lib/register/testing/answers.ts';
import { catalogue } from '#lib/server/catalogue/catalogue.ts';
import type { Db } from '#lib/server/db/database.ts';
import * as people from '#lib/server/db/testing/people.ts';
import { signAs } from '../co-owner.ts';
import * as drafts from '../drafts.ts';
import { submit } from '../submit.ts';
import { decide } from '../verdict.ts';

const day = 86_400_000;
const civil = (days: number) => new Date(Date.now() + days * day).toISOString().slice(0, 10);
let made = 0;

/** Every statement of a classroom account. */
export const everyStatement = catalogue().accountTypes.classroom?.attestations ?? [];

export type Registered = { id: string; owner: people.TestPerson; coOwner: people.TestPerson; name: string };
type Settings = {
	/** When the certifications of the owner end. */
	until?: Date;
	school?: string;
	/** The co-owner signs as well, unless told not to. */
	signed?: boolean;
	change?: Answers;
};

/** A classroom account that somebody has submitted, with owner and co-owner of its own. */
export async function submitted(
	app: Db,
	place: people.TestDistrict,
	{ until, school = place.school, signed = true, change = {} }: Settings = {}
): Promise<Registered> {
	const owner = await people.person(app, { school, givenName: 'Olive', familyName: `Ashgrove${++made}` });
	const coOwner = await people.person(app, { school, givenName: 'Coral', familyName: `Birchfield${made}` });
	await people.mayRunAccounts(app, owner, until);
	await people.mayRunAccounts(app, coOwner);
	return submittedBy(
		app,
		{ owner, coOwner, school, name: `Class ${made} at the pond`, handle: `pond${made}` },
		{ signed, change }
	);
}

/** The same by people who are there already, in a school of theirs; both may run accounts. */
export async function submittedBy(
	app: Db,
	{ owner, coOwner, school, name, handle }: Omit<Registered, 'id'> & { school: string; handle: string },
	{ signed = true, change = {} }: Pick<Settings, 'signed' | 'change'> = {}
): Promise<Registered> {
	const actor = await people.actorOf(app, owner);
	const begun = await drafts.create(app, actor, { type: 'classroom', organisation: school });
	if (!begun.ok) throw new Error(begun.reason);
	const answers = rightAnswers({
		coOwner: coOwner.person,
		url: `https://pond.example/${handle}`,
		start: civil(2),
		review: civil(200)
	});
	await drafts.save(app, actor, begun.id, {
		...answers,
		display_name: name,
		handle: `@${handle}`,
		...change
	});
	const registered = { id: begun.id, owner, coOwner, name };
	await submitAgain(app, registered);
	if (signed) await sign(app, registered, 1);
	return registered;
}

/** The owner submits what stands in the draft, as a further revision. */
export async function submitAgain(app: Db, { id, owner }: Registered): Promise<number> {
	const actor = await people.actorOf(app, owner);
	const draft = await drafts.load(app, actor, id);
	const sent = await submit(app, actor, id, everyStatement, draft?.rev ?? 0);
	if (!sent.ok) throw new Error(`not submitted: ${sent.reason}`);
	return sent.revision;
}

/** The co-owner signs every statement of a revision. */
export async function sign(app: Db, { id, coOwner }: Registered, revision: number): Promise<void> {
	const signed = await signAs(app, await people.actorOf(app, coOwner), id, revision, everyStatement);
	if (!signed.ok) throw new Error(`not signed: ${signed.reason}`);
}

/** A principal who reviews for a school, certified for it unless told otherwise. */
export async function reviewer(
	app: Db,
	place: people.TestDistrict,
	{ school = place.school, able = true }: { school?: string; able?: boolean } = {}
): Promise<people.TestPerson> {
	const made = await people.person(app, { school, role: 'principal' });
	await people.granted(app, made, 'reviewer', school, place.administrator);
	if (able) {
		await people.certified(app, made, 'staff');
		await people.credited(app, made, 'reviewer-admin', place.administrator);
	}
	return made;
}

/** A classroom account that was approved and is active. */
export async function active(
	app: Db,
	place: people.TestDistrict,
	settings: Settings = {}
): Promise<Registered> {
	const registered = await submitted(app, place, settings);
	const by = await people.actorOf(
		app,
		await reviewer(app, place, { school: settings.school ?? place.school })
	);
	const decided = await decide(app, by, {
		registration: registered.id,
		revision: 1,
		verdict: 'approve',
		reason: ''
	});
	if (!decided.ok) throw new Error(`not approved: ${decided.reason}`);
	return registered;
}
