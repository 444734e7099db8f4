import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../../src/routes');

/** One address of the site with its parameters, as the files of src/routes say it. */
export type Route = {
	/** As SvelteKit names it: `/learn/[course]/[lesson]/[[section]]`. */
	id: string;
	kind: 'page' | 'endpoint';
	/** Names of its parameters, in order. */
	params: string[];
	/** What may be sent to it: form actions of a page (`''` for the one without a name), or an endpoint's methods. */
	actions: string[];
};

/** Every page and every endpoint that there is; none has to be named anywhere. */
export function routes(): Route[] {
	const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((file) =>
		file.replaceAll(path.sep, '/')
	);
	const source = (file: string) => (files.includes(file) ? readFileSync(path.join(root, file), 'utf8') : '');
	const routeOf = (file: string, kind: Route['kind']): Route => {
		const folder = path.posix.dirname(file);
		const within = folder === '.' ? '' : `${folder}/`;
		const id = folder === '.' ? '/' : `/${folder}`;
		return {
			id,
			kind,
			params: [...id.matchAll(/\[+(?:\.\.\.)?(\w+)(?:=\w+)?\]+/g)].map(([, name]) => name ?? ''),
			actions:
				kind === 'page'
					? actionsIn(source(`${within}+page.server.ts`), id)
					: [...source(file).matchAll(/^export const (GET|POST|PUT|PATCH|DELETE)\b/gm)].map(
							([, method]) => method ?? ''
						)
		};
	};
	return [
		...files.filter((file) => /(?:^|\/)\+page\.svelte$/.test(file)).map((file) => routeOf(file, 'page')),
		...files.filter((file) => /(?:^|\/)\+server\.ts$/.test(file)).map((file) => routeOf(file, 'endpoint'))
	];
}

/** The names of a page's form actions. Throws where there are some that it can't read. */
function actionsIn(source: string, id: string): string[] {
	const [, block] = /export const actions: Actions = \{([\s\S]*?)\n\};/.exec(source) ?? [];
	if (block === undefined) {
		if (/export const actions\b/.test(source)) throw new Error(`${id}: its form actions can't be read`);
		return [];
	}
	const names = [...block.matchAll(/^\t(\w+):/gm)].map(([, name]) =>
		name === 'default' ? '' : (name ?? '')
	);
	if (names.length === 0) throw new Error(`${id}: its form actions can't be read`);
	return names;
}

/** The names by which addresses carry filters and places, as the sources read them. */
export function queryNames(): string[] {
	const src = path.resolve(root, '..');
	const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
		(file) => /\.ts$/.test(file) && !/\.test\.ts$/.test(file) && /routes|records|people/.test(file)
	);
	const read = files.flatMap((file) => {
		const source = readFileSync(path.join(src, file), 'utf8');
		return [
			...source.matchAll(/[pP]arams\.(?:get|has)\('(\w+)'\)/g),
			// readFilter and its kin give the address's values a short name.
			...(/params\.get\(name\)|searchParams\.get\(name\)/.test(source)
				? source.matchAll(/\btext\('(\w+)'\)/g)
				: [])
		].map(([, name]) => name ?? '');
	});
	return [...new Set(read)].sort();
}
