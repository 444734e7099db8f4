import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { lastLines, runTool } from './child.mjs';
import { PlainError } from './plain-error.mjs';
import { inProject } from './project.mjs';

const MESSAGES = inProject('src', 'lib', 'messages');

/**
 * Compiles the strings of the interface to functions. Throws a PlainError when a key is missing in a language:
 * the compiler alone would end well and show English (or, with a plugin it could not load, nothing).
 */
export async function compileStrings() {
	/** @type {{ baseLocale: string, locales: string[] }} */
	const { baseLocale, locales } = JSON.parse(
		await readFile(path.join(MESSAGES, 'project.inlang', 'settings.json'), 'utf8')
	);
	const keys = Object.fromEntries(
		await Promise.all(locales.map(async (locale) => [locale, await keysOf(locale)]))
	);
	const missing = missingKeys(keys, baseLocale);
	if (missing.length > 0) {
		throw new PlainError(
			`Strings are missing:\n${missing.map(({ locale, key }) => `  ${locale}: ${key}`).join('\n')}`,
			'Every key of src/lib/messages has to be there in every language.'
		);
	}
	const outdir = path.join(MESSAGES, 'compiled');
	const { code, output } = await runTool('@inlang/paraglide-js', [
		...['compile', '--project', path.join(MESSAGES, 'project.inlang')],
		...['--outdir', outdir],
		...['--strategy', 'globalVariable', 'baseLocale']
	]);
	const compiled = code === 0 ? (await readdir(path.join(outdir, 'messages'))).length : 0;
	if (compiled < (keys[baseLocale]?.length ?? 0)) {
		throw new PlainError('The strings of the interface could not be compiled.', '', lastLines(output));
	}
}

/**
 * @param {string} locale
 * @returns {Promise<string[]>}
 */
async function keysOf(locale) {
	const folder = path.join(MESSAGES, locale);
	const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
	const areas = await Promise.all(
		files.map(async (file) => JSON.parse(await readFile(path.join(folder, file), 'utf8')))
	);
	return areas.flatMap((area) => Object.keys(area)).filter((key) => key !== '$schema');
}

/**
 * Keys that one language has and another has not, seen from both sides of the base language.
 * @param {Record<string, string[]>} keys by language
 * @param {string} baseLocale
 */
export function missingKeys(keys, baseLocale) {
	const base = keys[baseLocale] ?? [];
	return Object.entries(keys).flatMap(([locale, own]) => [
		...base.filter((key) => !own.includes(key)).map((key) => ({ locale, key })),
		...own.filter((key) => !base.includes(key)).map((key) => ({ locale: baseLocale, key }))
	]);
}
