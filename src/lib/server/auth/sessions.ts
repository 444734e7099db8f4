import { createHash } from 'node:crypto';
import { Lucia, TimeSpan, type Adapter } from 'lucia';
import type { Db } from '#lib/server/db/database.ts';
import { prepared } from '#lib/server/db/prepared.ts';
import type { AffiliationRole, Band, Right, SessionAssurance } from '#lib/server/db/schema.ts';
import { rightsInUse, type PersonActor, type SecondFactorRule } from './actor.ts';

/**
 * Sessions of signed-in people. The only file that knows lucia, whose author no longer develops it: to replace it,
 * write `create`, `read` and `end` against the table. The table holds SHA-256 of a session's id and never the id.
 * lucia and the limits of signing in read the machine's clock, not Waypost's: a demo's clock signs nobody out.
 */
const IDLE_MINUTES = 12 * 60;
/** On a device that others use afterwards. */
const SHARED_IDLE_MINUTES = 15;
const ABSOLUTE_DAYS = 7;
const ABSOLUTE_MILLISECONDS = ABSOLUTE_DAYS * 86_400_000;

declare module 'lucia' {
	interface Register {
		Lucia: Lucia<{ publicId: string }, { actor: PersonActor }>;
		DatabaseSessionAttributes: { publicId: string };
		DatabaseUserAttributes: { actor: PersonActor };
	}
}

/** A session as its browser holds it; `token` is shown to nobody else and stored nowhere. */
export type NewSession = { token: string; publicId: string; expiresAt: Date };

/** A session as its owner sees it in a list. */
export type ListedSession = {
	publicId: string;
	device: string;
	shared: boolean;
	createdAt: Date;
	lastSeenAt: Date;
};

/**
 * How a session begins. `device`: what its owner is shown of the browser. `shared`: others use the device afterwards.
 * `classDevice`: the class's device on which pictures were right; those sessions alone are of low assurance.
 * `provedAt`: when its person proved again who they are, when it goes on from one in which they did.
 */
type Begun = {
	device: string;
	assurance: SessionAssurance;
	shared: boolean;
	classDevice: string | null;
	provedAt: Date | null;
};

type SessionRow = {
	public_id: string;
	person: string;
	expires_at: Date;
	absolute_expires_at: Date;
	alive: boolean;
	learner: string | null;
	given_name: string | null;
	family_name: string | null;
	email: string | null;
	affiliations: {
		organisation: string;
		organisationName: string;
		role: AffiliationRole;
		band: Band | null;
		since: string | null;
	}[];
	rights: { right: Right; organisation: string; districtWide: boolean }[];
	teaches: boolean;
	assurance: SessionAssurance;
	shared: boolean;
	has_children: boolean;
};
/** The same as it comes from the database: one value of JSON costs less to read than fifteen columns. */
type SessionJson = Omit<SessionRow, 'expires_at' | 'absolute_expires_at'> & {
	expires_at: string;
	absolute_expires_at: string;
};

/**
 * Begins a session of a person. Its id is new each time: nobody can plant one before a sign-in (session fixation), and
 * a stronger factor never goes on with the id of a weaker one. A session of assurance `password` opens nothing for
 * somebody who has a second factor.
 */
export async function create(
	db: Db,
	person: string,
	{
		device,
		assurance = 'password',
		shared = false,
		classDevice = null,
		provedAt = null
	}: { device: string } & Partial<Begun>
): Promise<NewSession> {
	const { lucia, made } = luciaOn(db, { begun: { device, assurance, shared, classDevice, provedAt } });
	const { id: token } = await lucia.createSession(person, { publicId: '' });
	return { token, ...made() };
}

/**
 * Who asks with this token, at the price of one query; null when the session is unknown, has expired, or its person
 * is gone. `fresh`: it was renewed just now, so its cookie is to be set again. `secondFactor`: the district's rule;
 * where one is required and was not used, rights over other people's records sleep.
 */
export async function read(
	db: Db,
	token: string,
	{ secondFactor = 'offered' }: { secondFactor?: SecondFactorRule } = {}
): Promise<{ actor: PersonActor; fresh: boolean } | null> {
	// The shape of lucia's ids; anything else is not worth a query.
	if (!/^[a-z2-7]{40}$/.test(token)) return null;
	const [found] = await readActor(db, hashed(token));
	if (!found) return null;
	const row = {
		...found.session,
		expires_at: new Date(found.session.expires_at),
		absolute_expires_at: new Date(found.session.absolute_expires_at)
	};
	const { lucia } = luciaOn(db, { row, secondFactor });
	const { user, session } = await lucia.validateSession(token);
	return user ? { actor: user.actor, fresh: session.fresh } : null;
}

/** Ends the session of this token. */
export async function end(db: Db, token: string): Promise<void> {
	await luciaOn(db).lucia.invalidateSession(token);
}

/** A person's sessions that are still good, the one used last first. */
export async function list(db: Db, person: string, now: Date): Promise<ListedSession[]> {
	const rows = await db
		.selectFrom('session')
		.select(['public_id', 'device', 'shared', 'created_at', 'last_seen_at'])
		.where('person', '=', person)
		.where('expires_at', '>', now)
		.where('absolute_expires_at', '>', now)
		.orderBy('last_seen_at', 'desc')
		.orderBy('public_id')
		.execute();
	return rows.map((row) => ({
		publicId: row.public_id,
		device: row.device,
		shared: row.shared,
		createdAt: row.created_at,
		lastSeenAt: row.last_seen_at
	}));
}

/** Ends one of a person's own sessions; false when there is none of that public id among them. */
export async function revoke(db: Db, person: string, publicId: string): Promise<boolean> {
	if (!/^[0-9a-f-]{36}$/i.test(publicId)) return false;
	const { numDeletedRows } = await db
		.deleteFrom('session')
		.where('person', '=', person)
		.where('public_id', '=', publicId)
		.executeTakeFirst();
	return numDeletedRows > 0n;
}

/** Signs a person out everywhere. */
export async function revokeAll(db: Db, person: string): Promise<void> {
	await luciaOn(db).lucia.invalidateUserSessions(person);
}

/** Takes away the rows of sessions that have expired. */
export async function deleteExpired(db: Db): Promise<void> {
	await luciaOn(db).lucia.deleteExpiredSessions();
}

const readActor = prepared<{ session: SessionJson }>(
	`select to_json(s) as session from (
		select a.*, exists (
			select from class_member m
			where m.person = a.person and m.part = 'teacher' and m.superseded_at is null
				and waypost_teaches(m.person, m.class, waypost_now())
		) as teaches, exists (
			select from guardian_link l where l.guardian = a.person and guardian_link_stands(l, waypost_now())
		) as has_children from session_actor($1) a
	) s`
);

function hashed(token: string): string {
	return createHash('sha256').update(token).digest('hex');
}

/** lucia over our table, for one call: to begin a session as `begun` says, or to go on with the one of `row`. */
function luciaOn(
	db: Db,
	{
		begun,
		row,
		secondFactor = 'offered'
	}: { begun?: Begun; row?: SessionRow; secondFactor?: SecondFactorRule } = {}
) {
	const shared = (begun ?? row)?.shared ?? false;
	const idleMinutes = shared ? SHARED_IDLE_MINUTES : IDLE_MINUTES;
	const absolute = row?.absolute_expires_at ?? new Date(Date.now() + ABSOLUTE_MILLISECONDS);
	const expires = row && row.expires_at < absolute ? row.expires_at : absolute;
	let made: { publicId: string; expiresAt: Date } | undefined;
	/** What lucia wants, but no longer than the idle time, nor past the absolute end. */
	const until = (wanted: Date) =>
		new Date(Math.min(wanted.getTime(), absolute.getTime(), Date.now() + idleMinutes * 60_000));

	const adapter: Adapter = {
		async getSessionAndUser(token) {
			if (!row) return [null, null];
			const session = {
				// lucia renews and deletes by what it finds here, so it has to be the id that it asked with.
				id: token,
				userId: row.person,
				expiresAt: expires,
				attributes: { publicId: row.public_id }
			};
			const actor = actorOf(row, secondFactor);
			return [session, actor ? { id: row.person, attributes: { actor } } : null];
		},
		async getUserSessions() {
			throw new Error('sessions are listed by their public id: see list()');
		},
		async setSession({ id, userId, expiresAt }) {
			if (!begun) throw new Error('sessions are begun by create()');
			const { public_id, expires_at } = await db
				.insertInto('session')
				.values({
					id_hash: hashed(id),
					person: userId,
					expires_at: until(expiresAt),
					absolute_expires_at: absolute,
					device: begun.device,
					assurance: begun.assurance,
					shared,
					class_device: begun.classDevice,
					proved_at: begun.provedAt
				})
				.returning(['public_id', 'expires_at'])
				.executeTakeFirstOrThrow();
			made = { publicId: public_id, expiresAt: expires_at };
		},
		async updateSessionExpiration(token, wanted) {
			// Near its absolute end a session can't be renewed any more, and lucia would try at every request.
			if (until(wanted) <= expires) return;
			await db
				.updateTable('session')
				.set({ expires_at: until(wanted) })
				.where('id_hash', '=', hashed(token))
				.execute();
		},
		async deleteSession(token) {
			await db.deleteFrom('session').where('id_hash', '=', hashed(token)).execute();
		},
		async deleteUserSessions(person) {
			await db.deleteFrom('session').where('person', '=', person).execute();
		},
		async deleteExpiredSessions() {
			const now = new Date();
			await db
				.deleteFrom('session')
				.where((eb) => eb.or([eb('expires_at', '<=', now), eb('absolute_expires_at', '<=', now)]))
				.execute();
		}
	};
	const lucia = new Lucia(adapter, {
		// lucia renews what is past half of this. Where minutes count, it is told nearly twice the idle time (and `until`
		// shortens what it wants), so that somebody who reads for ten minutes is not signed out after fifteen.
		sessionExpiresIn: new TimeSpan(shared ? 2 * (idleMinutes - 1) : idleMinutes, 'm'),
		getSessionAttributes: ({ publicId }) => ({ publicId }),
		getUserAttributes: ({ actor }) => ({ actor })
	});
	return {
		lucia,
		made() {
			if (!made) throw new Error('the session was not recorded');
			return made;
		}
	};
}

function actorOf(row: SessionRow, rule: SecondFactorRule): PersonActor | null {
	if (!row.alive || row.learner === null) return null;
	return {
		kind: 'person',
		person: row.person,
		learner: row.learner,
		givenName: row.given_name ?? '',
		familyName: row.family_name ?? '',
		email: row.email,
		affiliations: row.affiliations.map((held) => ({ ...held, since: new Date(held.since ?? 0) })),
		...rightsInUse({ rights: row.rights, teachesClass: row.teaches }, row.assurance, rule),
		assurance: row.assurance,
		shared: row.shared,
		hasChildren: row.has_children,
		session: row.public_id
	};
}
