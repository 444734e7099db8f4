import type { Block, Letter } from './templates.ts';

/** A mail as plain text: each link on a line of its own, under the words to it. */
export function asText({ blocks }: Letter): string {
	return (
		blocks
			.map((block) => (block.kind === 'link' ? `${block.label}:\n${block.href}` : block.text))
			.join('\n\n') + '\n'
	);
}

/** The same as HTML: simple enough for every mail program, in the reader's own colours, nothing fetched. */
export function asHtml({ locale, subject, blocks }: Letter): string {
	return `<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${escaped(subject)}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif">
<div style="max-width:36em;margin:0 auto">
${blocks.map(blockAsHtml).join('\n')}
</div>
</body>
</html>
`;
}

function blockAsHtml(block: Block): string {
	switch (block.kind) {
		case 'text':
			return `<p style="margin:0 0 16px">${escaped(block.text)}</p>`;
		case 'soft':
			return `<p style="margin:0 0 12px;font-size:14px">${escaped(block.text)}</p>`;
		case 'link': {
			const { label, href } = block;
			// The address stands there as well: some programs show no links, and some readers want to see where it goes.
			return `<p style="margin:0 0 16px"><a href="${escaped(href)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#17594a;color:#ffffff;font-weight:bold;text-decoration:none">${escaped(label)}</a><br><span style="font-size:13px;word-break:break-all">${escaped(href)}</span></p>`;
		}
	}
}

const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
	return text.replace(/[&<>"']/g, (sign) => signs[sign] ?? sign);
}
