import { m } from '#lib/messages/compiled/messages.js';
import type { Locale } from '#lib/messages/compiled/runtime.js';
import type { Letter } from '#lib/server/mail/templates.ts';
import {
	headline,
	plain,
	renderLetters,
	soft,
	type LetterAddress,
	type LetterSender
} from './letter-page.ts';

/** What somebody without an e-mail address is told, on paper. */
export type NoticeLetter = LetterAddress & { notice: Letter };

/** Writes notices as one PDF, a page for each in its reader's language, in the order given. */
export async function renderNoticeLetters(
	letters: readonly NoticeLetter[],
	sender: LetterSender,
	{ printedAt, language }: { printedAt: Date; language: Locale }
): Promise<Buffer> {
	const title = m.letter_document({}, { locale: language });
	return renderLetters(letters, sender, { title, printedAt, language }, (page, { notice, locale }) => {
		page.block('H1', notice.subject, headline, { gap: 10, sizes: [25, 21, 18] });
		for (const block of notice.blocks) {
			// On paper an address is read and typed, so it stands there without its scheme.
			const words =
				block.kind === 'link' ? `${block.label}: ${block.href.replace(/^https?:\/\//, '')}` : block.text;
			page.block('P', words, block.kind === 'soft' ? soft : plain, { gap: 10 });
		}
		page.block('P', m.letter_help({}, { locale }), plain);
		page.otherLanguages(locale, (other) => m.letter_other({}, other));
	});
}
