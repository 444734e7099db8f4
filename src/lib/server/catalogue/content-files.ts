import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Lexer, LineCounter, isMap, isNode, isScalar, parseDocument, type Document } from 'yaml';

/** A fault in `content/`, with where it is and what to do; the only way this module complains. */
export class ContentError extends Error {
	readonly file: string;
	readonly line: number | undefined;
	readonly problem: string;
	readonly remedy: string;
	constructor(file: string, line: number | undefined, problem: string, remedy: string) {
		super(`${file}${line ? `:${line}` : ''}: ${problem} ${remedy}`);
		this.file = file;
		this.line = line;
		this.problem = problem;
		this.remedy = remedy;
	}
}

/** Reads a text file as the hash sees it: LF line ends, Unicode NFC, no byte-order mark. */
export function readText(root: string, path: string): string {
	return readFileSync(join(root, path), 'utf8')
		.replace(/^\uFEFF/, '')
		.replaceAll('\r\n', '\n')
		.normalize('NFC');
}

export function exists(root: string, path: string): boolean {
	return statSync(join(root, path), { throwIfNoEntry: false }) !== undefined;
}

export function listFolder(root: string, path: string): string[] {
	return readdirSync(join(root, path)).sort();
}

/**
 * The lines of YAML text where an unquoted value ends at a ` #`: what follows is a comment, so half of the author's
 * text is gone (`text: Use #hashtags`). A comment that begins with a space (`# like this`) is meant as one.
 */
export function cutOffLines(text: string, firstLine = 1): number[] {
	const lines: number[] = [];
	let line = firstLine;
	const before = ['', '', ''];
	for (const lexeme of new Lexer().lex(text)) {
		const [mark, value = '', space = ''] = before;
		// The lexer marks a scalar with U+001F; a block scalar ends with its line.
		const follows = value === ':' || value === '-' || (mark === '\u001f' && !/^["']|\n$/.test(value));
		if (/^#[\p{L}\p{N}_]/u.test(lexeme) && /^[ \t]+$/.test(space) && follows) lines.push(line);
		line += lexeme.split('\n').length - 1;
		before.shift();
		before.push(lexeme);
	}
	return lines;
}

export const cutOff = {
	problem: 'everything after # is a comment.',
	remedy: 'Put the text in quotes; for a real comment, write “# ” with a space.'
};

/** Parses YAML; a syntax error names the file and the line of the source. `firstLine` is where the text starts in the file. */
export function parseYaml(text: string, file: string, firstLine = 1): unknown {
	const lineCounter = new LineCounter();
	const document = parseDocument(text, { merge: true, lineCounter });
	const fault = document.errors[0];
	if (fault) {
		refuseCutOff(text, file, firstLine);
		const line = lineCounter.linePos(fault.pos[0]).line + firstLine - 1;
		throw new ContentError(file, line, 'this is not valid YAML.', (fault.message.split('\n')[0] ?? '') + '.');
	}
	return document.toJS() as unknown;
}

/** Throws where a ` #` cut a value off: that explains what is missing further on. */
export function refuseCutOff(text: string, file: string, firstLine: number): void {
	const [line] = cutOffLines(text, firstLine);
	if (line !== undefined) throw new ContentError(file, line, cutOff.problem, cutOff.remedy);
}

/**
 * The line of an entry of YAML text, such as `['items', 3, 'rationale']`; of the nearest entry above it where it is
 * missing. `firstLine` is where the text starts in the file.
 */
export function yamlLine(text: string, path: readonly PropertyKey[], firstLine = 1): number {
	return yamlLines(text, firstLine)(path);
}

/** As `yamlLine`, for many entries of one text: it is parsed once. */
export function yamlLines(text: string, firstLine = 1): (path: readonly PropertyKey[]) => number {
	const lineCounter = new LineCounter();
	const document = parseDocument(text, { merge: true, lineCounter });
	return (path) => {
		for (let depth = path.length; depth > 0; depth--) {
			const offset = offsetOf(document, path.slice(0, depth));
			if (offset !== undefined) return lineCounter.linePos(offset).line + firstLine - 1;
		}
		return firstLine;
	};
}

/** Where an entry begins: at its key in a map, since its value may be lines further down. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
	const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
	const last = path.at(-1);
	if (isMap(parent)) {
		const key = parent.items.find(
			(pair) => isScalar(pair.key) && String(pair.key.value) === String(last)
		)?.key;
		return isScalar(key) ? key.range?.[0] : undefined;
	}
	const node = document.getIn(path, true);
	return isNode(node) ? node.range?.[0] : undefined;
}
