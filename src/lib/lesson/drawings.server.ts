import type { Component } from 'svelte';
import { render } from 'svelte/server';
import { sceneKey, type Drawings } from './drawings.ts';
import type { Picture, Scene } from './exercise.ts';

type Drawing = Component<{ overlay?: readonly string[] }>;

const sceneFiles = import.meta.glob<Drawing>('./scenes/*.svelte', { eager: true, import: 'default' });
const pictureFiles = import.meta.glob<Drawing>('./pictures/*.svelte', { eager: true, import: 'default' });

/** Every drawing is always the same, and there are no more of them than the content names. */
const drawn = new Map<string, string>();

/**
 * The drawings named in what a page shows: exercises, mocks, a question, the scenes of a text. Each is named under
 * `scene` (with what is written in it under `overlay`), `picture` or `pictures`.
 * @throws when there is no drawing of a name
 */
export function drawingsIn(shown: unknown): Drawings {
	const scenes: Record<string, string> = {};
	const pictures: { [Name in Picture]?: string } = {};
	const addPicture = (name: string) => {
		pictures[name as Picture] = draw(pictureFiles, 'pictures', name);
	};
	const visit = (value: unknown): void => {
		if (Array.isArray(value)) value.forEach(visit);
		else if (value !== null && typeof value === 'object') {
			const { scene, overlay, picture, pictures: several, ...inner } = value as Record<string, unknown>;
			if (typeof scene === 'string') {
				const lines = overlay as readonly string[] | undefined;
				scenes[sceneKey(scene as Scene, lines)] = draw(sceneFiles, 'scenes', scene, lines);
			}
			if (typeof picture === 'string') addPicture(picture);
			if (Array.isArray(several)) for (const name of several) if (name !== null) addPicture(name);
			Object.values(inner).forEach(visit);
		}
	};
	visit(shown);
	return { scenes, pictures };
}

function draw(
	files: Record<string, Drawing>,
	folder: string,
	name: string,
	overlay: readonly string[] = []
): string {
	const key = [folder, name, ...overlay].join('\n');
	const known = drawn.get(key);
	if (known !== undefined) return known;
	const drawing = files[`./${folder}/${fileName(name)}`];
	if (!drawing) throw new Error(`there is no drawing “${name}”`);
	// The comments are for taking over a component in the browser, where none of this goes.
	const markup = render(drawing, { props: { overlay } }).body.replaceAll(/<!--.*?-->/g, '');
	drawn.set(key, markup);
	return markup;
}

/** `class-robot` is drawn by `ClassRobot.svelte`. */
function fileName(name: string): string {
	return `${name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}.svelte`;
}
