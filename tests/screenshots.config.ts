import { defineConfig } from '@playwright/test';
import config from './playwright.config.ts';

/** The pictures of the README: `npm run screenshots` takes them anew from the demo district. */
export default defineConfig({ ...config, testMatch: 'screenshots.ts', workers: 1, timeout: 120_000 });
