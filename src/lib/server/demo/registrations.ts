import type { Cast, Scene, Stage } from './seed.ts';

/** The register of the demo district. */
export function seedRegistrations(_cast: Cast, _stage: Stage): Scene[] {
	return [];
}
