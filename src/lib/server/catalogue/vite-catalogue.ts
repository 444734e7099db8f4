import { join } from 'node:path';
import type { Plugin } from 'vite';
import { readChecked } from './check-content.ts';
import { findingsText } from './findings-text.ts';
import type { Catalogue } from './read-catalogue.ts';

const VIRTUAL = 'virtual:waypost-catalogue';
const RESOLVED = `\0${VIRTUAL}`;

/**
 * Carries the checked `content/` in the server's build as `virtual:waypost-catalogue`, so that a wrong file fails the
 * build with its name, line and remedy, and never a running site. It holds the keys of quiz items: a build for the
 * browser is refused (invariant 1). In development a changed file is read and checked anew.
 */
export function carriedCatalogue(): Plugin {
	let content = '';
	let carried: Promise<Catalogue> | undefined;

	return {
		name: 'waypost-catalogue',
		configResolved(config) {
			content = join(config.root, 'content');
		},
		async buildStart() {
			// The build for the browser, which follows the server's, has nothing of the catalogue to check.
			if (this.environment.config.command === 'build' && this.environment.config.consumer === 'server')
				carried = checkedCatalogue(content);
			await carried;
		},
		resolveId(id, importer) {
			if (id !== VIRTUAL) return;
			if (this.environment.config.consumer !== 'server')
				this.error(
					`${VIRTUAL} holds the keys of quizzes and stays on the server, but ${importer ?? 'the browser’s code'} imports it. ` +
						'Read it in hooks.server.ts, and hand pages only what they show.'
				);
			return RESOLVED;
		},
		async load(id) {
			if (id !== RESOLVED) return;
			carried ??= checkedCatalogue(content);
			// A string that is parsed at the start is smaller to hold and faster to read than an object literal.
			return `export default JSON.parse(${JSON.stringify(JSON.stringify(await carried))});`;
		},
		configureServer(server) {
			server.watcher.add(content);
			server.watcher.on('all', (_event, file) => {
				if (!file.startsWith(content)) return;
				carried = undefined;
				for (const environment of Object.values(server.environments)) {
					const module = environment.moduleGraph.getModuleById(RESOLVED);
					if (module) environment.moduleGraph.invalidateModule(module);
				}
				server.ws.send({ type: 'full-reload' });
			});
		}
	};
}

/** Reads and checks the content. @throws with every error's file, line and remedy */
async function checkedCatalogue(content: string): Promise<Catalogue> {
	const { catalogue, findings } = await readChecked(content);
	const errors = findings.filter((finding) => finding.severity === 'error');
	if (!catalogue || errors.length > 0)
		throw new Error(`content/ has faults:\n\n${findingsText(errors, 'content')}\n`);
	return catalogue;
}
