import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
	plugins: [
		paraglideVitePlugin({
			project: './src/lib/messages/project.inlang',
			outdir: './src/lib/messages/compiled',
			strategy: ['globalVariable', 'baseLocale']
		}),
		sveltekit()
	],
	build: { target: 'es2022', sourcemap: false },
	server: { host: '127.0.0.1' },
	test: {
		include: ['src/**/*.test.ts', 'migrations/**/*.test.ts'],
		globalSetup: ['src/lib/server/db/testing/global-setup.ts'],
		testTimeout: 20_000,
		hookTimeout: 60_000
	}
});
