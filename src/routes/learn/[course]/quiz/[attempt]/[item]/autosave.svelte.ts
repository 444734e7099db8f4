import type { Answer } from '#lib/quiz/item.ts';

export type SaveState = 'idle' | 'saving' | 'saved' | 'failed' | 'closed';

/**
 * Saves answers as they are given, one request at a time and only the latest: an older one can never arrive after a
 * newer one. `rev` counts the saves of this question; the server refuses what is not newer than what it has.
 */
export class Autosave {
	state: SaveState = $state('idle');
	readonly #address: string;
	#rev: number;
	#waiting: Answer | null = null;
	#running = false;

	constructor(address: string, rev: number) {
		this.#address = address;
		this.#rev = rev;
	}

	save(answer: Answer | null): void {
		if (answer === null || this.state === 'closed') return;
		this.#waiting = answer;
		if (!this.#running) void this.#run();
	}

	async #run(): Promise<void> {
		this.#running = true;
		this.state = 'saving';
		while (this.#waiting !== null) {
			const answer = this.#waiting;
			this.#waiting = null;
			this.state = await this.#put(answer);
			if (this.state !== 'saved') break;
		}
		this.#running = false;
	}

	async #put(answer: Answer): Promise<SaveState> {
		try {
			const response = await fetch(this.#address, {
				method: 'PUT',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ rev: this.#rev + 1, answer })
			});
			if (response.ok) {
				this.#rev += 1;
				return 'saved';
			}
			if (response.status !== 409) return 'failed';
			const { reason } = (await response.json()) as { reason?: string };
			return reason === 'closed' ? 'closed' : 'failed';
		} catch {
			return 'failed';
		}
	}
}
