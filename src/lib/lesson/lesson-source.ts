/**
 * How a lesson's Markdown is cut into screens: one `## ` heading, one section, one idea.
 * Pure, and used by the build (which wraps each section) and by the catalogue (which lists and hashes them).
 */

export type SourceSection = { index: number; title: string; markdown: string; line: number };

/** Splits a lesson file into its YAML front matter and its body. `bodyLine` is the body's first line in the file. */
export function splitFrontMatter(source: string): { frontMatter: string; body: string; bodyLine: number } {
	const match = /^---\r?\n([\s\S]*?)\r?\n---\r?\n?/.exec(source);
	if (!match) return { frontMatter: '', body: source, bodyLine: 1 };
	return {
		frontMatter: match[1] ?? '',
		body: source.slice(match[0].length),
		bodyLine: match[0].split('\n').length
	};
}

/** Cuts a lesson's body at its `## ` headings. Text before the first heading is dropped here and refused by `content:check`. */
export function splitSections(body: string, firstLine = 1): SourceSection[] {
	const sections: SourceSection[] = [];
	let current: { title: string; lines: string[]; line: number } | undefined;
	const close = () => {
		if (!current) return;
		sections.push({
			index: sections.length + 1,
			title: current.title,
			markdown: current.lines.join('\n').trim(),
			line: current.line
		});
	};
	body.split(/\r?\n/).forEach((text, offset) => {
		const heading = /^## +(.+?) *$/.exec(text);
		if (heading) {
			close();
			current = { title: heading[1] ?? '', lines: [], line: firstLine + offset };
		} else current?.lines.push(text);
	});
	close();
	return sections;
}

/** The component tags (`<Policy …>`) that a piece of a lesson uses, each once, in order of appearance. */
export function componentsUsed(markdown: string): string[] {
	return [...new Set([...markdown.matchAll(/<([A-Z][A-Za-z]*)\b/g)].map((match) => match[1] ?? ''))];
}
