import { inflateSync } from 'node:zlib';
import jsQR from 'jsqr';
import { getDocument, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { describe, expect, test } from 'vitest';
import { drawQr } from '#lib/server/certification/qr-code.ts';
import { readQrPath } from '#lib/server/certification/testing/read-qr-path.ts';
import { invitationAddress, renderInvitationLetters, type InvitationLetter } from './invitation-letters.ts';

const sender = {
	origin: 'https://waypost.wrsd.example',
	district: 'Wachusett Regional School District',
	zone: 'America/New_York'
};
const letter: InvitationLetter = {
	name: 'Carol Marsh',
	school: 'Mountain View Middle School',
	locale: 'en',
	audience: 'family',
	purpose: 'first',
	code: 'KEY-7K3M-9QXD-2FHT-8VWC',
	until: new Date('2026-12-27T05:00:00Z'),
	handTo: 'Theo Marsh, Room 6B'
};
const made = { printedAt: new Date('2026-11-27T15:00:00Z'), language: 'en' as const };

type Node = { role?: string; lang?: string; alt?: string; type?: string; id?: string; children?: Node[] };
async function read(letters: InvitationLetter[]): Promise<{ raw: string; pdf: PDFDocumentProxy }> {
	const buffer = await renderInvitationLetters(letters, sender, made);
	const pdf = await getDocument({ data: new Uint8Array(buffer), useSystemFonts: false, verbosity: 0 })
		.promise;
	return { raw: buffer.toString('latin1'), pdf };
}
async function pageOf(pdf: PDFDocumentProxy, number: number) {
	const page = await pdf.getPage(number);
	const { items } = await page.getTextContent({ includeMarkedContent: true });
	const text = new Map<string, string>();
	let marked = '';
	for (const item of items) {
		if ('id' in item && item.type === 'beginMarkedContentProps') marked = item.id ?? '';
		else if ('str' in item) text.set(marked, (text.get(marked) ?? '') + item.str + (item.hasEOL ? ' ' : ''));
	}
	const tree = (await page.getStructTree()) as Node;
	const contents = (node: Node): string[] =>
		node.type === 'content' && node.id ? [node.id] : (node.children ?? []).flatMap(contents);
	return {
		page,
		tree,
		text,
		ids: contents(tree),
		lines: contents(tree)
			.map((id) => text.get(id)?.trim().replace(/ +/g, ' ') ?? '')
			.filter(Boolean)
	};
}
const roles = (node: Node): string[] => [
	...(node.role ? [node.role] : []),
	...(node.children ?? []).flatMap(roles)
];

describe('a letter', () => {
	test('reads from top to bottom: for whom, how, the code, and what is good to know', async () => {
		const { pdf } = await read([letter]);
		const { lines } = await pageOf(pdf, 1);
		expect(lines.slice(0, 5)).toEqual([
			'Mountain View Middle School',
			'Wachusett Regional School District',
			'For Carol Marsh',
			'Please hand to: Theo Marsh, Room 6B',
			'Your invitation to Waypost'
		]);
		const all = lines.join(' ');
		for (const words of [
			'KEY-7K3M-9QXD-2FHT-8VWC',
			'Works once, through 26 December 2026',
			'waypost.wrsd.example/invitation',
			'This letter is for one person alone.',
			'Saying no to pictures',
			'En español: abra la página'
		])
			expect(all).toContain(words);
	});

	test('is tagged, names its language, and leaves nothing outside the structure but decoration', async () => {
		const { pdf, raw } = await read([letter]);
		expect(raw).toContain('<pdfuaid:part>1</pdfuaid:part>');
		const { tree, text, ids } = await pageOf(pdf, 1);
		const found = roles(tree);
		expect(found.filter((role) => role === 'H1')).toHaveLength(1);
		for (const role of ['Document', 'Sect', 'H2', 'L', 'LI', 'Lbl', 'LBody', 'Link', 'Figure'])
			expect(found).toContain(role);
		for (const [id, words] of text) if (words.trim() && words !== 'Waypost') expect(ids, words).toContain(id);
	});

	test('has a square code that leads to its page', async () => {
		const { raw } = await read([letter]);
		const address = invitationAddress(sender.origin, letter.code);
		const { size } = drawQr(address);
		const content = [...raw.matchAll(/\/Filter \/FlateDecode\n>>\nstream\n([\s\S]*?)\nendstream/g)]
			.map((match) => inflateSync(Buffer.from(match[1] ?? '', 'latin1')).toString('latin1'))
			.find((stream) => stream.includes('BDC'));
		const drawn = [...(content ?? '').matchAll(/^(\d+) (\d+) m\n(\d+) \2 l\n\3 (\d+) l\n\1 \4 l\nh$/gm)];
		const path = drawn.map(
			([, x, y, end]) => `M${x} ${y}h${Number(end) - Number(x)}v1h${Number(x) - Number(end)}z`
		);
		const { pixels, width } = readQrPath(path.join(''), size, 4);
		expect(jsQR(pixels, width, width)?.data).toBe(
			'https://waypost.wrsd.example/invitation/KEY-7K3M-9QXD-2FHT-8VWC'
		);
	});

	test('for the way back in says that nothing is lost, and asks for no new name', async () => {
		const { pdf } = await read([{ ...letter, purpose: 'recovery', handTo: null, locale: 'pt-BR' }]);
		const all = (await pageOf(pdf, 1)).lines.join(' ');
		expect(all).toContain('A sua volta ao Waypost');
		expect(all).toContain('Nada do que você fez se perde.');
		expect(all).not.toContain('Entregar a');
		expect(all).not.toContain('Escolha como entrar');
	});

	test('stays on its page, however long the names', async () => {
		const long = 'María de los Ángeles Fernández-Łukasiewicz Gutiérrez de la Concepción y Montenegro';
		for (const locale of ['en', 'es', 'pt-BR'] as const) {
			const { pdf } = await read([
				{ ...letter, locale, name: long, school: `${long} Regional School`, handTo: `${long}, ${long}` }
			]);
			expect(pdf.numPages).toBe(1);
			const { items } = await (await pdf.getPage(1)).getTextContent();
			for (const item of items) {
				if (!('str' in item) || !item.str.trim()) continue;
				expect(item.transform[4] + item.width, item.str).toBeLessThanOrEqual(545);
				expect(item.transform[5], item.str).toBeGreaterThan(24);
			}
		}
	});
});

test('a class gets one document: a page for each letter, in its reader’s language, each with its own code', async () => {
	const codes = ['KEY-0000-0000-0000-0001', 'KEY-0000-0000-0000-0002', 'KEY-0000-0000-0000-0003'];
	const { pdf } = await read([
		{ ...letter, code: codes[0]! },
		{ ...letter, name: 'Ana Paula Ortiz', locale: 'es', code: codes[1]! },
		{ ...letter, name: 'João Silva', locale: 'pt-BR', code: codes[2]! }
	]);
	expect(pdf.numPages).toBe(3);
	expect((await pdf.getMetadata()).info).toMatchObject({ Title: 'Invitation letters', Language: 'en' });
	const pages = await Promise.all([1, 2, 3].map((number) => pageOf(pdf, number)));
	const titles = ['Your invitation to Waypost', 'Su invitación a Waypost', 'O seu convite para o Waypost'];
	for (const [index, { lines, tree }] of pages.entries()) {
		expect(lines).toContain(titles[index]);
		expect(lines.filter((line) => line.startsWith('KEY-'))).toEqual([codes[index]]);
		expect(JSON.stringify(tree)).toContain(`"lang":"${['en', 'es', 'pt-BR'][index]}"`);
	}
});
