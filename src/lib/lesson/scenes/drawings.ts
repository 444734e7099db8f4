import type { Component } from 'svelte';
import type { Mock, Scene } from '../exercise.ts';
import type { Parts } from '../parts.ts';

type Drawing = Component<{ overlay?: readonly string[] | undefined }>;

const files: Record<Scene, () => Promise<{ default: Drawing }>> = {
	'class-robot': () => import('./ClassRobot.svelte'),
	'award-stage': () => import('./AwardStage.svelte'),
	'reading-circle': () => import('./ReadingCircle.svelte'),
	'team-bus': () => import('./TeamBus.svelte'),
	hallway: () => import('./Hallway.svelte'),
	playground: () => import('./Playground.svelte'),
	'science-fair': () => import('./ScienceFair.svelte'),
	concert: () => import('./Concert.svelte'),
	'phone-night': () => import('./PhoneNight.svelte'),
	'desk-laptop': () => import('./DeskLaptop.svelte'),
	'family-table': () => import('./FamilyTable.svelte'),
	'front-office': () => import('./FrontOffice.svelte'),
	'flyer-wall': () => import('./FlyerWall.svelte')
};

/** Fetches the drawings that these mocks show: for a page that learns from its data which it needs, such as a quiz. */
export async function drawingsFor(
	mocks: readonly (Mock | undefined)[]
): Promise<NonNullable<Parts['drawings']>> {
	const names = new Set(mocks.flatMap((mock) => (mock?.kind === 'post' && mock.scene ? [mock.scene] : [])));
	return Object.fromEntries(
		await Promise.all([...names].map(async (name) => [name, (await files[name]()).default] as const))
	);
}
