import pg from 'pg';
import { vi } from 'vitest';

/** The texts of all statements that the databases of this process are sent while `work` runs, without their values. */
export async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
	const query = vi.spyOn(pg.Client.prototype, 'query');
	try {
		await work();
		return query.mock.calls.map(([said]) => {
			const given: unknown = said;
			return typeof given === 'string' ? given : (given as { text: string }).text;
		});
	} finally {
		query.mockRestore();
	}
}
