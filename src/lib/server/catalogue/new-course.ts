import { isMap, isNode, isScalar, parseDocument } from 'yaml';
import type { Catalogue, CourseSettings } from './read-catalogue.ts';

export type NewCourse = { slug: string; title: string; audience: CourseSettings['audience'] };

export const audiences: readonly NewCourse['audience'][] = ['staff', 'student', 'family', 'partner'];

/** Why a course can't be begun under this name; null when it can. */
export function slugFault(catalogue: Catalogue, slug: string): string | null {
	if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(slug))
		return `“${slug}” can’t be the name of a course. Use small letters, digits and single hyphens, such as “bus-drivers”.`;
	if (Object.hasOwn(catalogue.courses, slug))
		return `There is a course “${slug}” already, in content/courses/${slug}. Choose another name.`;
	return null;
}

/** `bus-drivers` gives “Bus drivers”. */
export function titleOf(slug: string): string {
	const words = slug.replaceAll('-', ' ');
	return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/**
 * The files of a course that the content check finds no error in, by their path in the content folder: one lesson
 * with hook, idea, scenario, exercise and recap, and a quiz of one item. Everything in it waits to be written over.
 */
export function newCourse(catalogue: Catalogue, course: NewCourse): Record<string, string> {
	const clause = Object.keys(catalogue.policies[catalogue.district.policy]?.clauses ?? {})[0];
	if (clause === undefined) throw new Error('the policy has no clause that a lesson could teach');
	const folder = `courses/${course.slug}`;
	return {
		[`${folder}/course.yaml`]: settings(course),
		[`${folder}/01-first-lesson.md`]: lesson(course, clause),
		[`${folder}/quiz.yaml`]: quiz(course, clause)
	};
}

/** `gates.yaml` with the certification that a new course earns; as it was where that is named already. */
export function withCertification(gates: string, { slug, title }: NewCourse): string {
	const named = parseDocument(gates).get('certifications', true);
	if (!isMap(named) || named.flow || named.has(slug)) return gates;
	const last = named.items.at(-1);
	const key = last?.key;
	const start = isScalar(key) ? key.range?.[0] : undefined;
	const end = isNode(last?.value) ? last.value.range?.[1] : undefined;
	if (start === undefined || end === undefined) return gates;
	const indent = gates.slice(gates.lastIndexOf('\n', start - 1) + 1, start);
	const newline = gates.indexOf('\n', end - 1);
	const at = newline === -1 ? gates.length : newline;
	return `${gates.slice(0, at)}\n${indent}${slug}: ${quoted(title)}${gates.slice(at)}`;
}

function quoted(text: string): string {
	return JSON.stringify(text);
}

function settings({ slug, title, audience }: NewCourse): string {
	return `title: ${quoted(title)}
short: ${quoted(title)}
summary: Say in one sentence what people can do after this course.
audience: ${audience}
certification: ${slug}
version: 1.0.0
changes:
  - { version: 1.0.0, kind: major, summary: First edition }
minutes: 10
# School grades that the texts aim at, from and to: narrow it to your readers.
reading_level: [1, 8]
quiz: { pass_mark: 80, cooldown_minutes: 0, open_days: 30 }
path: full
# Months that the certification holds, "school-year", or null for no end.
valid_months: 12
# Who must take it and by when, for example:
# required: { roles: [teacher], within_days: 60 }
requires: []
# Whether people without a sign-in may take it.
visitors: false
`;
}

function lesson({ title, audience }: NewCourse, clause: string): string {
	const help = audience === 'student' || audience === 'family' ? '\n<HelpBlock />\n' : '';
	return `---
title: ${quoted(`The first lesson of ${title}`)}
summary: Say in one sentence what this lesson is about.
objectives:
  - Say what people can do after it
clauses: [${clause}]
minutes: 5
exercises:
  - id: two-piles
    type: sort
    title: Two piles
    prompt: ${quoted(`Which of these fit what “${title}” teaches?`)}
    groups:
      - { id: fits, label: It fits }
      - { id: not, label: It does not }
    cards:
      - { text: The first thing that fits, group: fits, feedback: Say why it fits. }
      - { text: The second thing that fits, group: fits, feedback: Say why it fits. }
      - { text: The first thing that does not, group: not, feedback: Say why it does not. }
      - { text: The second thing that does not, group: not, feedback: Say why it does not. }
---

## A morning at school

Begin with a short story. Something small goes wrong, and the reader knows the feeling. Name a place, a time of day and one person. Leave the end open.

## The idea

Say the one idea of this lesson in plain words. Then let the policy say it in its own.

<Policy clause="${clause}" />

Explain what that asks of the reader. Give one example from a usual day.

<Scenario title="What would you do?">

Tell a case that could go either way. Ask what the reader would do, and why.

</Scenario>

## Your turn

<Exercise id="two-piles" />

## What stays

<Recap>

- The first thing to remember.
- The second thing to remember.
- The third thing to remember.

</Recap>
${help}`;
}

function quiz({ title }: NewCourse, clause: string): string {
	return `items:
  - id: q1
    lesson: first-lesson
    clauses: [${clause}]
    type: single-choice
    variants:
      - stem: ${quoted(`Write a short case about “${title}” here. What is the best thing to do?`)}
        choices:
          - { text: "A wrong choice that sounds fine", feedback: Say what is wrong with it. }
          - { text: "The right choice, no longer", correct: true, feedback: Say why it is right. }
          - { text: "A wrong choice that people make", feedback: Say what is wrong with it. }
        rationale: Say which rule decides the case.
      - stem: ${quoted(`Write a second case about “${title}” here. What is the best thing to do?`)}
        choices:
          - { text: "The right choice, no longer", correct: true, feedback: Say why it is right. }
          - { text: "A wrong choice that sounds fine", feedback: Say what is wrong with it. }
          - { text: "A wrong choice that people make", feedback: Say what is wrong with it. }
        rationale: Say which rule decides the case.
`;
}
