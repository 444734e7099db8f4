import { randomInt } from 'node:crypto';
import {
	PICTURES_IN_SECRET,
	secretWords,
	signInPictures,
	type PictureSecret
} from '#lib/class-sign-in/picture-secret.ts';
import type { Db } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import { argon2id, hashPassword, type Hasher } from '../passwords.ts';

export type MadeSecret = PictureSecret & { person: string };

/**
 * New pictures and a word for children of a class, in place of those that they had; what they began with the old ones
 * ends. They are given back this once, for the cards, and stored as a hash that nobody reads again. The database
 * refuses a teacher who does not teach the class, and whoever does not attend it: nothing is made then.
 */
export async function make(
	db: Db,
	teacher: string,
	of: string,
	children: readonly string[],
	{ hasher = argon2id }: { hasher?: Hasher } = {}
): Promise<MadeSecret[]> {
	const made = await Promise.all(
		children.map(async (person) => {
			const secret = newSecretOf();
			return { person, secret, hash: await hashPassword(textOf(person, of, secret), hasher) };
		})
	);
	if (made.length === 0) return [];
	await db.transaction().execute(async (trx) => {
		for (const { person, hash } of made) {
			await trx
				.insertInto('picture_secret')
				.values({ person, class: of, secret_hash: hash, set_by: teacher })
				.onConflict((conflict) =>
					conflict.columns(['person', 'class']).doUpdateSet({ secret_hash: hash, set_by: teacher })
				)
				.execute();
			await trx.deleteFrom('picture_try').where('person', '=', person).execute();
			await trx.deleteFrom('session').where('person', '=', person).where('assurance', '=', 'low').execute();
			await append(trx, {
				kind: 'picture-secret-set',
				actor: teacher,
				subject: person,
				detail: { class: of }
			});
		}
	});
	return made.map(({ person, secret }) => ({ person, ...secret }));
}

/** Who of a class has pictures, and since when. */
export async function standing(db: Db, of: string): Promise<Map<string, Date>> {
	const rows = await db
		.selectFrom('picture_secret')
		.select(['person', 'set_at'])
		.where('class', '=', of)
		.execute();
	return new Map(rows.map(({ person, set_at }) => [person, set_at]));
}

/** What is hashed: the pictures and the word, for this child in this class alone. */
export function textOf(person: string, of: string, { pictures, word }: PictureSecret): string {
	return [person, of, ...pictures, word].join(' ');
}

function newSecretOf(): PictureSecret {
	const left = [...signInPictures];
	const pictures = Array.from({ length: PICTURES_IN_SECRET }, () => {
		const [picture] = left.splice(randomInt(left.length), 1);
		if (!picture) throw new Error('there are fewer pictures than a secret has');
		return picture;
	});
	const word = secretWords[randomInt(secretWords.length)];
	if (!word) throw new Error('there are no words');
	return { pictures, word };
}
