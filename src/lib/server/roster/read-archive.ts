import { crc32 } from 'node:zlib';
import { openPromise, fromBufferPromise, type Entry, type ZipFile } from 'yauzl';
import { limits } from './limits.ts';
import { Refusal } from './problem.ts';

/** Where a roster file comes from: a path, or bytes that were sent. `name` is what people call it. */
export type RosterSource = { name: string } & ({ path: string } | { bytes: Buffer });

/** The files of an archive that a roster may hold, by their name without folder and ending, in lower case. */
export type Archive = {
	files: ReadonlyMap<string, ArchiveFile>;
	close(): void;
};
export type ArchiveFile = {
	/** As it is called inside the archive, without its folder. */
	name: string;
	bytes: number;
	open(): Promise<AsyncIterable<Uint8Array>>;
};

/** What macOS adds to archives, and what is hidden, is nobody's roster. */
const litter = /(?:^|\/)(?:__MACOSX\/|\._|\.)/;

/**
 * Opens a ZIP and looks at what it holds, without unpacking anything. `wanted`: the names that are read; nothing else
 * is ever opened. Throws a Refusal for archives that are damaged, encrypted, or made to do harm.
 */
export async function openArchive(source: RosterSource, wanted: ReadonlySet<string>): Promise<Archive> {
	const file = source.name;
	const options = { autoClose: false };
	const zip = await (
		'path' in source ? openPromise(source.path, options) : fromBufferPromise(source.bytes, options)
	).catch(() => {
		throw new Refusal('archive-damaged', { file });
	});
	try {
		if (zip.entryCount > limits.entries)
			throw new Refusal('archive-crowded', { file, detail: String(zip.entryCount) });
		const files = await filesOf(zip, file, wanted);
		return { files, close: () => zip.close() };
	} catch (error) {
		zip.close();
		throw error instanceof Refusal ? error : refusalOf(error, file);
	}
}

async function filesOf(
	zip: ZipFile,
	archive: string,
	wanted: ReadonlySet<string>
): Promise<Map<string, ArchiveFile>> {
	const files = new Map<string, ArchiveFile>();
	let nested = false;
	let total = 0;
	for await (const entry of zip.eachEntry()) {
		const name = entry.fileName.split('/').at(-1) ?? '';
		if (litter.test(entry.fileName) || name === '') continue;
		nested ||= /\.zip$/i.test(name);
		const key = name.replace(/\.csv$/i, '').toLowerCase();
		if (!/\.csv$/i.test(name) || !wanted.has(key)) continue;
		if (files.has(key)) throw new Refusal('archive-twice', { file: archive, value: name });
		total += entry.uncompressedSize;
		check(entry, name, total);
		files.set(key, {
			name,
			bytes: entry.uncompressedSize,
			open: async () => {
				const stream = await zip.openReadStreamPromise(entry).catch((error: unknown) => {
					throw refusalOf(error, name);
				});
				return checked(stream, name, entry.crc32);
			}
		});
	}
	if (files.size === 0 && nested) throw new Refusal('archive-nested', { file: archive });
	return files;
}

/** The sizes of the directory can be relied upon: a file that turns out to be longer is refused while it is read. */
function check(entry: Entry, file: string, total: number): void {
	if (entry.isEncrypted()) throw new Refusal('archive-encrypted', { file });
	if (!entry.canDecodeFileData()) throw new Refusal('archive-damaged', { file });
	const { compressedSize, uncompressedSize } = entry;
	if (uncompressedSize > limits.ratioFromBytes && uncompressedSize > compressedSize * limits.ratio)
		throw new Refusal('archive-bomb', { file });
	if (uncompressedSize > limits.fileBytes || total > limits.totalBytes)
		throw new Refusal('file-too-large', { file });
}

/** Faults that show while unpacking, as refusals; those of whoever reads stay what they are. */
async function* checked(
	stream: AsyncIterable<unknown>,
	file: string,
	checksum: number
): AsyncGenerator<Uint8Array> {
	const pieces = stream[Symbol.asyncIterator]();
	let sum = 0;
	try {
		for (;;) {
			const next = await pieces.next().catch((error: unknown) => {
				throw refusalOf(error, file);
			});
			if (next.done) break;
			const piece = next.value as Uint8Array;
			sum = crc32(piece, sum);
			yield piece;
		}
	} finally {
		await pieces.return?.();
	}
	if (sum !== checksum) throw new Refusal('archive-damaged', { file });
}

function refusalOf(error: unknown, file: string): Refusal {
	const words = error instanceof Error ? error.message : '';
	if (/relative path|absolute path|invalid characters in fileName/i.test(words))
		return new Refusal('archive-path', { file });
	if (/strong encryption/i.test(words)) return new Refusal('archive-encrypted', { file });
	if (/too many bytes/i.test(words)) return new Refusal('archive-bomb', { file });
	return new Refusal('archive-damaged', { file });
}
