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
