import { expect, test, vi } from 'vitest';
import { rounds } from './rounds.ts';

test('work comes round again after it has ended, also after a round that failed, and never twice at once', async () => {
	const heard: string[] = [];
	let running = 0;
	let most = 0;
	let count = 0;
	const work = rounds(
		async () => {
			running += 1;
			most = Math.max(most, running);
			count += 1;
			await new Promise((resolve) => setTimeout(resolve, 5));
			running -= 1;
			if (count === 1) throw new Error('once');
		},
		{ everyMilliseconds: 1, failed: (error) => heard.push(String(error)) }
	);
	await vi.waitFor(() => expect(count).toBeGreaterThanOrEqual(3), 5_000);
	await work.stop();
	const after = count;
	await new Promise((resolve) => setTimeout(resolve, 20));
	expect(count).toBe(after);
	expect(running).toBe(0);
	expect(most).toBe(1);
	expect(heard).toEqual(['Error: once']);
});
