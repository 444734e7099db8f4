/**
 * The policy's own words, cut into clauses. In the file a clause is written `{III.5a its words}`; the text around
 * clauses is the policy's too, so that the page can show it whole.
 */
export type PolicyRun = { text: string; clause: string | null };
export type PolicyBlock = { kind: 'heading' | 'paragraph' | 'item'; runs: PolicyRun[] };

export function parsePolicyBody(body: string): PolicyBlock[] {
	return body
		.split(/\n+/)
		.map((line) => line.trim())
		.filter((line) => line !== '')
		.map((line) => {
			if (line.startsWith('## ')) return { kind: 'heading', runs: [{ text: line.slice(3), clause: null }] };
			if (line.startsWith('- ')) return { kind: 'item', runs: parseRuns(line.slice(2)) };
			return { kind: 'paragraph', runs: parseRuns(line) };
		});
}

function parseRuns(line: string): PolicyRun[] {
	return line
		.split(/(\{[^}]*\})/)
		.filter((part) => part.trim() !== '')
		.map((part) => {
			const clause = /^\{(\S+) ([^}]*)\}$/.exec(part);
			return clause ? { text: clause[2] ?? '', clause: clause[1] ?? '' } : { text: part, clause: null };
		});
}

/** Each clause's words by its id. */
export function clauseWords(blocks: PolicyBlock[]): Record<string, string> {
	return Object.fromEntries(
		blocks
			.flatMap((block) => block.runs)
			.flatMap((run) => (run.clause ? [[run.clause, run.text] as const] : []))
	);
}

/**
 * Each clause's words as they are quoted alone, by its id: where the policy's sentence goes on before or after them,
 * that is marked (“… and District policies governing communication”).
 */
export function clauseQuotes(blocks: readonly PolicyBlock[]): Record<string, string> {
	const speaks = (runs: readonly PolicyRun[]) => runs.some(({ text }) => /\p{L}/u.test(text));
	return Object.fromEntries(
		blocks.flatMap(({ runs }) =>
			runs.flatMap(({ clause, text }, index) => {
				if (clause === null) return [];
				const before = speaks(runs.slice(0, index)) ? '… ' : '';
				const after = speaks(runs.slice(index + 1)) ? ' …' : '';
				return [[clause, before + text + after] as const];
			})
		)
	);
}
