import type { Locale } from '#lib/messages/compiled/runtime.js';

/** Who is signed in, as far as the frame of the page has to know. */
export interface ShellViewer {
	name: string;
	kind: 'staff' | 'student' | 'guardian' | 'admin';
	/** May decide on registrations. The server checks again on every request; this only shows the link. */
	canReview: boolean;
	/** May see people and their records in some scope: the pages under /manage. */
	canManage: boolean;
	/** Teaches a class today. */
	hasClasses: boolean;
	/** Holds rights that wait for a second factor. */
	rightsSleep?: boolean;
	/** Others use this device afterwards: “Not me” stands beside the name. */
	shared?: boolean;
	/** Pictures signed them in: lessons, and nothing else of their own. */
	lessonsOnly?: boolean;
	/** Is somebody's guardian. */
	hasFamily: boolean;
}

/** What the root layout gives every page. */
export interface ShellData {
	locale: Locale;
	path: string;
	/** `mails`: a demo that keeps its mails shows them. */
	district: { name: string; short: string; demo: boolean; mails: boolean };
	viewer: ShellViewer | null;
	/** Has begun family lessons without a sign-in. */
	visitor: boolean;
}

/** The help page's lists. */
export interface HelpData {
	lines: { name: string; contact: string; note: string }[];
	people: { who: string; contact: string }[];
	/** Who looks after each thing that a family may ask for without a lesson or a sign-in. */
	families: { photos: string; permissions: string; record: string; report: string };
}

/** The languages by their own names: whoever looks for one can read it. */
export const languageNames: Record<Locale, string> = { en: 'English', es: 'Español', 'pt-BR': 'Português' };

/**
 * Where a reader comes back to after changing the language: path and query, without the name of a form action
 * (`?/submit`), which a GET cannot repeat.
 */
export function pathToComeBackTo(url: URL): string {
	const kept = [...url.searchParams].filter(([name]) => !name.startsWith('/'));
	const query = new URLSearchParams(kept).toString();
	return query ? `${url.pathname}?${query}` : url.pathname;
}

/** Whether a link of the main navigation leads to the page one is on, or to something below it. */
export function isUnder(path: string, href: string): boolean {
	return path === href || path.startsWith(`${href}/`);
}
