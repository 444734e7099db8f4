import type { Component } from 'svelte';
import type { Mock, Picture, Scene } from '../exercise.ts';
import type { Parts } from '../parts.ts';

type Drawing = Component<{ overlay?: readonly string[] | undefined }>;

const scenes = import.meta.glob<{ default: Drawing }>('./*.svelte');
const pictures = import.meta.glob<{ default: Component }>('../pictures/*.svelte');

/** What a page shows: mocks with their scenes, scenes by themselves, and pictures on answers. */
export type Shown = { mock?: Mock | undefined; scene?: Scene | undefined; pictures?: readonly Picture[] };

/** Fetches the drawings that are shown: for a page that learns from its data which it needs, such as a quiz. */
export async function drawingsFor(
	shown: readonly Shown[]
): Promise<Required<Pick<Parts, 'drawings' | 'pictures'>>> {
	const sceneNames = shown.flatMap(({ mock, scene }) => [
		...(scene ? [scene] : []),
		...(mock?.kind === 'post' && mock.scene ? [mock.scene] : [])
	]);
	const pictureNames = shown.flatMap((each) => each.pictures ?? []);
	const [drawings, small] = await Promise.all([
		fetched(scenes, './', sceneNames),
		fetched(pictures, '../pictures/', pictureNames)
	]);
	return { drawings, pictures: small };
}

async function fetched<Name extends string, Of>(
	files: Record<string, () => Promise<{ default: Of }>>,
	folder: string,
	names: readonly Name[]
): Promise<{ [Each in Name]?: Of }> {
	const found = await Promise.all(
		[...new Set(names)].map(async (name) => {
			const read = files[`${folder}${pascal(name)}.svelte`];
			if (!read) throw new Error(`there is no drawing “${name}”`);
			return [name, (await read()).default] as const;
		})
	);
	return Object.fromEntries(found) as { [Each in Name]?: Of };
}

/** `class-robot` gives `ClassRobot`, the name of its file. */
function pascal(name: string): string {
	return name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
