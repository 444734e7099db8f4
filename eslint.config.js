import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default ts.config(
	{
		ignores: [
			'node_modules/',
			'.node/',
			'.data/',
			'.svelte-kit/',
			'build/',
			'test-results/',
			'playwright-report/',
			'src/lib/messages/compiled/',
			'static/'
		]
	},
	js.configs.recommended,
	...ts.configs.recommended,
	...svelte.configs.recommended,
	{
		languageOptions: { globals: { ...globals.browser, ...globals.node } },
		rules: {
			// TypeScript knows what is defined.
			'no-undef': 'off',
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/no-unused-vars': [
				'error',
				{ argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }
			],
			'no-console': 'error',
			// Links are plain addresses: Waypost is served at the root of its host.
			'svelte/no-navigation-without-resolve': 'off',
			// A query string is put together in a function and thrown away; nothing watches it.
			'svelte/prefer-svelte-reactivity': 'off',
			// The compiler itself says when an ignored warning is gone.
			'svelte/no-unused-svelte-ignore': 'off'
		}
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser, svelteConfig, extraFileExtensions: ['.svelte'] } }
	},
	{
		// Domains know nothing of the web framework: the same code serves pages, API, jobs and command line.
		files: ['src/lib/server/**/*.ts'],
		rules: {
			'no-restricted-imports': ['error', { patterns: ['$app/*', '$env/*', '$lib/*', '@sveltejs/kit'] }]
		}
	},
	{
		// The command line and the measurements speak to the terminal.
		files: ['src/cli/**', 'tests/**'],
		rules: { 'no-console': 'off' }
	}
);
