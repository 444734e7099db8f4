import { expect, type Page } from '@playwright/test';
import { course as findCourse } from '#lib/server/catalogue/catalogue.ts';
import type { Course, Lesson } from '#lib/server/catalogue/read-catalogue.ts';

/** A course of the catalogue, as its files say it. */
export function courseOf(slug: string): Course {
	const course = findCourse(slug);
	if (!course) throw new Error(`no course ${slug}`);
	return course;
}

/** One of a course's lessons, counted from 1. */
export function lessonOf(slug: string, number: number): Lesson {
	const lesson = courseOf(slug).lessons[number - 1];
	if (!lesson) throw new Error(`${slug} has no lesson ${number}`);
	return lesson;
}

/** Reads a lesson, which ends on the overview of its course. */
export async function readLesson(page: Page, slug: string, lesson: Lesson): Promise<void> {
	await readThrough(page, slug, lesson);
	await expect(page.getByText(`Lesson finished: ${lesson.title}.`)).toBeVisible();
}

/** Reads a lesson from its first part to its last, says of each exercise that it was worked through, and finishes. */
export async function readThrough(page: Page, slug: string, lesson: Lesson): Promise<void> {
	await page.goto(`/learn/${slug}/${lesson.slug}`);
	for (const section of lesson.sections) {
		await expect(page.getByRole('heading', { level: 1, name: section.title, exact: true })).toBeVisible();
		for (const [done] of section.exercises.entries()) {
			await page.getByRole('button', { name: 'I have worked through this' }).first().click();
			await expect(page.getByText('Worked through', { exact: true })).toHaveCount(done + 1);
		}
		const isLast = section.index === lesson.sections.length;
		await page.getByRole('button', { name: isLast ? 'Finish this lesson' : /^Next: / }).click();
	}
}
