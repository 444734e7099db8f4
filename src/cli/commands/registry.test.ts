import { describe, expect, it } from 'vitest';
import type { Command } from './command.ts';
import { commands, findCommand, helpText } from './registry.ts';

const command = (name: string): Command => ({
	name,
	usage: '[--name …]',
	summary: `Does ${name}.`,
	database: false,
	load: async () => ({ run: async () => 0 })
});
const table = [command('token'), command('token create')];

describe('the waypost command', () => {
	it('finds a command of two words and leaves the arguments', () => {
		const found = findCommand(['token', 'create', '--name', 'roster'], table);
		expect(found?.command.name).toBe('token create');
		expect(found?.args).toEqual(['--name', 'roster']);
	});

	it('takes the shorter name when the longer is not meant', () => {
		expect(findCommand(['token', '--help'], table)?.command.name).toBe('token');
	});

	it('finds nothing for what is not there', () => {
		expect(findCommand(['tokens'], table)).toBeNull();
		expect(findCommand([], table)).toBeNull();
	});

	it('tells of every command in its help', () => {
		for (const { name, summary } of commands) {
			expect(helpText()).toContain(name);
			expect(helpText()).toContain(summary);
		}
	});

	it('can load every command that it tells of', async () => {
		for (const { load } of commands) expect((await load()).run).toBeTypeOf('function');
	});
});
