import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from '#lib/server/db/database.ts';

/**
 * The code that a device gives to ask for its class to be opened. It opens nothing and shows no name: a teacher has to
 * say yes to the device first. So it may stand on a board for the day, and guessing one gains a place in a queue.
 */
const LENGTH = 6;
/** No vowels, that it never reads as a word, and nothing that looks like something else. */
const alphabet = '23456789BCDFGHJKMNPQRSTVWXYZ';

export type ClassCode = { code: string; expiresAt: Date };

/** A new code for a class, good until `until`, in place of the one it had. The caller has asked who teaches the class. */
export async function make(db: Db, teacher: string, of: string, until: Date): Promise<ClassCode> {
	for (;;) {
		const code = newCode();
		const { rows } = await sql<{ code: string; expires_at: Date }>`
			insert into class_code (class, code, made_by, expires_at) values (${of}, ${code}, ${teacher}, ${until})
			on conflict (class) do update set code = excluded.code, made_by = excluded.made_by,
				expires_at = excluded.expires_at
			where not exists (select from class_code other where other.code = excluded.code)
			returning code, expires_at`
			.execute(db)
			.catch((error: unknown) => {
				// Another class has it already; one in half a billion.
				if (error instanceof Error && 'code' in error && error.code === '23505') return { rows: [] };
				throw error;
			});
		const [made] = rows;
		if (made) return { code: made.code, expiresAt: made.expires_at };
	}
}

/** The code of a class that is good now; null when it has none. */
export async function current(db: Db, of: string): Promise<ClassCode | null> {
	const row = await db
		.selectFrom('class_code')
		.select(['code', 'expires_at'])
		.where('class', '=', of)
		.where('expires_at', '>', sql<Date>`waypost_now()`)
		.executeTakeFirst();
	return row ? { code: row.code, expiresAt: row.expires_at } : null;
}

/** The class of a code as somebody types it; null when there is none, or its day is over. */
export async function classOf(db: Db, typed: string): Promise<string | null> {
	const code = typed
		.normalize('NFKC')
		.toUpperCase()
		.replace(/[^0-9A-Z]/g, '');
	if (code.length !== LENGTH) return null;
	const row = await db
		.selectFrom('class_code')
		.select('class')
		.where('code', '=', code)
		.where('expires_at', '>', sql<Date>`waypost_now()`)
		.executeTakeFirst();
	return row?.class ?? null;
}

function newCode(): string {
	const fair = 256 - (256 % alphabet.length);
	let code = '';
	while (code.length < LENGTH)
		for (const byte of randomBytes(LENGTH))
			// A byte past the last whole round would make some letters likelier.
			if (byte < fair && code.length < LENGTH) code += alphabet.charAt(byte % alphabet.length);
	return code;
}
