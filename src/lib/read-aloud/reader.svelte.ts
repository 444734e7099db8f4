import { wordAt } from './utterances.ts';
import { visibleText, type Spoken } from './visible-text.ts';

/** Name of the highlight that lights the word being read, in `::highlight()`. */
const LIT = 'read-aloud';
/** Lights the whole sentence's element in browsers without the CSS Custom Highlight API. */
const LIT_CLASS = 'is-read-aloud';
/** What an exercise answers is one of these. */
const ANSWERS = '[data-read], [role="status"], [aria-live="polite"]';

/** Reads a page aloud with the browser's own voice. What is read is what is to be seen, never another text. */
export class Reader {
	/** Whether this browser can speak; not known before the page runs. */
	able = $state(false);
	/** Speaking just now. */
	speaking = $state(false);
	/** Switched on by the reader on this page: from then on, what an exercise answers is spoken, too. */
	on = $state(false);
	#waiting: Spoken[] = [];
	/** Kept while it is spoken: Chromium forgets the events of an utterance that nobody holds. */
	#current: SpeechSynthesisUtterance | null = null;
	#lit: Element | null = null;

	/** Call it once the page runs. Gives the function that ends everything. */
	begin(): () => void {
		this.able = Boolean(window.speechSynthesis) && 'SpeechSynthesisUtterance' in window;
		const stop = () => this.stop();
		// A browser may go on speaking when its page is gone.
		window.addEventListener('pagehide', stop);
		return () => {
			window.removeEventListener('pagehide', stop);
			this.stop();
		};
	}

	/** Reads an element from its beginning, up to the first that `until` selects. */
	read(root: Element, until?: string): void {
		this.on = true;
		this.#say(visibleText(root, until));
	}

	/** Reads some elements instead of what is being read. */
	say(elements: readonly Element[]): void {
		this.#say(elements.flatMap((element) => visibleText(element)));
	}

	/** Stops, and stays silent until it is switched on again. */
	stop(): void {
		this.on = false;
		this.#silence();
	}

	/** Speaks what exercises answer inside an element, at once, as long as reading is switched on. */
	listen(root: Element): () => void {
		const observer = new MutationObserver((changes) => {
			if (!this.on) return;
			const changed = new Set<Element>();
			for (const { target, addedNodes } of changes) {
				const around = outermost(target);
				if (around) changed.add(around);
				for (const node of addedNodes)
					if (node instanceof Element)
						for (const element of [node, ...node.querySelectorAll(ANSWERS)])
							if (element.matches(ANSWERS)) changed.add(element);
			}
			const answers = [...changed]
				// One inside another is read with it.
				.filter((element) => root.contains(element) && !element.parentElement?.closest(ANSWERS))
				.sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
			const spoken = answers.flatMap((element) => visibleText(element));
			if (spoken.length) this.#say(spoken);
		});
		observer.observe(root, { childList: true, characterData: true, subtree: true });
		return () => observer.disconnect();
	}

	#say(spoken: Spoken[]): void {
		this.#silence();
		this.#waiting = [...spoken];
		this.speaking = spoken.length > 0;
		this.#next();
	}

	#silence(): void {
		this.#waiting = [];
		this.#current = null;
		this.speaking = false;
		this.#light(null);
		if (this.able) window.speechSynthesis.cancel();
	}

	#next(): void {
		const spoken = this.#waiting.shift();
		this.#light(null);
		this.#current = null;
		if (!spoken) {
			this.speaking = false;
			return;
		}
		const utterance = new SpeechSynthesisUtterance(spoken.text);
		utterance.lang = spoken.lang;
		// Not faster than a child can follow with a finger.
		utterance.rate = 0.9;
		const isCurrent = () => this.#current === utterance;
		utterance.onstart = () => {
			if (!isCurrent()) return;
			spoken.element.scrollIntoView({ block: 'nearest' });
			// Until the voice says where it is; some never do.
			this.#light(spoken, { from: 0, to: spoken.text.length });
		};
		utterance.onboundary = ({ charIndex, name }) => {
			if (isCurrent() && name !== 'sentence') this.#light(spoken, wordAt(spoken.text, charIndex));
		};
		// A sentence that fails (no voice for the language) does not keep the rest from being read.
		utterance.onend = utterance.onerror = () => {
			if (isCurrent()) this.#next();
		};
		this.#current = utterance;
		window.speechSynthesis.speak(utterance);
	}

	#light(spoken: Spoken | null, place: { from: number; to: number } | null = null): void {
		this.#lit?.classList.remove(LIT_CLASS);
		this.#lit = null;
		const highlights = typeof CSS === 'undefined' || typeof Highlight === 'undefined' ? null : CSS.highlights;
		if (!spoken || !place) highlights?.delete(LIT);
		else if (highlights) highlights.set(LIT, new Highlight(spoken.range(place.from, place.to)));
		else {
			this.#lit = spoken.element;
			this.#lit.classList.add(LIT_CLASS);
		}
	}
}

/** The answer that a changed node belongs to. */
function outermost(node: Node): Element | null {
	let found: Element | null = null;
	for (let element = node.parentElement; element; element = element.parentElement)
		if (element.matches(ANSWERS)) found = element;
	return found ?? (node instanceof Element && node.matches(ANSWERS) ? node : null);
}
