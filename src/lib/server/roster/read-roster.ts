import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { limits } from './limits.ts';
import { ProblemLog, Refusal, type Problem, type Severity } from './problem.ts';
import type { RosterSource } from './read-archive.ts';
import { readOneRoster } from './read-oneroster.ts';
import { readPlain } from './read-plain.ts';
import type { Reading, RosterSink } from './reading.ts';

const PIECE_BYTES = 65_536;

export type RosterRead =
	| { ok: true; reading: Reading; problems: Record<Severity, number> }
	/** Nothing of it is taken; `problem` says why. */
	| { ok: false; problem: Problem; problems: Record<Severity, number> };

/**
 * Reads a roster file, whatever its kind, into clean rows and problems. It never sees a password: columns that are not
 * read are dropped as each row is taken apart. Memory and time are bounded whatever the file is.
 */
export async function readRoster(source: RosterSource, sink: RosterSink): Promise<RosterRead> {
	const log = new ProblemLog();
	try {
		const reading = await read(source, sink, log);
		await sink.problems(log.take({ notes: true }));
		return { ok: true, reading, problems: log.counts };
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		await sink.problems([...log.take({ notes: true }), error.problem]);
		log.counts.stop += 1;
		return { ok: false, problem: error.problem, problems: log.counts };
	}
}

async function read(source: RosterSource, sink: RosterSink, log: ProblemLog): Promise<Reading> {
	const file = source.name;
	const bytes = 'path' in source ? (await stat(source.path)).size : source.bytes.length;
	if (bytes === 0) throw new Refusal('file-empty', { file });
	if (bytes > limits.archiveBytes) throw new Refusal('file-too-large', { file });
	const kind = kindOf(await beginning(source), file);
	if (kind === 'zip') return readOneRoster(source, sink, log);
	if (kind === 'text') return readPlain(piecesOf(source), file, bytes, sink, log);
	throw new Refusal('not-a-roster', { file });
}

/** What a file is, by how it begins; its name may say anything. */
function kindOf(begins: Buffer, name: string): 'zip' | 'text' | 'other' {
	if (begins.subarray(0, 2).toString('latin1') === 'PK') return 'zip';
	if (path.extname(name).toLowerCase() === '.zip') return 'other';
	const signatures = [
		'%PDF',
		'\xd0\xcf\x11\xe0',
		'\x1f\x8b',
		'Rar!',
		'7z\xbc\xaf',
		'\x89PNG',
		'\xff\xd8\xff'
	];
	const first = begins.toString('latin1');
	return signatures.some((signature) => first.startsWith(signature)) ? 'other' : 'text';
}

async function beginning(source: RosterSource): Promise<Buffer> {
	if ('bytes' in source) return source.bytes.subarray(0, 8);
	const handle = await open(source.path);
	try {
		const { buffer, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, 0);
		return buffer.subarray(0, bytesRead);
	} finally {
		await handle.close();
	}
}

async function* piecesOf(source: RosterSource): AsyncGenerator<Uint8Array> {
	if ('path' in source) yield* createReadStream(source.path, { highWaterMark: PIECE_BYTES });
	else
		for (let from = 0; from < source.bytes.length; from += PIECE_BYTES)
			yield source.bytes.subarray(from, from + PIECE_BYTES);
}
