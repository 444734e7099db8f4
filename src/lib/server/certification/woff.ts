import { inflateSync } from 'node:zlib';

/**
 * Unpacks a WOFF 1 file (W3C Recommendation, 13 December 2012) into the OpenType font in it. pdfkit reads WOFF too,
 * but inflates it in JavaScript for every document, which took ten times as long as all the rest of a certificate.
 */
export function unpackWoff(woff: Buffer): Buffer {
	if (woff.readUInt32BE(0) !== 0x774f4646) throw new Error('not a WOFF file');
	const flavor = woff.readUInt32BE(4);
	const count = woff.readUInt16BE(12);
	const entries = Array.from({ length: count }, (_, index) => {
		const at = 44 + index * 20;
		const start = woff.readUInt32BE(at + 4);
		const packedLength = woff.readUInt32BE(at + 8);
		const length = woff.readUInt32BE(at + 12);
		const packed = woff.subarray(start, start + packedLength);
		return {
			tag: woff.readUInt32BE(at),
			checksum: woff.readUInt32BE(at + 16),
			table: packedLength < length ? inflateSync(packed) : packed
		};
	});

	const header = Buffer.alloc(12 + count * 16);
	const power = 2 ** Math.floor(Math.log2(count));
	header.writeUInt32BE(flavor, 0);
	header.writeUInt16BE(count, 4);
	header.writeUInt16BE(power * 16, 6);
	header.writeUInt16BE(Math.log2(power), 8);
	header.writeUInt16BE((count - power) * 16, 10);
	const parts: Buffer[] = [header];
	let offset = header.length;
	entries.forEach(({ tag, checksum, table }, index) => {
		const at = 12 + index * 16;
		header.writeUInt32BE(tag, at);
		header.writeUInt32BE(checksum, at + 4);
		header.writeUInt32BE(offset, at + 8);
		header.writeUInt32BE(table.length, at + 12);
		// Tables begin at multiples of four.
		const padding = (4 - (table.length % 4)) % 4;
		parts.push(table, Buffer.alloc(padding));
		offset += table.length + padding;
	});
	return Buffer.concat(parts);
}
