import type { Page } from '@playwright/test';

export type Said = { text: string; lang: string };

/** In the page: a voice that says nothing, notes everything, and goes on when the test says so. */
type Voice = {
	said: Said[];
	current: SpeechSynthesisUtterance | null;
	/** What is lit on the page. */
	lit(): string;
	/** Says the current sentence word by word; gives what was lit at each. */
	word(charIndex: number): string;
	end(): void;
};
declare global {
	interface Window {
		voice: Voice;
	}
}

/** Puts a recorder in the place of the browser's voice. Call it before the page is opened. */
export async function recordVoice(page: Page, { highlights = true } = {}): Promise<void> {
	await page.addInitScript((withHighlights) => {
		if (!withHighlights) Reflect.deleteProperty(window, 'Highlight');
		class Utterance {
			text: string;
			lang = '';
			rate = 1;
			onstart: (() => void) | null = null;
			onend: (() => void) | null = null;
			onboundary: ((event: { charIndex: number; name: string }) => void) | null = null;
			constructor(text: string) {
				this.text = text;
			}
		}
		let current: Utterance | null = null;
		const said: Said[] = [];
		const lit = () =>
			withHighlights
				? [...(CSS.highlights.get('read-aloud') ?? [])].map(String).join('|')
				: [...document.querySelectorAll('.is-read-aloud')].map((element) => element.textContent).join('|');
		Object.defineProperty(window, 'SpeechSynthesisUtterance', { value: Utterance });
		Object.defineProperty(window, 'speechSynthesis', {
			value: {
				speak(utterance: Utterance) {
					current = utterance;
					said.push({ text: utterance.text, lang: utterance.lang });
					utterance.onstart?.();
				},
				cancel() {
					current = null;
				}
			}
		});
		window.voice = {
			said,
			get current() {
				return current as unknown as SpeechSynthesisUtterance | null;
			},
			lit,
			word(charIndex) {
				current?.onboundary?.({ charIndex, name: 'word' });
				return lit();
			},
			end() {
				const ended = current;
				current = null;
				ended?.onend?.();
			}
		};
	}, highlights);
}

/** Lets the voice speak to its end. Gives what was said, and the words that were lit on the way. */
export function hearAll(page: Page): Promise<{ said: Said[]; lit: string[] }> {
	return page.evaluate(() => {
		const lit: string[] = [];
		for (let utterance = window.voice.current; utterance; utterance = window.voice.current) {
			for (const { index } of utterance.text.matchAll(/\S+/g)) lit.push(window.voice.word(index));
			window.voice.end();
		}
		return { said: window.voice.said, lit };
	});
}

/** What has been said since the last time, the latest last. */
export function heard(page: Page): Promise<string[]> {
	return page.evaluate(() => window.voice.said.splice(0).map(({ text }) => text));
}
