import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter, isMap, isNode, isScalar, parseDocument, type Document } from 'yaml';

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

/** Parses YAML; a syntax error names the file and the line of the source. `firstLine` is where the text starts in the file. */
export function parseYaml(text: string, file: string, firstLine = 1): unknown {
	const lineCounter = new LineCounter();
	const document = parseDocument(text, { merge: true, lineCounter });
	const fault = document.errors[0];
	if (fault) {
		const line = lineCounter.linePos(fault.pos[0]).line + firstLine - 1;
		throw new ContentError(file, line, 'this is not valid YAML.', (fault.message.split('\n')[0] ?? '') + '.');
	}
	return document.toJS() as unknown;
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
