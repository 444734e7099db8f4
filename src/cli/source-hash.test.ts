import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isSource, sourceHash } from './source-hash.mjs';

describe('the hash of the sources', () => {
	let root: string;
	beforeEach(async () => {
		root = await mkdtemp(path.join(os.tmpdir(), 'source-hash-'));
		await mkdir(path.join(root, 'src'));
		await writeFile(path.join(root, 'src', 'app.html'), '<html></html>');
		await writeFile(path.join(root, 'package-lock.json'), '{}');
	});
	afterEach(() => rm(root, { recursive: true }));

	it('is the same as long as nothing changes', async () => {
		expect(await sourceHash(root)).toBe(await sourceHash(root));
	});

	it.each([
		['a changed source', 'src/app.html', '<html lang="en"></html>'],
		['a new lesson', 'content/lesson.md', 'Read this.'],
		['other packages', 'package-lock.json', '{"packages":{}}']
	])('differs after %s', async (_what, file, text) => {
		const before = await sourceHash(root);
		await mkdir(path.dirname(path.join(root, file)), { recursive: true });
		await writeFile(path.join(root, file), text);
		expect(await sourceHash(root)).not.toBe(before);
	});

	it('differs when a file is renamed', async () => {
		const before = await sourceHash(root);
		await rm(path.join(root, 'src', 'app.html'));
		await writeFile(path.join(root, 'src', 'error.html'), '<html></html>');
		expect(await sourceHash(root)).not.toBe(before);
	});

	it.each([
		['src/lib/quiz/grade.test.ts', false],
		['src/lib/messages/compiled/messages.js', false],
		['src/lib/messages/project.inlang/README.md', false],
		['src/lib/messages/project.inlang/settings.json', true],
		['src/lib/messages/en/quiz.json', true]
	])('counts %s: %s', (file, counts) => {
		expect(isSource(file)).toBe(counts);
	});
});
