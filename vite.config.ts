import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';
import { carriedCatalogue } from './src/lib/server/catalogue/vite-catalogue.ts';

export default defineConfig({
	plugins: [
		paraglideVitePlugin({
			project: './src/lib/messages/project.inlang',
			outdir: './src/lib/messages/compiled',
			strategy: ['globalVariable', 'baseLocale']
		}),
		carriedCatalogue(),
		sveltekit()
	],
	build: { target: 'es2022', sourcemap: false },
	environments: {
		client: {
			build: {
				rolldownOptions: {
					output: {
						// Few chunks instead of thirty: what every page needs, and what every lesson needs. Icons of
						// one page stay with it.
						codeSplitting: {
							groups: [
								{
									name: 'runtime',
									priority: 2,
									test: /node_modules\/(svelte|@sveltejs|devalue|esm-env|clsx)\//
								},
								{
									name: 'lesson',
									test: /src\/lib\/(lesson\/(?!pictures\/|exercises\/(?!Remark|Summary|Ticks)|scenes\/(?!Person|person|Writing))|components\/(Says|Voice|Words|Tag|Button|states|voice|text))|node_modules\/@lucide\/svelte\/dist\/(?!icons\/)|node_modules\/@lucide\/svelte\/dist\/icons\/(arrow|check|chevron|circle|clock|info|list-checks|loader|triangle)/
								}
							]
						}
					}
				}
			}
		}
	},
	server: { host: '127.0.0.1' },
	test: {
		include: ['src/**/*.test.ts', 'migrations/**/*.test.ts'],
		globalSetup: ['src/lib/server/db/testing/global-setup.ts'],
		testTimeout: 20_000,
		hookTimeout: 60_000
	}
});
