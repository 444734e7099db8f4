import { formatDate } from '#lib/dates.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { showCode } from './certificate-code.ts';
import type { HeldCertificate } from './certificates.ts';
import { TextPen, type TextStyle } from './pdf-text.ts';
import { drawQr } from './qr-code.ts';
import { artifact, collect, figure, metadataText, openTaggedPdf } from './tagged-pdf.ts';

export type PrintedCertificate = Omit<HeldCertificate, 'own' | 'state' | 'certification' | 'courseSlug'>;

// Letter, landscape, in points; the colours are those of the light theme (styles/tokens.css).
const page = { width: 792, height: 612 };
const band = { width: 190 };
const column = { left: 236, right: 744 };
const columnWidth = column.right - column.left;
const ink = '#1b2430';
const inkSoft = '#4b5664';
const line = '#d5d0c2';
const evergreen = '#17594a';

const soft: TextStyle = { weight: 'regular', size: 12, color: inkSoft };
const label: TextStyle = { weight: 'regular', size: 10.5, color: inkSoft };
const headline: TextStyle = { weight: 'bold', size: 32, color: ink };
const value: TextStyle = { weight: 'bold', size: 12, color: ink };

/** The address at which anyone can check a certificate. `origin` is the site's own, such as `https://…`. */
export function verifyAddress(origin: string, code: string): string {
	return `${origin}/verify/${showCode(code)}`;
}

/**
 * Writes a certificate as a PDF of one page, tagged for reading machines (PDF/UA-1, ISO 14289): title, language,
 * headings, reading order, alternative texts, embedded fonts. It is written in the certificate's language.
 * The fonts have the letters of European languages written in Latin script. A name with other letters is drawn as
 * far as they go, with a line that says so, and stays whole in the text that reading machines take.
 */
export async function renderCertificatePdf(certificate: PrintedCertificate, origin: string): Promise<Buffer> {
	const { language } = certificate;
	const options = { locale: language };
	const address = verifyAddress(origin, certificate.code);
	const doc = openTaggedPdf({
		title: documentTitle(certificate),
		language,
		author: certificate.district.name,
		made: certificate.earnedAt,
		size: [page.width, page.height]
	});
	const finished = collect(doc);
	const pen = new TextPen(doc);

	artifact(doc, () => drawLandscape(doc));
	const root = doc.struct('Document', { title: documentTitle(certificate), lang: language });
	doc.addStructure(root);

	let y = 58;
	/** One tagged block at the column's left edge; the next one begins `gap` below. `sizes` makes it fit two lines. */
	const block = (
		tag: string,
		text: string,
		style: TextStyle,
		{ gap = 0, sizes = [style.size], actual = '' } = {}
	) => {
		const { size, lines } = pen.fit(text, columnWidth, 2, sizes, style);
		root.add(
			doc.struct(tag, actual === '' ? {} : { actual }, [
				() => {
					for (const entry of lines) {
						pen.write(entry, column.left, y, { ...style, size });
						y += size * 1.25;
					}
				}
			])
		);
		y += gap;
	};
	const say = (text: string) => pen.printable(text).text;

	root.add(figure(doc, m.certificate_mark_alt({}, options), [20, 32, 170, 402], () => drawMark(doc, pen)));
	block('P', say(certificate.district.name), { ...soft, weight: 'bold', color: evergreen });
	block('P', m.certificate_word({}, options), soft, { gap: 8 });
	block('H1', say(certificate.title), headline, { gap: 14, sizes: [32, 28, 24, 20, 16, 13] });
	if (certificate.name === null) {
		block('P', unnamed(certificate), soft, { gap: 12 });
	} else {
		const { text, complete } = pen.printable(certificate.name);
		block('P', m.certificate_held_by({}, options), soft);
		block('P', text, headline, { sizes: [34, 30, 26, 22, 18, 14, 11, 9], actual: certificate.name });
		block('P', holderWord(certificate), soft, { gap: complete ? 12 : 4 });
		if (!complete) block('P', m.certificate_name_incomplete({}, options), label, { gap: 8 });
	}
	const { number, title } = certificate.policy;
	block('P', say(m.certificate_basis({ course: certificate.course, number, policy: title }, options)), label);

	drawFacts(doc, root, pen, certificate);
	drawCheck(doc, root, pen, certificate, address);
	root.end();
	doc.end();
	return finished;
}

function drawFacts(
	doc: PDFKit.PDFDocument,
	root: PDFKit.PDFStructureElement,
	pen: TextPen,
	certificate: PrintedCertificate
) {
	const { language } = certificate;
	const options = { locale: language };
	const date = (at: Date | string) => formatDate(at, language, certificate.district.zone);
	const facts = [
		[m.certificate_earned({}, options), date(certificate.earnedAt)],
		[m.certificate_valid_from({}, options), date(certificate.validFrom)],
		[
			m.certificate_valid_through({}, options),
			certificate.validThrough === null ? m.certificate_no_end({}, options) : date(certificate.validThrough)
		],
		[m.certificate_edition({}, options), `${certificate.edition}, ${certificate.shortHash}`],
		[m.certificate_policy({}, options), pen.printable(certificate.policy.number).text]
	] as const;
	const list = doc.struct('L');
	root.add(list);
	facts.forEach(([name, content], index) => {
		const x = column.left + (index % 3) * 164;
		const y = 356 + Math.floor(index / 3) * 46;
		list.add(
			doc.struct('LI', {}, [
				doc.struct('Lbl', {}, [() => pen.write(name, x, y, label)]),
				doc.struct('LBody', {}, [() => pen.write(content, x, y + 15, value)])
			])
		);
	});
	list.end();
	artifact(doc, () => {
		doc.lineWidth(0.75).strokeColor(line);
		for (const y of [340, 450]) doc.moveTo(column.left, y).lineTo(column.right, y).stroke();
	});
}

/** The foot: how anyone finds out whether the paper is real. */
function drawCheck(
	doc: PDFKit.PDFDocument,
	root: PDFKit.PDFStructureElement,
	pen: TextPen,
	certificate: PrintedCertificate,
	address: string
) {
	const options = { locale: certificate.language };
	const qr = drawQr(address);
	const size = 104;
	const top = 464;
	root.add(
		doc.struct('H2', {}, [
			() => pen.write(m.certificate_check_title({}, options), column.left, top + 6, { ...value, size: 14 })
		])
	);
	root.add(
		doc.struct('P', {}, [() => pen.write(m.certificate_check_hint({}, options), column.left, top + 27, soft)])
	);
	const style: TextStyle = { weight: 'bold', size: 12, color: evergreen };
	const entry = `${new URL(address).host}/verify`;
	const link = doc.struct('Link', {}, [
		() => {
			const width = pen.write(entry, column.left, top + 43, style);
			const annotation = {
				structParent: link,
				// pdfkit writes a String object as text and a plain string as a name.
				Contents: new String(m.certificate_verify_title({}, options)) as string
			};
			doc.link(column.left, top + 43, width, style.size * 1.25, address, annotation);
		}
	]);
	root.add(doc.struct('P', {}, [link]));
	root.add(
		doc.struct('P', {}, [() => pen.write(m.certificate_code({}, options), column.left, top + 68, label)])
	);
	root.add(
		doc.struct('P', {}, [
			() => pen.write(showCode(certificate.code), column.left, top + 82, { ...value, size: 16 })
		])
	);
	const left = column.right - size;
	root.add(
		figure(doc, m.certificate_qr_alt({ url: address }, options), [left, top, column.right, top + size], () =>
			doc
				.save()
				.translate(left, top)
				.scale(size / qr.size)
				.path(qr.path)
				.fill(ink)
				.restore()
		)
	);
}

/** The evergreen band with hills and the trail: decoration, so no part of the text. */
function drawLandscape(doc: PDFKit.PDFDocument) {
	const { width } = band;
	doc.save().rect(0, 0, width, page.height).clip();
	doc.rect(0, 0, width, page.height).fill(evergreen);
	doc.circle(142, 300, 34).fill('#e9bd83');
	doc.path(`M0 392C38 366 78 372 110 388S168 396 ${width} 372V612H0z`).fill('#2f7563');
	doc.path(`M0 440C52 396 92 398 128 416S176 432 ${width} 424V612H0z`).fill('#1f6554');
	doc.path(`M0 520C46 482 110 474 ${width} 506V612H0z`).fill('#0f4337');
	// The trail narrows as it climbs to the signpost.
	doc
		.path(
			'M60 612C92 574 152 556 128 520C112 496 60 486 70 454C76 434 98 424 96 402L100 402C106 426 88 438 86 456C84 480 140 488 150 518C162 556 124 580 108 612z'
		)
		.fill('#f7f1e1');
	doc.restore();
	doc.rect(width, 0, 4, page.height).fill('#e9bd83');
}

/** The mark (components/BrandMark.svelte), standing on the hill, and the word to it. */
function drawMark(doc: PDFKit.PDFDocument, pen: TextPen) {
	pen.write(m.shell_brand(), 28, 40, { weight: 'bold', size: 22, color: '#ffffff' });
	doc.save().translate(20, 250).scale(5);
	doc.path('M14.5 4h3v26.5h-3z').fill('#ffffff');
	doc.path('M5 6h17l5 4.2L22 14.5H5z').fill('#ffffff');
	doc.path('M27 16.5H13l-4.4 3.6 4.4 3.7h14z').fill('#a3c9bb');
	doc.restore();
}

function documentTitle(certificate: PrintedCertificate): string {
	return metadataText(`${m.certificate_word({}, { locale: certificate.language })}: ${certificate.title}`);
}

function holderWord({ audience, language }: PrintedCertificate): string {
	const options = { locale: language };
	return {
		staff: m.certificate_holder_staff({}, options),
		student: m.certificate_holder_student({}, options),
		family: m.certificate_holder_family({}, options),
		partner: m.certificate_holder_partner({}, options)
	}[audience];
}

function unnamed({ audience, language }: PrintedCertificate): string {
	const options = { locale: language };
	return {
		staff: m.certificate_unnamed_staff({}, options),
		student: m.certificate_unnamed_student({}, options),
		family: m.certificate_unnamed_family({}, options),
		partner: m.certificate_unnamed_partner({}, options)
	}[audience];
}
