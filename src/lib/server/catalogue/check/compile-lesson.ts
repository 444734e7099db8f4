import { mdsvex } from 'mdsvex';
import { compile, preprocess } from 'svelte/compiler';
import { lessonPreprocess } from '#lib/lesson/lesson-preprocess.ts';
import { splitFrontMatter, splitSections } from '#lib/lesson/lesson-source.ts';

/** Why a lesson does not compile, with the line of its source. */
export type CompileFault = { line: number; message: string };

// The same steps, in the same order, as in svelte.config.js.
const steps = [lessonPreprocess(), mdsvex({ extensions: ['.md'], smartypants: false })];

/** Compiles a lesson as the build does. Gives the first fault, or null when all is well. */
export async function compileLesson(file: string, source: string): Promise<CompileFault | null> {
	const message = await faultOf(file, source);
	if (message === null) return null;
	const { frontMatter, body, bodyLine } = splitFrontMatter(source);
	const head = `---\n${frontMatter}\n---\n`;
	for (const section of splitSections(body, bodyLine)) {
		const lines = section.markdown.split('\n');
		const withLines = (kept: string[]) => `${head}## ${section.title}\n\n${kept.join('\n')}\n`;
		if ((await faultOf(file, withLines(lines))) === null) continue;
		// mdsvex gives no source map, so the line is found by trial: without it, the section compiles.
		for (const index of lines.keys()) {
			if (lines[index]?.trim() === '') continue;
			const without = lines.with(index, '');
			if ((await faultOf(file, withLines(without))) === null)
				return { line: lineOf(source, section.line, lines[index] ?? ''), message };
		}
		return { line: section.line, message };
	}
	return { line: bodyLine, message };
}

async function faultOf(file: string, source: string): Promise<string | null> {
	// The preprocessor knows lessons by their folder, wherever the content lies.
	const filename = `/content/${file}`;
	try {
		const { code } = await preprocess(source, steps, { filename });
		compile(code, { filename, generate: 'server', runes: true });
		return null;
	} catch (error) {
		return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
	}
}

function lineOf(source: string, from: number, text: string): number {
	const index = source.split('\n').findIndex((line, at) => at + 1 > from && line === text);
	return index === -1 ? from : index + 1;
}
