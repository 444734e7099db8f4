import { parse } from 'yaml';
import { componentsUsed, splitFrontMatter, splitSections } from './lesson-source.ts';

/**
 * A Svelte preprocessor for `content/courses/**\/*.md`, run before mdsvex. It drops the front matter (the
 * catalogue serves it, so it need not be in the bundle), wraps each section so that only the current one is
 * rendered, and imports the components that the author used by name, with the exercise forms and drawings that
 * the front matter asks for and no others.
 */
export function lessonPreprocess() {
	return {
		name: 'waypost-lesson',
		markup({ content, filename = '' }: { content: string; filename?: string }) {
			if (!/\/content\/courses\/.+\.md$/.test(filename.replaceAll('\\', '/'))) return;
			const { frontMatter, body } = splitFrontMatter(content);
			const { types, scenes, pictures } = partsUsed(frontMatter, body, filename);
			const imports = [
				...['Section', ...componentsUsed(body)].map(
					(name) => `import ${name} from '#lib/lesson/${name}.svelte';`
				),
				...types.map(
					(type) =>
						`import ${localName(type)}, { rules as Rules${pascal(type)} } from '#lib/lesson/exercises/${pascal(type)}.svelte';`
				),
				...scenes.map(
					(scene) => `import ${localName(scene)} from '#lib/lesson/scenes/${pascal(scene)}.svelte';`
				),
				...pictures.map(
					(picture) => `import ${localName(picture)} from '#lib/lesson/pictures/${pascal(picture)}.svelte';`
				),
				`import { provideParts } from '#lib/lesson/parts.ts';`,
				`provideParts({ forms: ${record(types)}, rules: ${record(types, (type) => `Rules${pascal(type)}`)}, drawings: ${record(scenes)}, pictures: ${record(pictures)} });`
			];
			const sections = splitSections(body)
				.map((section) => `<Section index={${section.index}}>\n\n${section.markdown}\n\n</Section>`)
				.join('\n\n');
			return { code: `<script>\n\t${imports.join('\n\t')}\n</script>\n\n${sections}\n` };
		}
	};
}

/** The exercise types of a lesson, and the scenes drawn in its mocks, exercises and prose, each once. */
export function partsUsed(
	frontMatter: string,
	body: string,
	filename: string
): { types: string[]; scenes: string[]; pictures: string[] } {
	let data: unknown;
	try {
		data = parse(frontMatter);
	} catch (error) {
		throw new Error(`${filename}: the front matter is not valid YAML (${(error as Error).message})`, {
			cause: error
		});
	}
	const types = new Set<string>();
	const scenes = new Set<string>();
	const pictures = new Set<string>();
	const visit = (value: unknown, inExercises: boolean) => {
		if (Array.isArray(value)) for (const each of value) visit(each, inExercises);
		else if (value !== null && typeof value === 'object') {
			for (const [key, inner] of Object.entries(value)) {
				if (inExercises && key === 'type' && isName(inner)) types.add(inner);
				// A branch has `scenes` of its own, which are words; a drawing is one name under `scene`.
				else if (key === 'scene' && isName(inner)) scenes.add(inner);
				else if (key === 'picture' && isName(inner)) pictures.add(inner);
				else visit(inner, inExercises || key === 'exercises');
			}
		}
	};
	visit(data, false);
	for (const tag of body.matchAll(/<Scene\b[^>]*\bname="([a-z-]+)"/g)) scenes.add(tag[1] ?? '');
	return { types: [...types].sort(), scenes: [...scenes].sort(), pictures: [...pictures].sort() };
}

function isName(value: unknown): value is string {
	return typeof value === 'string' && /^[a-z]+(-[a-z]+)*$/.test(value);
}

/** `class-robot` gives `ClassRobot`, the name of its file. */
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
