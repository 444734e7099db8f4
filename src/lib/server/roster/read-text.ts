import { isUtf8 } from 'node:buffer';
import { limits } from './limits.ts';
import { Refusal } from './problem.ts';

const LF = 10;

/**
 * A file's bytes as text, with `\n` at the end of each line, whatever it was: UTF-8, or UTF-16 where a byte-order mark says so. Anything else is refused with the line at
 * which it shows, since a letter that was guessed becomes somebody's name. The mark itself is taken away.
 */
export async function* decodeText(bytes: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<string> {
	let decoder: TextDecoder | null = null;
	let begun = Buffer.alloc(0);
	let line = 1;
	let sinceBreak = 0;
	let heldBack = '';
	const decode = (chunk: Uint8Array, last: boolean): string => {
		decoder ??= new TextDecoder(encodingOf(chunk), { fatal: true });
		let text;
		try {
			text = heldBack + decoder.decode(chunk, { stream: !last });
		} catch {
			throw new Refusal('encoding', { file, line: line + linesBeforeFault(chunk) });
		}
		// A line feed may follow in the next piece.
		heldBack = !last && text.endsWith('\r') ? '\r' : '';
		text = text
			.slice(0, text.length - heldBack.length)
			.replaceAll('\r\n', '\n')
			.replaceAll('\r', '\n');
		const zero = text.indexOf('\0');
		if (zero !== -1) throw new Refusal('nul-byte', { file, line: line + count(text.slice(0, zero)) });
		line += count(text);
		// What comes in one piece is short; only a line that goes on over pieces can grow without end.
		const lastBreak = text.lastIndexOf('\n');
		sinceBreak = lastBreak === -1 ? sinceBreak + text.length : text.length - lastBreak - 1;
		if (sinceBreak > limits.lineLength)
			throw new Refusal(line === 1 ? 'too-many-columns' : 'line-too-long', { file, line });
		return text;
	};
	for await (const piece of bytes) {
		// A mark has up to three bytes, which may come one by one.
		if (!decoder && begun.length + piece.length < 3) {
			begun = Buffer.concat([begun, piece]);
			continue;
		}
		yield decode(decoder ? piece : Buffer.concat([begun, piece]), false);
		begun = Buffer.alloc(0);
	}
	const rest = decode(begun, true);
	if (rest !== '') yield rest;
}

function encodingOf(chunk: Uint8Array): string {
	if (chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf-16le';
	if (chunk[0] === 0xfe && chunk[1] === 0xff) return 'utf-16be';
	return 'utf-8';
}

function count(text: string): number {
	let lines = 0;
	for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
	return lines;
}

function linesBeforeFault(chunk: Uint8Array): number {
	let lines = 0;
	let from = 0;
	for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, from)) {
		// The first piece may begin in the middle of a character that the chunk before began.
		if (lines > 0 && !isUtf8(chunk.subarray(from, at))) break;
		lines += 1;
		from = at + 1;
	}
	return lines;
}
