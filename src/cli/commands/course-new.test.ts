import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readChecked } from '#lib/server/catalogue/check-content.ts';
import { contentCopy, contentFolder } from '#lib/server/catalogue/content.fixture.ts';
import { readCatalogue } from '#lib/server/catalogue/read-catalogue.ts';
import { run } from './course-new.ts';

let root: string;
let said: string[];
beforeEach(() => {
	root = contentFolder();
	vi.stubEnv('WAYPOST_CONTENT', root);
	said = [];
	const note = (text: string) => void said.push(text);
	vi.spyOn(console, 'log').mockImplementation(note);
	vi.spyOn(console, 'error').mockImplementation(note);
});
afterEach(() => {
	rmSync(root, { recursive: true });
	vi.restoreAllMocks();
	vi.unstubAllEnvs();
});

const gates = () => readFileSync(join(root, 'gates.yaml'), 'utf8');

describe('waypost course new', () => {
	it('lays out a course for each audience that the content check finds nothing wrong with', async () => {
		for (const audience of ['staff', 'student', 'family', 'partner'])
			expect(await run([`bus-${audience}`, '--audience', audience])).toBe(0);
		const { catalogue, findings } = await readChecked(root);
		expect(findings.map(({ problem }) => problem)).toEqual(
			Array.from({ length: 4 }, () => 'version 1.0.0 is not sealed yet.')
		);
		expect(catalogue?.courses['bus-family']).toMatchObject({ title: 'Bus family', audience: 'family' });
	});
	it('gives it the title asked for, whatever is in it', async () => {
		const title = 'Driving: “safe” & #calm, "daily"';
		expect(await run(['bus-drivers', '--title', title])).toBe(0);
		const { catalogue, findings } = await readChecked(root);
		expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
		expect(catalogue?.courses['bus-drivers']?.title).toBe(title);
		expect(catalogue?.certifications['bus-drivers']).toBe(title);
	});
	it('names its certification and leaves the rest of this district’s gates.yaml as it was', async () => {
		rmSync(root, { recursive: true });
		root = contentCopy(resolve('content'));
		vi.stubEnv('WAYPOST_CONTENT', root);
		const before = gates().split('\n');
		expect(await run(['bus-drivers'])).toBe(0);
		expect(readCatalogue(root).certifications['bus-drivers']).toBe('Bus drivers');
		const after = gates().split('\n');
		expect(after.filter((line) => line !== '  bus-drivers: "Bus drivers"')).toEqual(before);
		expect(after).toHaveLength(before.length + 1);
	});
	it('has a lesson with a story, the idea, a case, an exercise and a recap, and two wordings of a question', async () => {
		await run(['bus-drivers']);
		const course = readCatalogue(root).courses['bus-drivers'];
		expect(course?.lessons.map(({ sections }) => sections.map(({ title }) => title))).toEqual([
			['A morning at school', 'The idea', 'Your turn', 'What stays']
		]);
		expect(course?.lessons[0]?.source).toContain('<Scenario');
		expect(course?.items.map(({ variants }) => variants.length)).toEqual([2]);
	});
	it('never touches a course that is there', async () => {
		const before = gates();
		expect(await run(['family-core'])).toBe(1);
		expect(said).toEqual([
			'There is a course “family-core” already, in content/courses/family-core. Choose another name.'
		]);
		mkdirSync(join(root, 'courses/half-made'));
		expect(await run(['half-made'])).toBe(1);
		expect(said.at(-1)).toContain('is there already.');
		expect(gates()).toBe(before);
	});
	it.each(['Bus Drivers', 'bus_drivers', '../bus', 'bus--drivers', '2nd-course', 'Bus'])(
		'refuses the name “%s” in plain words',
		async (slug) => {
			expect(await run([slug])).toBe(1);
			expect(said).toEqual([
				`“${slug}” can’t be the name of a course. Use small letters, digits and single hyphens, such as “bus-drivers”.`
			]);
		}
	);
	it('refuses an audience that does not exist, and no name', async () => {
		expect(await run(['bus-drivers', '--audience', 'drivers'])).toBe(1);
		expect(await run([])).toBe(1);
		expect(await run(['bus', 'drivers'])).toBe(1);
		expect(said).toEqual([
			'There is no audience “drivers”. Choose one of: staff, student, family, partner.',
			'Give the course a name, such as: npm run waypost -- course new bus-drivers',
			'A course has one name, but there are 2. A title goes in quotes after --title.'
		]);
		expect(existsSync(join(root, 'courses/bus-drivers'))).toBe(false);
	});
});
