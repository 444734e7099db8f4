import { describe, expect, test } from 'vitest';
import { progressBar } from './progress-bar.ts';

function shown(isTTY: boolean) {
	const written: string[] = [];
	let now = 0;
	const bar = progressBar({ isTTY, write: (text) => written.push(text) }, () => now);
	return { bar, written, pass: (milliseconds: number) => (now += milliseconds) };
}

describe('the progress of a long command', () => {
	test('is a bar that is painted over in a terminal, and taken away at the end', () => {
		const { bar, written, pass } = shown(true);
		bar.show('Reading', 0, 100);
		bar.show('Reading', 10, 100);
		pass(150);
		bar.show('Reading', 50, 100, '5 rows');
		bar.done();
		expect(written).toHaveLength(3);
		expect(written[1]).toContain('50 %  5 rows');
		expect(written[1]).toContain('█'.repeat(14) + '░'.repeat(14));
		expect(written[2]).toBe('\r\u001b[2K');
	});
	test('is a line now and then where nothing can be painted over', () => {
		const { bar, written, pass } = shown(false);
		bar.show('Reading', 0, 100, '0 rows');
		pass(500);
		bar.show('Reading', 10, 100, '1 row');
		pass(2_000);
		bar.show('Reading', 50, 100, '5 rows');
		bar.show('Applying', 0, 0);
		bar.done();
		expect(written).toEqual(['Reading: 0 %, 0 rows\n', 'Reading: 50 %, 5 rows\n', 'Applying: 0 %\n']);
	});
});
