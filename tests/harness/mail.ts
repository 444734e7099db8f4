import { expect, type Page } from '@playwright/test';

/** Opens the newest mail to this address of this subject in the demo's outbox; a job may need a moment for it. */
export async function openMail(page: Page, to: string, subject: string | RegExp): Promise<void> {
	const link = page.getByRole('row').filter({ hasText: to }).getByRole('link', { name: subject }).first();
	await expect(async () => {
		await page.goto('/demo/mail');
		await expect(link).toBeVisible({ timeout: 500 });
	}).toPass();
	await link.click();
	await expect(page.getByRole('heading', { level: 1, name: subject })).toBeVisible();
}
