/** Reading posted forms: what can't be understood is nothing. */

/** The most decisions that one story may be walked. */
export const LONGEST_PATH = 60;

export function text(form: FormData, name: string): string {
	const value = form.get(name);
	return typeof value === 'string' ? value : '';
}

/** A whole number from 0 up to, not including, `end`; null for anything else. */
export function index(value: FormDataEntryValue | null, end: number): number | null {
	if (typeof value !== 'string' || !/^\d{1,4}$/.test(value)) return null;
	const number = Number(value);
	return number < end ? number : null;
}

/** The numbers posted under a name, each once, in order. */
export function numbers(form: FormData, name: string, end: number): number[] {
	const chosen = form.getAll(name).flatMap((value) => index(value, end) ?? []);
	return [...new Set(chosen)].sort((a, b) => a - b);
}

/** One choice for each of `ends`: `pick-<part>`, below that part's end. */
export function picks(form: FormData, ends: readonly number[]): (number | null)[] {
	return ends.map((end, part) => index(form.get(`pick-${part}`), end));
}

/** The choices so far (`path`), with the new one (`choose`); nothing after `again`. */
export function path(form: FormData): number[] {
	if (form.has('again')) return [];
	return [...form.getAll('path'), ...form.getAll('choose')]
		.slice(0, LONGEST_PATH)
		.map((value) => index(value, 100) ?? -1);
}
