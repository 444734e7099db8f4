import { sql } from 'kysely';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { Db } from '#lib/server/db/database.ts';
import { within } from '#lib/server/db/scope.ts';

const system = { kind: 'system', purpose: 'seed' } as const;

/** Somebody whose names are marked: the number stands in each of them, and nowhere else in the world. */
export type Marked = { number: number; person: string; familyName: string };

/**
 * Gives everybody names, addresses and source ids that hold a mark of their own, on their certificates too, so that a
 * look at a text says of whom it speaks. Sign-ins keep their logins.
 */
export async function markNames(app: Db): Promise<Marked[]> {
	return within(app, system, async (trx) => {
		const people = await trx.selectFrom('person_identity').select('person').orderBy('person').execute();
		const marked: Marked[] = [];
		for (const [number, { person }] of people.entries()) {
			const mark = (kind: string) => `Zq${kind}${number}qz`;
			const familyName = mark('Fam');
			await trx
				.updateTable('person_identity')
				.set({
					family_name: familyName,
					given_name: mark('Giv'),
					email: `${mark('mail').toLowerCase()}@wrsd.example`,
					sourced_id: mark('src'),
					employee_id: mark('emp')
				})
				.where('person', '=', person)
				.execute();
			const holders = await sql<{ certificate: string; salt: string; short_name: string | null }>`
				delete from certificate_holder h using certificate c join learner_person lp on lp.learner = c.learner
				where c.id = h.certificate and lp.person = ${person} returning h.certificate, h.salt, h.short_name`.execute(
				trx
			);
			for (const { certificate, salt, short_name } of holders.rows)
				await trx
					.insertInto('certificate_holder')
					.values({
						certificate,
						salt,
						name: `${mark('Giv')} ${familyName}`,
						short_name: short_name === null ? null : `Z. ${familyName}`
					})
					.execute();
			marked.push({ number, person, familyName });
		}
		return marked;
	});
}

/** The marks in a text, such as `fam12`: which name of whom. */
export function marksIn(text: string): Set<string> {
	return new Set(
		[...text.matchAll(/zq(fam|giv|mail|src|emp)(\d+)qz/gi)].map(([, kind, number]) =>
			`${kind}${number}`.toLowerCase()
		)
	);
}

/** Whose name a mark is. */
export function numberOf(mark: string): number {
	return Number(mark.replace(/\D/g, ''));
}

/** What a response says, to a reader of it: a PDF's words, or its text. */
export async function wordsOf(response: Response): Promise<string> {
	const type = response.headers.get('content-type') ?? '';
	if (!type.startsWith('application/pdf')) return response.text();
	const opening = getDocument({ data: new Uint8Array(await response.arrayBuffer()), verbosity: 0 });
	const pdf = await opening.promise;
	const pages = await Promise.all(
		Array.from({ length: pdf.numPages }, async (_, index) => {
			const { items } = await (await pdf.getPage(index + 1)).getTextContent();
			return items.map((item) => ('str' in item ? item.str : '')).join('');
		})
	);
	await opening.destroy();
	return pages.join('\n');
}
