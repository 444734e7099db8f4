import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from './project.mjs';

/** What the build is made of. */
const SOURCES = [
	'src',
	'content',
	'static',
	'migrations',
	'svelte.config.js',
	'vite.config.ts',
	'package-lock.json'
];

/**
 * A hash over the names and contents of everything that the build is made of. Tests and what tools generate
 * (compiled strings) don't count.
 * @param {string} [root]
 */
export async function sourceHash(root = ROOT) {
	const hash = createHash('sha256');
	for (const file of await sourceFiles(root)) {
		const content = await readFile(path.join(root, file));
		hash.update(`${file}\0${content.length}\0`).update(content);
	}
	return hash.digest('hex');
}

/**
 * @param {string} root
 * @returns {Promise<string[]>} with forward slashes, sorted
 */
async function sourceFiles(root) {
	const files = [];
	for (const source of SOURCES) {
		const entries = await readdir(path.join(root, source), { withFileTypes: true, recursive: true }).catch(
			(error) => {
				if (error.code === 'ENOTDIR') return null;
				if (error.code === 'ENOENT') return [];
				throw error;
			}
		);
		if (entries === null) files.push(source);
		else {
			for (const entry of entries) {
				if (entry.isFile())
					files.push(path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
			}
		}
	}
	return files.filter(isSource).sort();
}

/** @param {string} file path from the root, with forward slashes */
export function isSource(file) {
	if (file.endsWith('.test.ts')) return false;
	if (file.startsWith('src/lib/messages/compiled/')) return false;
	// The tool of the strings writes its own notes beside its settings.
	if (file.includes('/project.inlang/')) return file.endsWith('/settings.json');
	return true;
}
