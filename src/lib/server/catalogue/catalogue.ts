import { resolve } from 'node:path';
import {
	readCatalogue,
	type Catalogue,
	type Course,
	type Gate,
	type PermissionPurpose,
	type Policy
} from './read-catalogue.ts';
import type { Band } from '#lib/server/db/schema.ts';
import type { Translation } from './read-translations.ts';

let current: Catalogue | undefined;

/**
 * The checked content that this process works with. The server gets the one its build carries (see
 * `use` in hooks.server.ts); the command line and tests read the files.
 */
export function catalogue(): Catalogue {
	current ??= readCatalogue(process.env.WAYPOST_CONTENT ?? resolve('content'));
	return current;
}

/** Puts a catalogue in place of the files: the one carried by the build, or one made by a test. */
export function use(next: Catalogue): void {
	current = next;
}

/** What pages need to know of the district. */
export function district() {
	const { district } = catalogue();
	return { ...district, emailDomains: district.email_domains };
}

/** The policy that training rests on. */
export function mainPolicy(): Policy {
	const { policies, district } = catalogue();
	const policy = policies[district.policy];
	if (!policy)
		throw new Error(`district.yaml names policy ${district.policy}, which is not in content/policies`);
	return policy;
}

export function course(slug: string): Course | undefined {
	return catalogue().courses[slug];
}

export function gate(id: string): Gate | undefined {
	return catalogue().gates[id];
}

/** What families are asked to permit, in the order of permissions.yaml. */
export function permissionPurposes(): PermissionPurpose[] {
	return Object.values(catalogue().permissions);
}

/** Whether a course renews the certification that it asks for, and so can't be the first to earn it. */
export function renews(course: Course): boolean {
	return course.requires.some(({ certification }) => certification === course.certification);
}

/** The courses that earn a certification for the first time; several where each band has its own. */
export function coursesFor(certification: string): Course[] {
	return Object.values(catalogue().courses).filter(
		(entry) => entry.certification === certification && !renews(entry)
	);
}

/** The bands of students that a course is for; null when it is for all of its audience. */
export function bandsOf(course: Pick<Course, 'band' | 'bands'>): Band[] | null {
	return course.bands ?? (course.band ? [course.band] : null);
}

/** The course that renews a certification, where there is one for that. */
export function renewalOf(certification: string): Course | undefined {
	return Object.values(catalogue().courses).find(
		(entry) => entry.certification === certification && renews(entry)
	);
}

/** The words for a certification; in a language for which there are none, those of its course where it is translated. */
export function certificationTitle(certification: string, language = 'en'): string {
	const course = coursesFor(certification).find(({ slug }) => translation(slug, language));
	return (
		(course && translation(course.slug, language)?.title) ??
		catalogue().certifications[certification] ??
		certification
	);
}

/** The short title of a course in a language, or in English; what is no course any more, by its name in the records. */
export function courseTitle(slug: string, language: string): string {
	return translation(slug, language)?.short ?? course(slug)?.short ?? slug;
}

/** The title of a lesson in a language, or in English; null when the course has no such lesson (any more). */
export function lessonTitle(slug: string, lesson: string, language: string): string | null {
	const lessons = translation(slug, language)?.lessons ?? course(slug)?.lessons ?? [];
	return lessons.find((entry) => entry.slug === lesson)?.title ?? null;
}

/** A course in this language, where it is translated into it. */
export function translation(slug: string, language: string): Translation | undefined {
	return catalogue().translations[slug]?.[language];
}

/** The language in which somebody who reads the site in `locale` takes a course: theirs, or English. */
export function languageOf(slug: string, locale: string): string {
	return translation(slug, locale)?.language ?? 'en';
}

/** Contacts and help lines of the district, and sources of facts, in the reader's language where there are words for it. */
export function wordsIn(locale: string) {
	const { district, facts, words, policies } = catalogue();
	const known = words[locale];
	return {
		/** The language of these words. */
		language: known ? locale : 'en',
		contacts: { ...district.contacts, ...(known?.contacts as Partial<typeof district.contacts>) },
		relatedPolicies: known?.related_policies ?? {},
		helpLines: district.help_lines.map((line, index) => ({ ...line, ...known?.help_lines[index] })),
		fact(id: string) {
			const fact = facts[id];
			return fact && fact.status !== 'U'
				? (known?.facts[id] ?? { source: fact.source, date: fact.date })
				: null;
		},
		/** A clause's own words as they are quoted, which alone bind, and a translation as a courtesy. */
		clause(id: string) {
			const courtesy = known?.clauses[id];
			return {
				words: policies[district.policy]?.quotes[id] ?? '',
				...(locale === 'en' ? {} : { lang: 'en' }),
				...(courtesy ? { courtesy } : {})
			};
		}
	};
}
