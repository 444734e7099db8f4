import { inflateSync } from 'node:zlib';
import jsQR from 'jsqr';
import { getDocument, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { describe, expect, test } from 'vitest';
import { renderCertificatePdf, verifyAddress, type PrintedCertificate } from './certificate-pdf.ts';
import { drawQr } from './qr-code.ts';
import { readQrPath } from './testing/read-qr-path.ts';

const origin = 'https://waypost.wrsd.example';
const certificate: PrintedCertificate = {
	code: '7K3M9QXD2FHT8VWC',
	title: 'Official account owner',
	audience: 'staff',
	course: 'Running an Official Account',
	edition: '2.1.0',
	shortHash: '9f3c 41ab',
	earnedAt: new Date('2026-09-14T15:00:00Z'),
	validFrom: new Date('2026-09-14T15:00:00Z'),
	validUntil: new Date('2027-09-14T04:00:00Z'),
	validThrough: '2027-09-13',
	district: { name: 'Wachusett Regional School District', zone: 'America/New_York' },
	policy: { number: '6531.1', title: 'Social Media' },
	name: 'Rosalind Okafor',
	language: 'en'
};

type Node = { role?: string; alt?: string; type?: string; id?: string; children?: Node[] };
type Paper = { raw: string; pdf: PDFDocumentProxy; lines: string[]; tree: Node; text: Map<string, string> };

async function read(changes: Partial<PrintedCertificate> = {}): Promise<Paper> {
	const buffer = await renderCertificatePdf({ ...certificate, ...changes }, origin);
	const pdf = await getDocument({ data: new Uint8Array(buffer), useSystemFonts: false, verbosity: 0 })
		.promise;
	const page = await pdf.getPage(1);
	const { items } = await page.getTextContent({ includeMarkedContent: true });
	const text = new Map<string, string>();
	let marked = '';
	for (const item of items) {
		if ('id' in item && item.type === 'beginMarkedContentProps') marked = item.id ?? '';
		else if ('str' in item) text.set(marked, (text.get(marked) ?? '') + item.str);
	}
	const tree = (await page.getStructTree()) as Node;
	const lines = contents(tree)
		.map((id) => (text.get(id) ?? '').trim())
		.filter(Boolean);
	return { raw: buffer.toString('latin1'), pdf, lines, tree, text };
}

/** Ids of marked content in the order in which a reading machine takes it. */
function contents(node: Node): string[] {
	return node.type === 'content' && node.id ? [node.id] : (node.children ?? []).flatMap(contents);
}

function roles(node: Node): string[] {
	return [...(node.role ? [node.role] : []), ...(node.children ?? []).flatMap(roles)];
}

function figures(node: Node): Node[] {
	return [...(node.role === 'Figure' ? [node] : []), ...(node.children ?? []).flatMap(figures)];
}

describe('the paper', () => {
	test('reads from top to bottom, with every fact', async () => {
		const { lines } = await read();
		expect(lines).toEqual([
			'Waypost',
			'Wachusett Regional School District',
			'Certificate',
			'Official account owner',
			'held by',
			'Rosalind Okafor',
			'staff',
			'Earned with the course “Running an Official Account” under Policy 6531.1, Social Media.',
			'Earned',
			'14 September 2026',
			'Valid from',
			'14 September 2026',
			'Valid through',
			'13 September 2027',
			'Course edition',
			'2.1.0, 9f3c 41ab',
			'Policy',
			'6531.1',
			'Is it real?',
			'Scan it, or enter the code at',
			'waypost.wrsd.example/verify',
			'Certificate code',
			'WP-7K3M-9QXD-2FHT-8VWC'
		]);
	});

	test('says what it is, in which language, and that it is tagged for PDF/UA', async () => {
		const { pdf, raw, tree } = await read();
		const { info, metadata } = await pdf.getMetadata();
		expect(info).toMatchObject({
			Title: 'Certificate: Official account owner',
			Language: 'en',
			PDFFormatVersion: '1.7'
		});
		expect(metadata?.get('dc:title')).toBe('Certificate: Official account owner');
		expect(raw).toContain('<pdfuaid:part>1</pdfuaid:part>');
		expect(raw).toMatch(/\/DisplayDocTitle true/);
		const marks: unknown = await pdf.getMarkInfo();
		expect(marks).toEqual(
			new Map([
				['Marked', true],
				['UserProperties', false],
				['Suspects', false]
			])
		);
		expect(pdf.numPages).toBe(1);
		const found = roles(tree);
		expect(found.filter((role) => role === 'H1')).toHaveLength(1);
		for (const role of ['Document', 'P', 'L', 'LI', 'Lbl', 'LBody', 'H2', 'Link', 'Figure'])
			expect(found).toContain(role);
	});

	test('leaves nothing outside the structure but decoration', async () => {
		const { tree, text } = await read();
		const structured = new Set(contents(tree));
		for (const [id, words] of text) if (words.trim()) expect(structured, words).toContain(id);
	});

	test('gives every picture a text, and the link its address', async () => {
		const { tree, pdf } = await read();
		const alternatives = figures(tree).map((figure) => figure.alt);
		expect(alternatives).toHaveLength(2);
		expect(alternatives[0]).toContain('Waypost');
		expect(alternatives[1]).toContain(`${origin}/verify/WP-7K3M-9QXD-2FHT-8VWC`);
		const [link, ...others] = await (await pdf.getPage(1)).getAnnotations();
		expect(others).toEqual([]);
		expect(link).toMatchObject({
			subtype: 'Link',
			url: `${origin}/verify/WP-7K3M-9QXD-2FHT-8VWC`,
			contentsObj: { str: 'Check a certificate' }
		});
	});

	test('carries its fonts, as subsets, and uses no other', async () => {
		const { raw } = await read({ name: 'Łukasz Żółć' });
		const names = [...raw.matchAll(/\/BaseFont \/(\S+)/g)].map((match) => match[1] ?? '');
		expect(names.length).toBeGreaterThan(0);
		for (const name of names) expect(name).toMatch(/^[A-Z]{6}\+AtkinsonHyperlegibleNext-(Regular|Bold)$/);
		const descriptors = raw.match(/\/Type \/FontDescriptor/g) ?? [];
		expect(raw.match(/\/FontFile2 \d+ 0 R/g)).toHaveLength(descriptors.length);
		expect(raw).not.toMatch(/\/Subtype \/Type1\b/);
	});

	test('draws a QR code that leads to where it can be checked', async () => {
		const { raw } = await read();
		const { size } = drawQr(verifyAddress(origin, certificate.code));
		// The rectangles as the page draws them, in modules: “x y m, x+width y l, …”.
		const drawn = [...pageContent(raw).matchAll(/^(\d+) (\d+) m\n(\d+) \2 l\n\3 (\d+) l\n\1 \4 l\nh$/gm)];
		const path = drawn.map(
			([, x, y, end]) => `M${x} ${y}h${Number(end) - Number(x)}v1h${Number(x) - Number(end)}z`
		);
		const { pixels, width } = readQrPath(path.join(''), size, 4);
		expect(jsQR(pixels, width, width)?.data).toBe(`${origin}/verify/WP-7K3M-9QXD-2FHT-8VWC`);
	});

	test('is written in the language of the certificate', async () => {
		const spanish = await read({ language: 'es', validThrough: null });
		expect(spanish.lines).toContain('14 de septiembre de 2026');
		expect(spanish.lines).toContain('Sin fecha de vencimiento');
		expect((await spanish.pdf.getMetadata()).info).toMatchObject({
			Language: 'es',
			Title: 'Certificado: Official account owner'
		});
		expect((await read({ language: 'pt-BR' })).lines).toContain('14 de setembro de 2026');
	});
});

describe('a name on the paper', () => {
	test('is written with the letters of all European languages in Latin script', async () => {
		for (const name of [
			'Łukasz Żółć',
			'Ağça Şükrü',
			'Þórbjörg Ðe',
			'Dvořák Nguyen',
			'João Ñandú',
			'Zoe\u0308 D’Arcy-O’Neil'
		])
			expect((await read({ name })).lines).toContain(name.normalize('NFC'));
	});

	test('that the fonts cannot write shows that something is missing, and stays whole for reading machines', async () => {
		for (const [name, drawn] of [
			['Nguyễn Thị Ánh', 'Nguyen Thi Ánh'],
			['王小明', '???'],
			['محمد Ali', '???? Ali'],
			['👩‍🏫 Kim', '? Kim']
		] as const) {
			const { lines, raw } = await read({ name });
			expect(lines).toContain(drawn);
			expect(lines).toContain(
				'This paper cannot print every letter of the name. The district’s record has it in full.'
			);
			expect(raw).toContain(utf16(name));
		}
	});

	test('that is very long gets smaller, then takes two lines, and never leaves the page', async () => {
		const name = 'María de los Ángeles Fernández-Łukasiewicz Gutiérrez de la Concepción';
		expect((await read({ name })).lines.join(' ').replace(/\s+/g, '')).toContain(name.replace(/\s+/g, ''));
		const endless = await read({ name: 'Ab'.repeat(300), title: 'Certification '.repeat(20) });
		expect(endless.pdf.numPages).toBe(1);
		const { items } = await (await endless.pdf.getPage(1)).getTextContent();
		for (const item of items) {
			if (!('str' in item) || !item.str.trim()) continue;
			expect(item.transform[4] + item.width).toBeLessThanOrEqual(744.5);
			expect(item.transform[5]).toBeGreaterThan(40);
		}
	});

	test('that is not there leaves a paper that names nobody', async () => {
		const { lines } = await read({ name: null, audience: 'student' });
		expect(lines).toContain('held by a student');
		expect(lines).not.toContain('held by');
	});

	test('or a title with signs that mean something elsewhere breaks nothing', async () => {
		const { pdf, lines } = await read({ name: 'A & B <i>(c)\\', title: 'Photos & film <new>' });
		expect(lines).toContain('A & B <i>(c)\\');
		expect(lines).toContain('Photos & film <new>');
		expect((await pdf.getMetadata()).metadata?.get('dc:title')).toBe('Certificate: Photos + film  new');
	});
});

/** Text of a PDF as UTF-16 with its byte order mark, where pdfkit writes it into the structure. */
function utf16(text: string): string {
	const bytes = Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
	return bytes.toString('latin1').replace(/[\n\r\t\b\f()\\]/g, (sign) => escapes[sign] ?? sign);
}
const escapes: Record<string, string> = {
	'\n': '\\n',
	'\r': '\\r',
	'\t': '\\t',
	'\b': '\\b',
	'\f': '\\f',
	'(': '\\(',
	')': '\\)',
	'\\': '\\\\'
};

/** The drawing operators of the page. */
function pageContent(raw: string): string {
	const streams = [...raw.matchAll(/\/Filter \/FlateDecode\n>>\nstream\n([\s\S]*?)\nendstream/g)];
	const contents = streams.map((match) =>
		inflateSync(Buffer.from(match[1] ?? '', 'latin1')).toString('latin1')
	);
	return contents.find((content) => content.includes('BDC')) ?? '';
}
