import { readText, yamlLines } from '../content-files.ts';
import { splitFrontMatter } from '#lib/lesson/lesson-source.ts';

/** One fault in `content/`. Errors keep content from being built; warnings ask for a look. */
export type Finding = {
	severity: 'error' | 'warning';
	/** Path inside the content folder. */
	file: string;
	line?: number | undefined;
	problem: string;
	remedy: string;
};

/** Where a fault is: a line, or the path of an entry in the file's YAML (front matter included). */
export type Place = { file: string; line: number } | { file: string; entry: readonly PropertyKey[] };

/** Gathers findings and knows the lines of what they are about. */
export class ContentReport {
	readonly findings: Finding[] = [];
	readonly #root: string;
	readonly #lines = new Map<string, (entry: readonly PropertyKey[]) => number>();

	constructor(root: string) {
		this.#root = root;
	}

	error(place: Place, problem: string, remedy: string): void {
		this.#add('error', place, problem, remedy);
	}

	warning(place: Place, problem: string, remedy: string): void {
		this.#add('warning', place, problem, remedy);
	}

	#add(severity: Finding['severity'], place: Place, problem: string, remedy: string): void {
		const line = 'line' in place ? place.line : this.#lineOf(place.file, place.entry);
		this.findings.push({ severity, file: place.file, line, problem, remedy });
	}

	#lineOf(file: string, entry: readonly PropertyKey[]): number {
		let lines = this.#lines.get(file);
		if (!lines) {
			const text = readText(this.#root, file);
			lines = file.endsWith('.md') ? yamlLines(splitFrontMatter(text).frontMatter, 2) : yamlLines(text);
			this.#lines.set(file, lines);
		}
		return lines(entry);
	}
}

/** The values that occur more than once, each named once. */
export function repeated(values: readonly string[]): string[] {
	return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

/** Text as a comparison sees it: small letters and digits only, so that a comma makes no new question. */
export function normalised(text: string): string {
	return text
		.normalize('NFKD')
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]+/gu, ' ')
		.trim();
}
