import { catalogue, use } from '../catalogue.ts';
import type { Catalogue } from '../read-catalogue.ts';
import { forget } from '../versions.ts';

declare global {
	var wholeCatalogue: Catalogue | undefined;
}

// Test files share a process and its modules, which saves half of their time. Each of them begins with the content of
// the files, whatever the one before it put in its place, and with a database of its own.
globalThis.wholeCatalogue ??= catalogue();
use(globalThis.wholeCatalogue);
forget();
