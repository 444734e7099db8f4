/**
 * Loaded before the built server by the measurement of lesson pages (`node --import`), and by nothing else: it makes
 * of that process the same server without session and database. The build's own list of pages is changed in memory:
 * the `load` functions of the frame and of the lesson page run once per address, and what they gave is given again
 * from then on. Router, hooks, components, serialised data, headers and compression stay as they are, and a
 * request without a cookie makes no hook ask the database.
 */
import { pathToFileURL } from 'node:url';
import { inProject } from '../../src/cli/project.mjs';

type Load = (event: { url: URL }) => unknown;
type Page = { server?: { load?: Load } };
type Manifest = {
	_: {
		nodes: (() => Promise<Page>)[];
		routes: { id: string; page: { layouts: number[]; leaf: number } | null }[];
	};
};

const LESSON = '/learn/[course]/[lesson]/[[section]]';

const built: { manifest: Manifest } = await import(
	pathToFileURL(inProject('build', 'server', 'manifest.js')).href
);
const { nodes, routes } = built.manifest._;
const page = routes.find(({ id }) => id === LESSON)?.page;
if (!page) throw new Error(`the build has no page ${LESSON}`);
for (const index of [...page.layouts, page.leaf]) {
	const read = nodes[index];
	if (!read) throw new Error(`the build has no part ${index} of the page ${LESSON}`);
	nodes[index] = remembering(read);
}

function remembering(read: () => Promise<Page>): () => Promise<Page> {
	let made: Promise<Page> | undefined;
	return () => (made ??= read().then(remembered));
}

function remembered(part: Page): Page {
	const load = part.server?.load;
	if (!load) return part;
	const given = new Map<string, unknown>();
	return {
		...part,
		server: {
			...part.server,
			async load(event) {
				const { pathname } = event.url;
				if (!given.has(pathname)) given.set(pathname, await load(event));
				return given.get(pathname);
			}
		}
	};
}
