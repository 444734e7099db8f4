import { drawingsIn } from '#lib/lesson/drawings.server.ts';
import { exerciseSamples } from './exercise-samples.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = () => ({ drawings: drawingsIn(exerciseSamples) });
