import type { Exercise } from './exercise.ts';
import { answeredBy, type AnyKind, type ExerciseResponse, type ExerciseResult } from './rules/kind.ts';

/**
 * One learner at one exercise, in the browser: answers in place with the rules that the server uses too, and tells
 * the server once it is finished. Nothing that was done is kept, only that it was worked through.
 */
export class Practice {
	readonly exercise: Exercise;
	readonly rules: AnyKind;
	/** The latest answer; the server's own where the form was posted without JavaScript. */
	result: ExerciseResult | undefined = $state.raw();
	/** Whether the server knows; `failed` when it could not be told. */
	noted: 'no' | 'sending' | 'yes' | 'failed' = $state('no');
	readonly #onNoted: () => void;
	readonly #recording: boolean;
	readonly #unserved: boolean;

	/** `recording` is false where nothing is to be noted of anybody; `unserved`: noted here, and told to no server. */
	constructor(
		exercise: Exercise,
		rules: AnyKind,
		answered: ExerciseResult | undefined,
		onNoted: () => void,
		{ recording = true, unserved = false } = {}
	) {
		this.#recording = recording;
		this.#unserved = unserved;
		this.exercise = exercise;
		this.rules = rules;
		this.result = answered;
		this.#onNoted = onNoted;
	}

	answer(response: ExerciseResponse, form: HTMLFormElement | null): void {
		this.result = answeredBy(this.rules, this.exercise, response);
		if (!this.#recording || !this.result.done || !form || this.noted === 'sending' || this.noted === 'yes')
			return;
		if (response.type === 'alt-text' || response.type === 'plan') {
			// What was typed or planned need not leave the device: that it was done is enough.
			const body = new FormData();
			for (const name of ['exercise', 'section']) body.set(name, new FormData(form).get(name) ?? '');
			void this.note('?/worked', body);
		} else void this.note('?/exercise', responseForm(form, response));
	}

	/** Posts one of the page's form actions in the background. */
	async note(action: '?/exercise' | '?/worked', body: FormData): Promise<void> {
		if (this.#unserved) {
			this.noted = 'yes';
			return;
		}
		this.noted = 'sending';
		try {
			const headers = { accept: 'application/json', 'x-sveltekit-action': 'true' };
			const answer = await fetch(action, { method: 'POST', body, headers });
			const { type } = (await answer.json()) as { type?: string };
			this.noted = type === 'success' ? 'yes' : 'failed';
		} catch {
			this.noted = 'failed';
		}
		if (this.noted === 'yes') this.#onNoted();
	}
}

/** The form as it would be posted for this response: a pressed button and an opened card are not among its fields. */
function responseForm(form: HTMLFormElement, response: ExerciseResponse): FormData {
	const body = new FormData(form);
	const set = (name: string, values: readonly number[]) => {
		body.delete(name);
		for (const value of values) body.append(name, String(value));
	};
	if (response.type === 'branch' || response.type === 'tap') set('path', response.path);
	if (response.type === 'reveal') set('part', response.opened);
	return body;
}
