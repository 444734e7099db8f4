const pauseMilliseconds = 200;

/**
 * Sends a form of filters a moment after the last letter, and at once when something is chosen. Without JavaScript its
 * button does the same.
 */
export function searchAsYouType(form: HTMLFormElement): () => void {
	let waiting: ReturnType<typeof setTimeout> | undefined;
	const send = () => {
		clearTimeout(waiting);
		form.requestSubmit();
	};
	const typed = () => {
		clearTimeout(waiting);
		waiting = setTimeout(send, pauseMilliseconds);
	};
	const chosen = (event: Event) => {
		if (event.target instanceof HTMLSelectElement) send();
	};
	form.addEventListener('input', typed);
	form.addEventListener('change', chosen);
	return () => {
		clearTimeout(waiting);
		form.removeEventListener('input', typed);
		form.removeEventListener('change', chosen);
	};
}
