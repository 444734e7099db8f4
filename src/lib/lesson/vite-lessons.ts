import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const TABLE = 'virtual:waypost-lessons';

/**
 * Gives `virtual:waypost-lessons`: for each course a way to the table of its lessons, in all their languages. A
 * browser is sent the table of the one course that is read, and not the addresses of seventy lessons.
 */
export function lessonTables(): Plugin {
	let courses = '';
	return {
		name: 'waypost-lessons',
		configResolved(config) {
			courses = join(config.root, 'content', 'courses');
		},
		resolveId(id) {
			return id === TABLE || id.startsWith(`${TABLE}/`) ? `\0${id}` : undefined;
		},
		load(id) {
			if (id === `\0${TABLE}`) {
				const entries = folders(courses).map(
					(slug) => `'${slug}': () => import('${TABLE}/${slug}').then((table) => table.default)`
				);
				return `export default { ${entries.join(', ')} };`;
			}
			if (!id.startsWith(`\0${TABLE}/`)) return undefined;
			const slug = id.slice(TABLE.length + 2);
			const course = join(courses, slug);
			const files = ['', ...folders(course).map((language) => `${language}/`)].flatMap((folder) =>
				readdirSync(join(course, folder))
					.filter((name) => name.endsWith('.md'))
					.map((name) => `courses/${slug}/${folder}${name}`)
			);
			const entries = files.map(
				(file) => `'${file}': () => import('/content/${file}').then((lesson) => lesson.default)`
			);
			return `export default { ${entries.join(', ')} };`;
		},
		configureServer(server) {
			// A lesson that comes or goes changes the tables.
			server.watcher.on('all', (event, file) => {
				if (!['add', 'unlink'].includes(event) || !file.startsWith(courses)) return;
				for (const { moduleGraph } of Object.values(server.environments))
					for (const module of moduleGraph.idToModuleMap.values())
						if (module.id?.startsWith(`\0${TABLE}`)) moduleGraph.invalidateModule(module);
			});
		}
	};
}

function folders(path: string): string[] {
	if (!existsSync(path)) return [];
	return readdirSync(path, { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.map(({ name }) => name)
		.sort();
}
