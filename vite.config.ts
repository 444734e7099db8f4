import { availableParallelism } from 'node:os';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';
import { lessonTables } from './src/lib/lesson/vite-lessons.ts';
import { carriedCatalogue } from './src/lib/server/catalogue/vite-catalogue.ts';

export default defineConfig({
	plugins: [
		paraglideVitePlugin({
			project: './src/lib/messages/project.inlang',
			outdir: './src/lib/messages/compiled',
			strategy: ['globalVariable', 'baseLocale']
		}),
		carriedCatalogue(),
		lessonTables(),
		sveltekit()
	],
	build: { target: 'es2022', sourcemap: false },
	environments: {
		client: {
			build: {
				// Three in a hundred smaller than the build's own: that pays on the phones of pupils.
				minify: 'terser',
				terserOptions: { module: true, ecma: 2020, compress: { passes: 2, sequences: false } },
				// Lists of what each of seventy lessons imports weigh more than the one request that they save:
				// styles are still fetched with a page, scripts as they are met.
				modulePreload: {
					polyfill: false,
					resolveDependencies: (_, dependencies) => dependencies.filter((file) => file.endsWith('.css'))
				},
				rolldownOptions: {
					output: {
						// Few chunks instead of thirty: what every page needs, and what every lesson needs. Icons of
						// one page stay with it, and so do an exercise's form and rules.
						codeSplitting: {
							groups: [
								{
									name: 'runtime',
									priority: 2,
									test: /node_modules\/(svelte|@sveltejs|devalue|esm-env|clsx)\//
								},
								{
									name: 'lesson',
									// With the styles of all exercises and mocks: Kit links those that a page imports, and
									// not those of a lesson that is found through a table, which came with its script.
									test: /src\/lib\/(lesson\/(?!paper\/).*type=style|read-aloud\/.*type=style|lesson\/(?!paper\/|Mock|mocks\/|rules\/(?!kind|fields)|response|exercises\/(?!Remark|Summary|CheckWithoutScript))|read-aloud\/(nearby|read-aloud-for))/
								},
								{
									name: 'parts',
									test: /src\/lib\/components\/(TextArea.*type=style|Says|Voice|Words|Tag|Button|states|voice|text|PageHead|BrandMark|ErrorSummary|ProgressBar|Details|Choice|Masthead|Footer|LanguageSwitch|navigation|shell)|src\/lib\/messages\/compiled\/runtime|node_modules\/@lucide\/svelte\/dist\/(?!icons\/)|node_modules\/@lucide\/svelte\/dist\/icons\/(arrow-left|arrow-right|check|circle-alert|circle-check|circle-x|clock|info|list-checks|loader|triangle)/
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
		setupFiles: ['src/lib/server/catalogue/testing/begin-with-the-files.ts'],
		isolate: false,
		// They wait for PostgreSQL half of their time.
		maxWorkers: Math.max(3, availableParallelism()),
		testTimeout: 20_000,
		hookTimeout: 60_000
	}
});
