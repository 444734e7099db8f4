import { serving } from '#lib/server/db/serving.ts';
import * as classes from '#lib/server/people/classes.ts';
import { staffMember } from './teacher.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => ({
	classes: await classes.taughtBy(serving(), staffMember(event).person)
});
