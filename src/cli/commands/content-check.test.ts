import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { contentFolder, edit } from '#lib/server/catalogue/content.fixture.ts';
import { run } from './content-check.ts';

let root: string;
let printed: string[];
beforeEach(() => {
	root = contentFolder();
	printed = [];
	vi.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
});
afterEach(() => {
	rmSync(root, { recursive: true });
	vi.restoreAllMocks();
});

describe('waypost content check', () => {
	it('ends well on sound content and says how much it looked at', async () => {
		expect(await run([root])).toBe(0);
		expect(printed).toEqual(['Content: 1 course, 1 lesson, 5 quiz items; 0 errors and 0 warnings.']);
	});
	it('fails on an error and prints file, line and remedy', async () => {
		edit(root, 'gates.yaml', 'course: family-core', 'course: family');
		expect(await run([root])).toBe(1);
		expect(printed.join('\n')).toMatch(
			/gates\.yaml\n {2}error {4}line 8: there is no course “family”\.\n {11}Use the name of a folder in content\/courses\./
		);
		expect(printed.at(-1)).toBe('Content: 1 course, 1 lesson, 5 quiz items; 1 error and 0 warnings.');
	});
	it('does not fail on a warning', async () => {
		edit(root, 'account-types.yaml', 'attestations: [A01]', 'attestations: []');
		expect(await run([root])).toBe(0);
		expect(printed.at(-1)).toContain('0 errors and 1 warning.');
	});
	it('fails where a file cannot be read', async () => {
		edit(root, 'district.yaml', 'short: SRSD\n', '');
		expect(await run([root])).toBe(1);
		expect(printed.join('\n')).toContain('“short” is missing.');
		expect(printed.at(-1)).toBe('The content can’t be read: 1 error and 0 warnings.');
	});
	it('shows who teaches and tests each clause, and how hard lessons are to read', async () => {
		expect(await run([root, '--tables'])).toBe(0);
		expect(printed.join('\n')).toMatch(/\| clause \| FC \|\n.*\n\| I\.0 \| 1\* \|\n/);
		expect(printed.join('\n')).toMatch(/\d\.\d {2}target 1 to 8 +family-core first-steps, questions/);
	});
});
