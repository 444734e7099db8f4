import type { Db, Trx } from '#lib/server/db/database.ts';
import { append } from '#lib/server/db/ledger.ts';
import { bandsOf, renews } from './catalogue.ts';
import { publishPermissions } from './publish-permissions.ts';
import type { Catalogue, Course } from './read-catalogue.ts';
import type { Translation } from './read-translations.ts';

export type Published = {
	courses: string[];
	policies: string[];
	rules: boolean;
	translations: string[];
	permissions: string[];
};

/**
 * Keeps what is about to be taught: each new course version, policy version and set of rules is stored whole, with
 * its hash (invariant 4). Only a higher version number publishes; a changed text under an unchanged number throws.
 */
export async function publish(db: Db, catalogue: Catalogue): Promise<Published> {
	return db.transaction().execute(async (trx) => {
		const courses: string[] = [];
		for (const course of Object.values(catalogue.courses))
			if (await publishCourse(trx, course)) courses.push(`${course.slug} ${course.version}`);
		const translations: string[] = [];
		for (const [slug, languages] of Object.entries(catalogue.translations))
			for (const said of Object.values(languages))
				if (await publishTranslation(trx, catalogue.courses[slug], said))
					translations.push(`${slug} ${said.language}`);
		const policies: string[] = [];
		for (const policy of Object.values(catalogue.policies)) {
			const known = await trx
				.selectFrom('policy_version')
				.select('hash')
				.where('policy', '=', policy.policy)
				.where('version', '=', policy.version)
				.executeTakeFirst();
			if (known && known.hash !== policy.hash)
				throw new Error(
					`Policy ${policy.policy} has changed under the unchanged version ${policy.version}. Give it a new version in content/policies.`
				);
			if (known) continue;
			await trx
				.insertInto('policy_version')
				.values({
					policy: policy.policy,
					version: policy.version,
					hash: policy.hash,
					title: policy.title,
					body: policy.source
				})
				.execute();
			policies.push(`${policy.policy} ${policy.version}`);
		}
		const permissions = await publishPermissions(trx, catalogue);
		const rules = await trx
			.insertInto('rule_set')
			.values({
				hash: catalogue.ruleHash,
				body: JSON.stringify({
					gates: catalogue.gates,
					accountTypes: catalogue.accountTypes,
					renewal: catalogue.district.renewal,
					permissionSigners: catalogue.district.families.permission_signers
				})
			})
			.onConflict((conflict) => conflict.column('hash').doNothing())
			.returning('id')
			.executeTakeFirst();
		if (courses.length > 0) await append(trx, { kind: 'content.published', detail: { courses } });
		return { courses, policies, rules: rules !== undefined, translations, permissions };
	});
}

async function publishCourse(trx: Trx, course: Course): Promise<boolean> {
	const latest = await trx
		.selectFrom('course_version')
		.select(['version', 'ordinal', 'hash'])
		.where('course', '=', course.slug)
		.orderBy('ordinal', 'desc')
		.executeTakeFirst();
	if (latest && latest.ordinal === course.ordinal && latest.hash !== course.hash)
		throw new Error(
			`Course ${course.slug} has changed under the unchanged version ${course.version}. Raise the version in course.yaml and say in “changes” what kind of change it is.`
		);
	// An older build beside a newer one (a rolling deployment) publishes nothing and takes nothing back.
	if (latest && latest.ordinal >= course.ordinal) return false;
	await trx
		.insertInto('course_version')
		.values({
			course: course.slug,
			version: course.version,
			ordinal: course.ordinal,
			change: course.change,
			hash: course.hash,
			body: JSON.stringify(course),
			languages: JSON.stringify({ en: course.hash })
		})
		.execute();
	const first = await trx
		.selectFrom('course_version')
		.select((eb) => eb.fn.min('published_at').as('at'))
		.where('course', '=', course.slug)
		.executeTakeFirstOrThrow();
	const rule = {
		asked_since: first.at,
		course: course.slug,
		certification: course.certification,
		title: course.title,
		roles: course.required?.roles ?? course.offered?.roles ?? [],
		bands: bandsOf(course),
		// A refresher is not asked of everybody in a role, but of those who hold what it renews.
		required: course.required !== undefined && !renews(course),
		within_days: course.required?.within_days ?? null,
		minutes: course.minutes,
		pass_mark: course.quiz.pass_mark,
		version: course.version,
		hash: course.hash
	};
	await trx
		.insertInto('requirement_rule')
		.values(rule)
		.onConflict((conflict) => conflict.column('course').doUpdateSet(rule))
		.execute();
	return true;
}

/** Keeps a translation beside the version that it goes with; false when it is kept already. */
async function publishTranslation(trx: Trx, course: Course | undefined, said: Translation): Promise<boolean> {
	const version = await trx
		.selectFrom('course_version')
		.select('id')
		.where('course', '=', course?.slug ?? '')
		.where('hash', '=', course?.hash ?? '')
		.executeTakeFirst();
	// An older build beside a newer one published nothing, and has nothing to translate.
	if (!version) return false;
	const row = await trx
		.insertInto('course_translation')
		.values({
			course_version: version.id,
			language: said.language,
			hash: said.hash,
			body: JSON.stringify(said)
		})
		.onConflict((conflict) => conflict.doNothing())
		.returning('id')
		.executeTakeFirst();
	return row !== undefined;
}
