import { migrate } from '../migrate.ts';
import type { DatabaseUrls } from './command.ts';

/** `waypost migrate`: applies the migrations that the database lacks and names them. */
export async function run(_args: string[], { ownerUrl }: DatabaseUrls): Promise<number> {
	const applied = await migrate(ownerUrl);
	console.log(applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}`);
	return 0;
}
