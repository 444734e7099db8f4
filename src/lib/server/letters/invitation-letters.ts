import { formatDate } from '#lib/dates.ts';
import { m } from '#lib/messages/compiled/messages.js';
import type { Locale } from '#lib/messages/compiled/runtime.js';
import type { TextStyle } from '#lib/server/certification/pdf-text.ts';
import { drawQr } from '#lib/server/certification/qr-code.ts';
import { artifact, figure } from '#lib/server/certification/tagged-pdf.ts';
import {
	column,
	evergreen,
	heading,
	headline,
	ink,
	plain,
	quiet,
	renderLetters,
	soft,
	strong,
	width,
	type LetterAddress,
	type LetterPage,
	type LetterSender
} from './letter-page.ts';

/** One letter: to whom, with which code, and by whose hand it comes home. */
export type InvitationLetter = LetterAddress & {
	audience: 'family' | 'student' | 'staff';
	purpose: 'first' | 'recovery';
	code: string;
	until: Date;
};

/** The address that a letter's square code leads to. */
export function invitationAddress(origin: string, code: string): string {
	return `${origin}/invitation/${code}`;
}

/** Writes letters with codes as one PDF, in the order given. */
export async function renderInvitationLetters(
	letters: readonly InvitationLetter[],
	sender: LetterSender,
	{ printedAt, language }: { printedAt: Date; language: Locale }
): Promise<Buffer> {
	const title = m.invite_letter_document({}, { locale: language });
	return renderLetters(letters, sender, { title, printedAt, language }, (page, letter) =>
		writeInvitation(page, letter, sender)
	);
}

function writeInvitation(page: LetterPage, letter: InvitationLetter, sender: LetterSender) {
	const { purpose, audience } = letter;
	const options = { locale: letter.locale };
	if (purpose === 'recovery') {
		page.block('H1', m.invite_letter_recovery_title({}, options), headline, { gap: 6 });
		page.block('P', m.invite_letter_recovery({}, options), plain);
	} else {
		page.block('H1', m.invite_letter_title({}, options), headline, { gap: 6 });
		const intro = {
			family: m.invite_letter_family,
			student: m.invite_letter_student,
			staff: m.invite_letter_staff
		}[audience];
		page.block('P', intro({}, options), plain);
	}
	page.block('H2', m.invite_letter_how({}, options), heading, { gap: 4 });
	page.list(steps(letter, sender));
	drawCodeBox(page, letter, sender);
	page.block('H2', m.invite_letter_know({}, options), heading, { gap: 4 });
	page.list(toKnow(letter), { marks: false, style: soft });
	// Whoever got it in the wrong language finds out in their own that the page has it.
	page.otherLanguages(letter.locale, (other) => m.invite_letter_other({}, other));
}

function steps({ purpose, locale }: InvitationLetter, sender: LetterSender): string[] {
	const options = { locale };
	const scan = m.invite_letter_step_scan({ address: entryOf(sender) }, options);
	return purpose === 'recovery'
		? [scan, m.invite_letter_recovery_step({}, options)]
		: [scan, m.invite_letter_step_login({}, options), m.invite_letter_step_password({}, options)];
}

function toKnow({ audience, purpose, locale }: InvitationLetter): string[] {
	const options = { locale };
	return [
		m.invite_letter_know_yours({}, options),
		m.invite_letter_know_lost({}, options),
		...(audience === 'family' && purpose === 'first' ? [m.invite_letter_know_free({}, options)] : []),
		m.invite_letter_know_language({}, options)
	];
}

/** Where a code is typed, without the scheme: `waypost.example.org/invitation`. */
function entryOf({ origin }: LetterSender): string {
	return `${new URL(origin).host}/invitation`;
}

/** The code, large enough to be read at arm's length, beside the square one. */
function drawCodeBox(page: LetterPage, { code, until, locale }: InvitationLetter, sender: LetterSender) {
	const options = { locale };
	const address = invitationAddress(sender.origin, code);
	const size = 118;
	const height = size + 24;
	const top = page.y;
	const { doc, pen, part } = page;
	artifact(doc, () => doc.roundedRect(column.left, top, width, height, 10).fill(quiet));
	const left = column.left + 18;
	const put = (tag: string, text: string, y: number, style: TextStyle) =>
		part.add(doc.struct(tag, {}, [() => pen.write(text, left, y, style)]));
	put('P', m.invite_letter_code({}, options), top + 20, soft);
	const [big] = [19, 17, 15].filter(
		(points) => pen.width(code, { ...strong, size: points }) <= width - size - 54
	);
	put('P', code, top + 35, { ...strong, size: big ?? 13 });
	put('P', m.invite_letter_until({ date: lastDay(until, locale, sender.zone) }, options), top + 63, soft);
	const style: TextStyle = { weight: 'bold', size: 13, color: evergreen };
	const link = doc.struct('Link', {}, [
		() => {
			const drawn = pen.write(entryOf(sender), left, top + 98, style);
			const annotation = {
				structParent: link,
				// pdfkit writes a String object as text and a plain string as a name.
				Contents: new String(m.invite_letter_link({}, options)) as string
			};
			doc.link(left, top + 98, drawn, style.size * 1.25, `${sender.origin}/invitation`, annotation);
		}
	]);
	part.add(doc.struct('P', {}, [link]));
	const qr = drawQr(address);
	const x = column.right - size - 12;
	const y = top + 12;
	part.add(
		figure(doc, m.invite_letter_qr_alt({ url: address }, options), [x, y, x + size, y + size], () => {
			doc.rect(x, y, size, size).fill('#ffffff');
			doc
				.save()
				.translate(x, y)
				.scale(size / qr.size)
				.path(qr.path)
				.fill(ink)
				.restore();
		})
	);
	page.y = top + height + 18;
}

/** The last day on which something that ends at `until` is still good. */
function lastDay(until: Date, locale: Locale, zone: string): string {
	return formatDate(new Date(until.getTime() - 1), locale, zone);
}
