import { peopleReader } from './administrator.server.ts';
import { managePages } from './manage-pages.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => ({ pages: managePages(peopleReader(event)) });
