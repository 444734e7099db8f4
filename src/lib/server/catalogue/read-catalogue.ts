import type * as v from 'valibot';
import { splitFrontMatter } from '#lib/lesson/lesson-source.ts';
import type { Item } from '#lib/quiz/item.ts';
import { checked } from './checked.ts';
import { ContentError, exists, listFolder, readText } from './content-files.ts';
import * as schema from './content-schema.ts';
import { contentHash } from './hash.ts';
import { clauseQuotes, clauseWords, parsePolicyBody, type PolicyBlock } from './policy-text.ts';
import { isLessonFile, readLesson, type Lesson, type LessonSection } from './read-lesson.ts';
import { readTranslations, readWords, type DistrictWords, type Translation } from './read-translations.ts';

export type { Lesson, LessonSection };
export type CourseSettings = v.InferOutput<typeof schema.courseFile>;
export type Course = Omit<CourseSettings, 'changes'> & {
	slug: string;
	ordinal: number;
	change: 'patch' | 'minor' | 'major';
	changes: CourseSettings['changes'];
	lessons: Lesson[];
	items: Item[];
	/** Hash of lessons, items with keys and settings less the list of changes (hash_scheme 1). */
	hash: string;
};
export type Policy = v.InferOutput<typeof schema.policyFrontMatter> & {
	blocks: PolicyBlock[];
	clauses: Record<string, string>;
	/** The same as they are quoted alone. */
	quotes: Record<string, string>;
	source: string;
	hash: string;
};
export type District = v.InferOutput<typeof schema.districtFile>;
export type SingleSignOn = District['single_sign_on'][number];
export type Gate = v.InferOutput<typeof schema.gatesFile>['gates'][string] & { id: string };
export type AccountType = v.InferOutput<typeof schema.accountTypesFile>['types'][string] & { id: string };
export type AttestationText = v.InferOutput<typeof schema.accountTypesFile>['attestations'][string] & {
	code: string;
};
/** What families are asked to permit. */
export type PermissionPurpose = v.InferOutput<typeof schema.permissionsFile>['purposes'][string] & {
	id: string;
};
export type Fact = v.InferOutput<typeof schema.factsFile>[string];
export type Editions = v.InferOutput<typeof schema.editionsFile>;

export type Catalogue = {
	district: District;
	policies: Record<string, Policy>;
	facts: Record<string, Fact>;
	gates: Record<string, Gate>;
	/** What each certification is called, whether its course is published yet or not. */
	certifications: Record<string, string>;
	accountTypes: Record<string, AccountType>;
	permissions: Record<string, PermissionPurpose>;
	attestations: Record<string, AttestationText>;
	goals: { id: string; label: string }[];
	platforms: { id: string; label: string }[];
	courses: Record<string, Course>;
	/** By course and language: only whole ones, whose lessons are of the same major version. */
	translations: Record<string, Record<string, Translation>>;
	/** By language: words of the district and the policy. */
	words: Record<string, DistrictWords>;
	/** The hashes of editions that were sealed when they were published, by course and version. */
	editions: Editions;
	/** Hash of all rules that decide: gates, account types, district settings, requirements. */
	ruleHash: string;
	hash: string;
};

/** Number that orders versions: 2.1.0 comes after 2.0.9. Each part is below 1000. */
export function versionOrdinal(version: string): number {
	const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
	return major * 1_000_000 + minor * 1_000 + patch;
}

/** The first part of a version: a new one asks everybody to learn anew what changed. */
export function majorOf(ordinal: number): number {
	return Math.floor(ordinal / 1_000_000);
}

function readCourse(root: string, slug: string): Course {
	const folder = `courses/${slug}`;
	const file = `${folder}/course.yaml`;
	const settings = checked(schema.courseFile, readText(root, file), file);
	const names = listFolder(root, folder).filter(isLessonFile);
	if (names.length === 0)
		throw new ContentError(folder, undefined, 'the course has no lessons.', 'Add 01-….md.');
	const lessons = names.map((name) => readLesson(root, folder, name));
	const quizName = `${folder}/quiz.yaml`;
	const items = checked(schema.quizFile, readText(root, quizName), quizName).items as Item[];
	const change = settings.changes.find((entry) => entry.version === settings.version);
	if (!change)
		throw new ContentError(
			file,
			undefined,
			`version ${settings.version} is not in the list of changes.`,
			'Add it with kind and summary.'
		);
	const { changes, ...hashed } = settings;
	return {
		slug,
		...hashed,
		changes,
		ordinal: versionOrdinal(settings.version),
		change: change.kind,
		lessons,
		items,
		hash: contentHash({
			settings: hashed,
			lessons: lessons.map((lesson) => [lesson.slug, lesson.hash]),
			items
		})
	};
}

function readPolicy(root: string, name: string): Policy {
	const file = `policies/${name}`;
	const source = readText(root, file);
	const { frontMatter, body } = splitFrontMatter(source);
	const matter = checked(schema.policyFrontMatter, frontMatter, file, 2);
	const blocks = parsePolicyBody(body);
	return {
		...matter,
		blocks,
		clauses: clauseWords(blocks),
		quotes: clauseQuotes(blocks),
		source,
		hash: contentHash(source)
	};
}

function withId<T extends object>(entries: Record<string, T>): Record<string, T & { id: string }> {
	return Object.fromEntries(Object.entries(entries).map(([id, entry]) => [id, { ...entry, id }]));
}

/**
 * Reads and checks the shape of everything in a `content/` folder. Throws ContentError with file, line and remedy;
 * faults across files (unknown clauses, keys that can't be right) are found by `check-content.ts`. Translations can be
 * left out, for a command that mends them.
 */
export function readCatalogue(root: string, { translations: withTranslations = true } = {}): Catalogue {
	const entries = <T extends v.GenericSchema>(shape: T, name: string) =>
		checked(shape, readText(root, name), name);
	const district = entries(schema.districtFile, 'district.yaml');
	const facts = entries(schema.factsFile, 'facts.yaml');
	const { gates: gateEntries, certifications } = entries(schema.gatesFile, 'gates.yaml');
	const gates = withId(gateEntries);
	const accounts = entries(schema.accountTypesFile, 'account-types.yaml');
	const permissions = exists(root, 'permissions.yaml')
		? withId(entries(schema.permissionsFile, 'permissions.yaml').purposes)
		: {};
	const policies = Object.fromEntries(
		listFolder(root, 'policies')
			.filter((name) => name.endsWith('.md'))
			.map((name) => readPolicy(root, name))
			.map((policy) => [policy.policy, policy])
	);
	const courses = Object.fromEntries(
		listFolder(root, 'courses')
			.filter((name) => exists(root, `courses/${name}/course.yaml`))
			.map((slug) => [slug, readCourse(root, slug)])
	);
	const translations = Object.fromEntries(
		Object.values(courses).map((course) => [
			course.slug,
			withTranslations ? readTranslations(root, course) : {}
		])
	);
	const words = withTranslations ? readWords(root) : {};
	const rules = {
		gates,
		accounts,
		renewal: district.renewal,
		signUp: district.sign_up,
		permissionSigners: district.families.permission_signers,
		requirements: Object.values(courses).map((course) => [
			course.slug,
			course.required,
			course.valid_months,
			course.quiz
		])
	};
	const ruleHash = contentHash(rules);
	return {
		district,
		policies,
		facts,
		gates,
		certifications,
		accountTypes: withId(accounts.types),
		permissions,
		attestations: Object.fromEntries(
			Object.entries(accounts.attestations).map(([code, entry]) => [code, { ...entry, code }])
		),
		goals: accounts.goals,
		platforms: accounts.platforms,
		courses,
		translations,
		words,
		editions: exists(root, 'editions.yaml') ? entries(schema.editionsFile, 'editions.yaml') : {},
		ruleHash,
		hash: contentHash({
			ruleHash,
			district,
			facts,
			permissions,
			policies: Object.values(policies).map((policy) => policy.hash),
			courses: Object.values(courses).map((course) => course.hash),
			translations: Object.values(translations).flatMap((each) =>
				Object.values(each).map((translation) => translation.hash)
			),
			words
		})
	};
}
