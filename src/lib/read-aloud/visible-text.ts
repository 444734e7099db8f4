import { lineOf, utterancesOf, type Spot } from './utterances.ts';

/** One thing to say, and where its letters stand on the page. */
export type Spoken = {
	text: string;
	/** Language of the element that the words stand in. */
	lang: string;
	element: Element;
	/** The letters from one place of the text up to another. */
	range(from: number, to: number): Range;
};

/** What is on the screen for the hand, and not part of the story: its words are not spoken. */
const SILENT = '[data-unread], [aria-hidden="true"], .visually-hidden, svg, script, style, select, textarea';

/**
 * What is to be seen in an element, sentence by sentence, in the order in which it stands there. Nothing else is
 * ever spoken: no text is kept beside the one on the screen. `until` is a selector of the place to stop at.
 */
export function visibleText(root: Element, until?: string): Spoken[] {
	const end = until ? root.querySelector(until) : null;
	const spoken: Spoken[] = [];
	let block: Element | null = null;
	let nodes: Text[] = [];
	const flush = () => {
		if (block) spoken.push(...sentencesOf(block, nodes));
		nodes = [];
	};
	const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
	for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
		const parent = node.parentElement;
		if (end && !(end.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_PRECEDING)) break;
		if (!parent || !node.data.trim() || !isSeen(parent)) continue;
		const own = blockOf(parent);
		if (own !== block) flush();
		block = own;
		nodes.push(node);
	}
	flush();
	return spoken;
}

function sentencesOf(element: Element, nodes: readonly Text[]): Spoken[] {
	const { text, spots } = lineOf(nodes.map(({ data }) => data));
	const lang = element.closest<HTMLElement>('[lang]')?.lang ?? '';
	return utterancesOf(text).map((utterance) => ({
		text: utterance.text,
		lang,
		element,
		range(from, to) {
			const range = document.createRange();
			const first = spots[utterance.from + from];
			const last = spots[utterance.from + to - 1];
			// The page may have changed since it began to be read: then there is nothing to light.
			if (!holds(nodes, first) || !holds(nodes, last)) return range;
			range.setStart(nodes[first.piece] as Text, first.offset);
			range.setEnd(nodes[last.piece] as Text, last.offset + 1);
			return range;
		}
	}));
}

function holds(nodes: readonly Text[], spot: Spot | undefined): spot is Spot {
	const node = spot && nodes[spot.piece];
	return !!node && node.isConnected && spot.offset < node.length;
}

function isSeen(element: Element): boolean {
	return !element.closest(SILENT) && element.checkVisibility({ visibilityProperty: true });
}

/** The paragraph that a text belongs to: the nearest element that is not just a part of a line. */
function blockOf(element: Element): Element {
	let block = element;
	while (block.parentElement && /^(inline|contents)$/.test(getComputedStyle(block).display))
		block = block.parentElement;
	return block;
}
