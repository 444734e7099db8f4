import { createHash } from 'node:crypto';

/** JSON with sorted keys and no white space, so that equal content has one spelling (`hash_scheme` 1). */
export function canonicalJson(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map((entry) => canonicalJson(entry ?? null)).join(',')}]`;
	if (value !== null && typeof value === 'object') {
		const entries = Object.entries(value)
			.filter(([, entry]) => entry !== undefined)
			.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
			.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`);
		return `{${entries.join(',')}}`;
	}
	return JSON.stringify(value);
}

/** SHA-256 of text, or of a value's canonical JSON, in lower-case hex. */
export function contentHash(value: unknown): string {
	return createHash('sha256')
		.update(typeof value === 'string' ? value : canonicalJson(value))
		.digest('hex');
}
