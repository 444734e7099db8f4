declare global {
	interface Window {
		/** Kept by app.html: fields that were used before the page's script had come, with what was put into them last. */
		earlyInput?: Map<EventTarget, string | boolean> | undefined;
	}
}

/**
 * Does again what somebody did with a page's fields before its script had come: hydration shows what the server said,
 * and would take it back. Called once, when the page is mounted.
 */
export function repeatEarlyInput(): void {
	const early = window.earlyInput ?? [];
	window.earlyInput = undefined;
	for (const [field, put] of early) {
		if (!(field instanceof HTMLElement) || !field.isConnected) continue;
		if (field instanceof HTMLInputElement && typeof put === 'boolean') field.checked = put;
		else if (isWritten(field) && typeof put === 'string') field.value = put;
		else continue;
		for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true }));
	}
}

/** A field whose value a script may set; a chosen file stays as it is. */
function isWritten(field: HTMLElement): field is HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement {
	return (
		(field instanceof HTMLInputElement && field.type !== 'file') ||
		field instanceof HTMLSelectElement ||
		field instanceof HTMLTextAreaElement
	);
}
