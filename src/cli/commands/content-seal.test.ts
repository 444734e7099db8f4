import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { contentFolder, edit } from '#lib/server/catalogue/content.fixture.ts';
import { readCatalogue } from '#lib/server/catalogue/read-catalogue.ts';
import { run } from './content-seal.ts';

const LESSON = 'courses/family-core/01-first-steps.md';

let root: string;
let said: string[];
beforeEach(() => {
	root = contentFolder();
	said = [];
	const note = (text: string) => void said.push(text);
	vi.spyOn(console, 'log').mockImplementation(note);
	vi.spyOn(console, 'error').mockImplementation(note);
});
afterEach(() => {
	rmSync(root, { recursive: true });
	vi.restoreAllMocks();
});

const written = () => readFileSync(join(root, 'editions.yaml'), 'utf8');
const hash = () => readCatalogue(root).courses['family-core']?.hash ?? '';

describe('waypost content seal', () => {
	it('notes the hash of each course’s present version', async () => {
		rmSync(join(root, 'editions.yaml'));
		expect(await run([root])).toBe(0);
		expect(said).toEqual(['Sealed: family-core 1.1.0']);
		expect(readCatalogue(root).editions).toEqual({ 'family-core': { '1.1.0': hash() } });
	});
	it('says when there is nothing to seal', async () => {
		const before = written();
		expect(await run([root])).toBe(0);
		expect(said).toEqual(['Every edition is sealed already.']);
		expect(written()).toBe(before);
	});
	it('keeps older editions when a new one is sealed', async () => {
		const first = hash();
		edit(root, 'courses/family-core/course.yaml', 'version: 1.1.0\n', 'version: 1.10.0\n');
		edit(root, 'courses/family-core/course.yaml', 'version: 1.1.0,', 'version: 1.10.0,');
		expect(await run([root])).toBe(0);
		expect(written()).toMatch(/^family-core:\n {2}1\.1\.0: \w+\n {2}1\.10\.0: \w+\n$/m);
		expect(readCatalogue(root).editions).toEqual({ 'family-core': { '1.1.0': first, '1.10.0': hash() } });
	});
	it('refuses an edition that has changed, and says what to do', async () => {
		const before = written();
		edit(root, LESSON, 'Keep it plain.', 'Keep it very plain.');
		expect(await run([root])).toBe(1);
		expect(said.join()).toContain('family-core 1.1.0');
		expect(said.join()).toContain('Raise the version in course.yaml');
		expect(said.join()).toContain('npm run waypost -- content seal --again family-core');
		expect(written()).toBe(before);
	});
	it('seals an edition again that was never published', async () => {
		edit(root, LESSON, 'Keep it plain.', 'Keep it very plain.');
		expect(await run([root, '--again', 'family-core'])).toBe(0);
		expect(readCatalogue(root).editions).toEqual({ 'family-core': { '1.1.0': hash() } });
	});
	it('knows no course that is not there', async () => {
		expect(await run([root, '--again', 'family'])).toBe(1);
		expect(said).toEqual(['There is no course “family”. Name one of: family-core.']);
	});
	it('seals no faults', async () => {
		rmSync(join(root, 'editions.yaml'));
		edit(root, LESSON, 'Keep it plain.', 'Keep it <b>plain</b>.');
		expect(await run([root])).toBe(1);
		expect(said.join()).toContain('raw HTML (“<b”).');
		expect(readCatalogue(root).editions).toEqual({});
	});
});
