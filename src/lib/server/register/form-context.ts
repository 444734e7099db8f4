import { catalogue, district } from '#lib/server/catalogue/catalogue.ts';
import { now } from '#lib/server/db/clock.ts';
import type { Kysely } from 'kysely';
import type { Database } from '#lib/server/db/schema.ts';
import { civilDate } from '#lib/server/db/instants.ts';
import type { QuestionContext } from '#lib/register/questions.ts';
import type { FormRules } from '#lib/register/schemas.ts';

/** What the form's rules need of the district's content and of today's date. */
export async function formRules(db: Kysely<Database>): Promise<FormRules> {
	const { goals, platforms } = catalogue();
	return {
		emailDomains: district().email_domains,
		goals,
		platforms,
		today: civilDate(await now(db), district().time_zone)
	};
}

/** What the form's words need; `colleagues` are those who can be chosen, or the one who is. */
export function questionContext(colleagues: { person: string; name: string }[]): QuestionContext {
	const { goals, platforms } = catalogue();
	return { emailDomains: district().email_domains, goals, platforms, colleagues };
}
