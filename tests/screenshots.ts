import type { Page } from '@playwright/test';
import { lessonOf } from './harness/lesson.ts';
import { startQuiz } from './harness/quiz.ts';
import { test } from './harness/test.ts';

const course = 'staff-initial';

async function picture(page: Page, name: string, { width = 1280, height = 800 } = {}): Promise<void> {
	await page.setViewportSize({ width, height });
	await page.evaluate(() => document.fonts.ready);
	await page.screenshot({ path: `static/screenshots/${name}.png`, scale: 'css' });
}

test('home', async ({ page }) => {
	await page.goto('/');
	await picture(page, 'home');
	await page.emulateMedia({ colorScheme: 'dark' });
	await picture(page, 'home-dark');
});

test('training, lesson and quiz', async ({ page, signIn, site }) => {
	await site.takeLessons('new.teacher@wrsd.example', course, 2);
	await signIn('new.teacher@wrsd.example');
	await page.goto('/learn');
	await picture(page, 'my-training', { width: 1280, height: 1000 });
	await picture(page, 'my-training-phone', { width: 390, height: 844 });
	await signIn('certified.teacher@wrsd.example');
	const lesson = lessonOf(course, 3);
	const section = lesson.sections.find(({ exercises }) => exercises.length > 0);
	await page.goto(`/learn/${course}/${lesson.slug}/${section?.index ?? 1}`);
	await picture(page, 'lesson', { width: 1280, height: 1000 });
	await site.takeLessons('samir.rahman@wrsd.example', course);
	await signIn('samir.rahman@wrsd.example');
	await page.goto(`/learn/${course}/quiz`);
	const questions = await startQuiz(page, site, course);
	const sorting = questions.findIndex(({ item }) => item.type === 'sorting');
	await page.goto(page.url().replace(/\d+$/, String(sorting + 1)));
	await picture(page, 'quiz');
});

test('certificate, registration, review, register and records', async ({ page, signIn }) => {
	await signIn('certified.teacher@wrsd.example');
	await page.goto('/learn');
	await page.getByRole('link', { name: 'See the certificate' }).first().click();
	await page.getByRole('link', { name: /PDF/ }).waitFor();
	await picture(page, 'certificate');
	await page.goto('/accounts/new');
	await page.getByLabel('Classroom account').check();
	await page.getByRole('button', { name: 'Begin a draft' }).click();
	await page.getByRole('heading', { level: 1, name: 'What is the account called?' }).waitFor();
	await page.goto(page.url().replace(/[^/]+$/, 'email'));
	if (await page.getByRole('textbox', { name: 'District e-mail address' }).count()) {
		await page.getByRole('textbox', { name: 'District e-mail address' }).fill('robotics6b@mail.example');
		await page.getByRole('button', { name: 'Save and continue' }).click();
		await page.getByRole('alert').waitFor();
	}
	await picture(page, 'registration', { width: 1280, height: 1000 });
	await signIn('principal@wrsd.example');
	await page.goto('/review');
	await page.getByRole('link', { name: 'Science Lab 7' }).click();
	await page.getByRole('heading', { level: 1, name: 'Science Lab 7' }).waitFor();
	await picture(page, 'review', { width: 1280, height: 1000 });
	await page.goto('/official-accounts');
	await picture(page, 'official-accounts');
	await signIn('admin@wrsd.example');
	await page.goto('/manage/records');
	await picture(page, 'records', { width: 1280, height: 1000 });
});

test('a lesson for the youngest, a lesson in Spanish, and who teaches which clause', async ({
	page,
	signIn
}) => {
	const spanish = lessonOf('family-core', 1);
	await page.goto(`/learn/family-core/${spanish.slug}/1`);
	await page.getByRole('button', { name: 'Español' }).first().click();
	await page.locator('html[lang=es]').waitFor();
	await picture(page, 'lesson-es');
	await page.getByRole('button', { name: 'English' }).first().click();
	await page.locator('html[lang=en]').waitFor();
	await signIn('young.student@wrsd.example');
	await page.goto(`/learn/student-k2/${lessonOf('student-k2', 1).slug}/1`);
	await page.getByRole('button', { name: 'Read to me' }).waitFor();
	await picture(page, 'lesson-k2');
	await signIn('admin@wrsd.example');
	await page.goto('/manage/coverage');
	await picture(page, 'coverage');
});
