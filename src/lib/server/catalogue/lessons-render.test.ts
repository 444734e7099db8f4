import { resolve } from 'node:path';
import type { Component } from 'svelte';
import { render } from 'svelte/server';
import { expect, it } from 'vitest';
import type { LessonContext } from '#lib/lesson/context.ts';
import { drawingsIn } from '#lib/lesson/drawings.server.ts';
import { settingNames } from './check/lesson-components.ts';
import LessonRender from './LessonRender.fixture.svelte';
import { readCatalogue, type Lesson } from './read-catalogue.ts';

const compiled = import.meta.glob<{ default: Component }>('/content/courses/*/*.md');
const catalogue = readCatalogue(resolve('content'));
const lessons = Object.values(catalogue.courses).flatMap((course) => course.lessons);

/** What the lesson's page provides: only what the lesson lists, so that a citation without its entry fails here. */
function contextOf(lesson: Lesson, section: number): LessonContext {
	const clauses = catalogue.policies[catalogue.district.policy]?.clauses ?? {};
	return {
		section,
		clauses: Object.fromEntries(lesson.clauses.map((id) => [id, { words: clauses[id] ?? '', label: id }])),
		facts: Object.fromEntries(
			lesson.facts.flatMap((id) => {
				const fact = catalogue.facts[id];
				return fact && fact.status !== 'U' ? [[id, { source: fact.source, date: fact.date }] as const] : [];
			})
		),
		mocks: lesson.mocks,
		exercises: Object.fromEntries(
			lesson.exercises.map((exercise) => [exercise.id, { exercise, worked: false }])
		),
		help: { lines: catalogue.district.help_lines, reportPath: 'report', trustedAdult: 'adult' },
		settings: Object.fromEntries(settingNames.map((name) => [name, name])),
		workedThrough: () => {}
	};
}

it.each(lessons)('every section of $file can be shown', async (lesson) => {
	const load = compiled[`/content/${lesson.file}`];
	if (!load) throw new Error(`${lesson.file} is not compiled`);
	const { default: Lesson } = await load();
	for (const { index, title, scenes } of lesson.sections) {
		const context = contextOf(lesson, index);
		const drawings = drawingsIn([context.exercises, context.mocks, scenes.map((scene) => ({ scene }))]);
		const { body } = render(LessonRender, { props: { Lesson, context, drawings } });
		// What is said of a picture counts: the youngest have hardly any other words.
		const said = [...body.matchAll(/aria-label="([^"]*)"/g)].map((label) => label[1]).join(' ');
		const words = `${said} ${body.replace(/<[^>]*>/g, ' ')}`.trim();
		expect(words.length, title).toBeGreaterThan(100);
	}
});
