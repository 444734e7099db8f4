import { parse } from 'yaml';
import type { Mock } from './exercise.ts';
import { componentsUsed, splitFrontMatter, splitSections } from './lesson-source.ts';

const MOCKS: ReadonlySet<string> = new Set<Mock['kind']>([
	'chat',
	'email',
	'notice',
	'post',
	'profile',
	'settings'
]);

/**
 * A Svelte preprocessor for `content/courses/**\/*.md`, run before mdsvex. It drops the front matter (the
 * catalogue serves it, so it need not be in the bundle), wraps each section so that only the current one is
 * rendered, and imports the components that the author used by name, with the exercise forms and mocks that the
 * front matter asks for and no others.
 */
export function lessonPreprocess() {
	return {
		name: 'waypost-lesson',
		markup({ content, filename = '' }: { content: string; filename?: string }) {
			if (!/\/content\/courses\/.+\.md$/.test(filename.replaceAll('\\', '/'))) return;
			const { frontMatter, body } = splitFrontMatter(content);
			const { types, mocks } = partsUsed(frontMatter, filename);
			const imports = [
				...['Section', ...componentsUsed(body)].map(
					(name) => `import ${name} from '#lib/lesson/${name}.svelte';`
				),
				...types.map(
					(type) =>
						`import ${localName(type)}, { rules as Rules${pascal(type)} } from '#lib/lesson/exercises/${pascal(type)}.svelte';`
				),
				...mocks.map(
					(kind) => `import Mock${pascal(kind)} from '#lib/lesson/mocks/Mock${pascal(kind)}.svelte';`
				),
				`import { provideParts } from '#lib/lesson/parts.ts';`,
				`provideParts({ forms: ${record(types)}, rules: ${record(types, (type) => `Rules${pascal(type)}`)}, mocks: ${record(mocks, (kind) => `Mock${pascal(kind)}`)} });`
			];
			const sections = splitSections(body)
				.map((section) => `<Section index={${section.index}}>\n\n${section.markdown}\n\n</Section>`)
				.join('\n\n');
			return { code: `<script>\n\t${imports.join('\n\t')}\n</script>\n\n${sections}\n` };
		}
	};
}

/**
 * The types of a lesson's exercises and the kinds of its mocks, each once.
 * @throws when the front matter is not YAML, with the file's name
 */
export function partsUsed(frontMatter: string, filename: string): { types: string[]; mocks: string[] } {
	let data: unknown;
	try {
		data = parse(frontMatter);
	} catch (error) {
		throw new Error(`${filename}: the front matter is not valid YAML (${(error as Error).message})`, {
			cause: error
		});
	}
	const types = new Set<string>();
	const mocks = new Set<string>();
	const visit = (value: unknown, within: string) => {
		if (Array.isArray(value)) for (const each of value) visit(each, within);
		else if (value !== null && typeof value === 'object')
			for (const [key, inner] of Object.entries(value)) {
				if (key === 'type' && within === 'exercises') types.add(String(inner));
				else if (key === 'kind' && MOCKS.has(String(inner))) mocks.add(String(inner));
				else visit(inner, key);
			}
	};
	visit(data, '');
	return { types: [...types].sort(), mocks: [...mocks].sort() };
}

/** `alt-text` gives `AltText`, the name of its file. */
function pascal(name: string): string {
	return name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** A name that can't meet one of the components used in the prose. */
function localName(name: string): string {
	return `Part${pascal(name)}`;
}

function record(names: readonly string[], valueOf = localName): string {
	return `{ ${names.map((name) => `'${name}': ${valueOf(name)}`).join(', ')} }`;
}
