import { createHash } from 'node:crypto';
import { Lucia, TimeSpan, type Adapter } from 'lucia';
import type { Db } from '#lib/server/db/database.ts';
import { prepared } from '#lib/server/db/prepared.ts';
import type { AffiliationRole, Band, Right } from '#lib/server/db/schema.ts';
import type { PersonActor } from './actor.ts';

/**
 * Sessions of signed-in people. The only file that knows lucia, whose author no longer develops it: to replace it,
 * write `create`, `read` and `end` against the table. The table holds SHA-256 of a session's id and never the id.
 * lucia and the limits of signing in read the machine's clock, not Waypost's: a demo's clock signs nobody out.
 */
const IDLE_HOURS = 12;
const ABSOLUTE_DAYS = 7;
const ABSOLUTE_MILLISECONDS = ABSOLUTE_DAYS * 86_400_000;

declare module 'lucia' {
	interface Register {
		Lucia: Lucia<{ publicId: string }, { actor: PersonActor }>;
		DatabaseSessionAttributes: { publicId: string; device: string };
		DatabaseUserAttributes: { actor: PersonActor };
	}
}

/** A session as its browser holds it; `token` is shown to nobody else and stored nowhere. */
export type NewSession = { token: string; publicId: string; expiresAt: Date };

/** A session as its owner sees it in a list. */
export type ListedSession = { publicId: string; device: string; createdAt: Date; lastSeenAt: Date };

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
	has_children: boolean;
};

/** Begins a session of a person. Its id is new each time: nobody can plant one before a sign-in (session fixation). */
export async function create(db: Db, person: string, { device }: { device: string }): Promise<NewSession> {
	const { lucia, made } = luciaOn(db);
	const session = await lucia.createSession(person, { publicId: '', device });
	const publicId = made();
	return { token: session.id, publicId, expiresAt: session.expiresAt };
}

/**
 * Who asks with this token, at the price of one query; null when the session is unknown, has expired, or its person
 * is gone. `fresh`: it was renewed just now, so its cookie is to be set again.
 */
export async function read(db: Db, token: string): Promise<{ actor: PersonActor; fresh: boolean } | null> {
	// The shape of lucia's ids; anything else is not worth a query.
	if (!/^[a-z2-7]{40}$/.test(token)) return null;
	const { user, session } = await luciaOn(db).lucia.validateSession(token);
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
		.select(['public_id', 'device', 'created_at', 'last_seen_at'])
		.where('person', '=', person)
		.where('expires_at', '>', now)
		.where('absolute_expires_at', '>', now)
		.orderBy('last_seen_at', 'desc')
		.orderBy('public_id')
		.execute();
	return rows.map((row) => ({
		publicId: row.public_id,
		device: row.device,
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

const readActor = prepared<SessionRow>(
	`select a.*, exists (
		select from class_member m
		where m.person = a.person and m.part = 'teacher' and m.superseded_at is null
			and waypost_teaches(m.person, m.class, waypost_now())
	) as teaches, exists (
		select from guardian_link l where l.guardian = a.person and guardian_link_stands(l, waypost_now())
	) as has_children from session_actor($1) a`
);

function hashed(token: string): string {
	return createHash('sha256').update(token).digest('hex');
}

/** lucia over our table, for one call: what it reads once it need not read again. */
function luciaOn(db: Db) {
	let absolute = new Date(Date.now() + ABSOLUTE_MILLISECONDS);
	let expires = new Date(0);
	let publicId = '';

	const adapter: Adapter = {
		async getSessionAndUser(token) {
			const [row] = await readActor(db, hashed(token));
			if (!row) return [null, null];
			absolute = row.absolute_expires_at;
			expires = row.expires_at < absolute ? row.expires_at : absolute;
			const session = {
				// lucia renews and deletes by what it finds here, so it has to be the id that it asked with.
				id: token,
				userId: row.person,
				expiresAt: expires,
				attributes: { publicId: row.public_id, device: '' }
			};
			const actor = actorOf(row);
			return [session, actor ? { id: row.person, attributes: { actor } } : null];
		},
		async getUserSessions() {
			throw new Error('sessions are listed by their public id: see list()');
		},
		async setSession(session) {
			const row = await db
				.insertInto('session')
				.values({
					id_hash: hashed(session.id),
					person: session.userId,
					expires_at: session.expiresAt,
					absolute_expires_at: absolute,
					device: session.attributes.device
				})
				.returning('public_id')
				.executeTakeFirstOrThrow();
			publicId = row.public_id;
		},
		async updateSessionExpiration(token, wanted) {
			const until = wanted < absolute ? wanted : absolute;
			// Near its absolute end a session can't be renewed any more, and lucia would try at every request.
			if (until <= expires) return;
			await db
				.updateTable('session')
				.set({ expires_at: until })
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
		sessionExpiresIn: new TimeSpan(IDLE_HOURS, 'h'),
		getSessionAttributes: ({ publicId }) => ({ publicId }),
		getUserAttributes: ({ actor }) => ({ actor })
	});
	return { lucia, made: () => publicId };
}

function actorOf(row: SessionRow): PersonActor | null {
	if (!row.alive || row.learner === null) return null;
	return {
		kind: 'person',
		person: row.person,
		learner: row.learner,
		givenName: row.given_name ?? '',
		familyName: row.family_name ?? '',
		email: row.email,
		affiliations: row.affiliations.map((held) => ({ ...held, since: new Date(held.since ?? 0) })),
		rights: row.rights,
		teachesClass: row.teaches,
		hasChildren: row.has_children,
		session: row.public_id
	};
}
