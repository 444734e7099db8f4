import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { build, type Rollup } from 'vite';
import { contentFolder, edit } from './content.fixture.ts';
import { readCatalogue } from './read-catalogue.ts';
import { carriedCatalogue } from './vite-catalogue.ts';

let root: string;
beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), 'waypost-build-'));
	renameSync(contentFolder(), join(root, 'content'));
	mkdirSync(join(root, 'src'));
	writeFileSync(
		join(root, 'src/entry.js'),
		`import catalogue from 'virtual:waypost-catalogue';\nexport default catalogue;\n`
	);
});
afterEach(() => rmSync(root, { recursive: true }));

/** Builds a program whose one line imports the catalogue, for the server or for the browser. */
async function built(side: 'server' | 'browser'): Promise<string> {
	const output = (await build({
		root,
		configFile: false,
		logLevel: 'silent',
		plugins: [carriedCatalogue()],
		build: {
			write: false,
			minify: false,
			...(side === 'server'
				? { ssr: 'src/entry.js' }
				: { lib: { entry: join(root, 'src/entry.js'), formats: ['es'], fileName: 'entry' } })
		}
	})) as Rollup.RollupOutput | Rollup.RollupOutput[];
	return [output]
		.flat()
		.flatMap(({ output }) => output.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')))
		.join('');
}

describe('the catalogue that the build carries', () => {
	it('is the whole content, for the server', async () => {
		const code = await built('server');
		const carried = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
			default: unknown;
		};
		expect(carried.default).toEqual(JSON.parse(JSON.stringify(readCatalogue(join(root, 'content')))));
	});
	it('is refused to the browser, since it holds the keys of quizzes', async () => {
		await expect(built('browser')).rejects.toThrow(
			/holds the keys of quizzes and stays on the server, but .*entry\.js imports it/
		);
	});
	it('is never built of faulty content: the build fails with file, line and remedy', async () => {
		edit(
			join(root, 'content'),
			'courses/family-core/01-first-steps.md',
			'Keep it plain.',
			'Keep it <b>plain</b>.'
		);
		await expect(built('server')).rejects.toThrow(
			/content\/courses\/family-core\/01-first-steps\.md\n {2}error {4}line \d+: raw HTML \(“<b”\)\.\n {11}Write Markdown, or use a component\./
		);
	});
	it('is built in spite of warnings', async () => {
		edit(
			join(root, 'content'),
			'gates.yaml',
			'  family-core: Families’ course',
			'  family-core: Families’ course\n  staff: Staff'
		);
		await expect(built('server')).resolves.toContain('Families’ course');
	});
});
