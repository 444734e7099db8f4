import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { handOver, takePlace } from './download.ts';

const chunks = (count: number) => Readable.from(Array.from({ length: count }, () => Buffer.alloc(100_000)));
const never = new AbortController().signal;

describe('places for exports', () => {
	test('are two for one person and four in all, and free again when they are left', () => {
		const leave = ['a', 'a', 'b', 'b'].map((person) => takePlace(person));
		expect(leave).not.toContain(null);
		expect(takePlace('c')).toBeNull();
		leave[0]?.();
		leave[0]?.();
		expect(takePlace('b')).toBeNull();
		const again = takePlace('c');
		expect(again).not.toBeNull();
		expect(takePlace('a')).toBeNull();
		for (const go of [again, ...leave]) go?.();
		expect([takePlace('a'), takePlace('a'), takePlace('a')].map((place) => place !== null)).toEqual([
			true,
			true,
			false
		]);
	});
});

describe('a file that is handed over', () => {
	test('comes whole, and its place is left', async () => {
		let left = 0;
		const body = handOver(chunks(5), never, () => (left += 1));
		expect((await new Response(body).arrayBuffer()).byteLength).toBe(500_000);
		expect(left).toBe(1);
	});

	test('is broken off when nobody takes it, or the asker goes away', async () => {
		for (const away of ['stalls', 'goes']) {
			const asker = new AbortController();
			const stream = chunks(1_000);
			let left = 0;
			const reader = handOver(
				stream,
				asker.signal,
				() => (left += 1),
				away === 'stalls' ? 30 : 60_000
			).getReader();
			await reader.read();
			if (away === 'goes') asker.abort();
			await expect.poll(() => left).toBe(1);
			expect(stream.destroyed).toBe(true);
			await reader.cancel().catch(() => {});
		}
	});
});
