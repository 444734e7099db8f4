import { expect, test } from 'vitest';
import { lessonPreprocess, partsUsed } from './lesson-preprocess.ts';

const lesson = `---
title: Pictures
mocks:
  draft: { kind: post, by: Room 6B, scene: class-robot, alt: A robot, text: Look! }
exercises:
  - id: what-now
    type: branch
    start: one
    scenes: { one: { text: Now what? } }
  - { id: look, type: spot, mock: { kind: chat, title: Snails } }
  - { id: describe, type: alt-text, scene: science-fair, keywords: [[robot]] }
---

## The award photo

<Mock id="draft" />

<Scene name="hallway" alt="A hallway" />

## What now?

<Exercise id="what-now" />
`;

test('a lesson imports the components, exercise forms and mocks that it uses, and no others', () => {
	const { code } = lessonPreprocess().markup({ content: lesson, filename: '/x/content/courses/a/01-b.md' })!;
	const imports = [...code.matchAll(/import \w+(?:, \{[^}]*\})? from '([^']+)'/g)].map((found) => found[1]);
	expect(imports).toEqual([
		'#lib/lesson/Section.svelte',
		'#lib/lesson/Mock.svelte',
		'#lib/lesson/Scene.svelte',
		'#lib/lesson/Exercise.svelte',
		'#lib/lesson/exercises/AltText.svelte',
		'#lib/lesson/exercises/Branch.svelte',
		'#lib/lesson/exercises/Spot.svelte',
		'#lib/lesson/mocks/MockChat.svelte',
		'#lib/lesson/mocks/MockPost.svelte'
	]);
	expect(code).toContain("forms: { 'alt-text': PartAltText, 'branch': PartBranch, 'spot': PartSpot }");
	expect(code).toContain("rules: { 'alt-text': RulesAltText, 'branch': RulesBranch, 'spot': RulesSpot }");
	expect(code).toContain("mocks: { 'chat': MockChat, 'post': MockPost }");
	expect(code).toContain('<Section index={2}>');
	expect(code).not.toContain('title: Pictures');
});

test('other files are left as they are', () => {
	expect(
		lessonPreprocess().markup({ content: lesson, filename: '/x/src/routes/+page.svelte' })
	).toBeUndefined();
});

test('front matter that is not YAML is refused with the name of the file', () => {
	expect(() => partsUsed('title: [', '01-b.md')).toThrow('01-b.md');
});
