/** No list of ours is longer; a number beyond what the database can count to is a slip. */
const LAST = 1_000_000;

/** Which page of a list an address asks for, from 1; the first one for what is no number. */
export function pageNumber(params: URLSearchParams): number {
	const asked = Number.parseInt(params.get('page') ?? '1', 10) || 1;
	return Math.min(LAST, Math.max(1, asked));
}
