import { csv, oneRoster11, type Files } from './files.ts';

/** A OneRoster 1.1 file whose people are changed one by one, as a district's system would do from day to day. */
export class RosterFile {
	readonly #heading: string;
	readonly #rows = new Map<string, string>();

	constructor() {
		const [heading = '', ...rows] = String(oneRoster11()['users.csv']).split('\r\n');
		this.#heading = heading;
		for (const row of rows) if (row !== '') this.#rows.set(row.split(',')[0] ?? '', row);
	}

	/** Puts somebody in, or another row in place of theirs. */
	set(id: string, row: Partial<typeof blank>): this {
		const { school, role, given, family, number, email, agents, grade } = { ...blank, ...row };
		this.#rows.set(
			id,
			`${id},,,true,${school},${role},,,${given},${family},,${number},${email},,,"${agents}",${grade},`
		);
		return this;
	}

	remove(id: string): this {
		this.#rows.delete(id);
		return this;
	}

	files(over: Files = {}): Files {
		return oneRoster11({ 'users.csv': csv(this.#heading, ...this.#rows.values()), ...over });
	}
}
const blank = {
	school: 's1',
	role: 'teacher',
	given: 'Pat',
	family: 'Doe',
	number: '',
	email: '',
	agents: '',
	grade: ''
};
