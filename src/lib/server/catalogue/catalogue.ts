import { resolve } from 'node:path';
import { readCatalogue, type Catalogue, type Course, type Gate, type Policy } from './read-catalogue.ts';

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

/** The course that renews a certification, where there is one for that. */
export function renewalOf(certification: string): Course | undefined {
	return Object.values(catalogue().courses).find(
		(entry) => entry.certification === certification && renews(entry)
	);
}

/** The words for a certification. */
export function certificationTitle(certification: string): string {
	return catalogue().certifications[certification] ?? certification;
}
