import type { Handle } from '@sveltejs/kit';

/**
 * What no keyboard types and nobody sees: control characters (the database refuses one of them), spaces without
 * width, and signs that turn the direction of reading. A name made of them would be an empty one, and one with them
 * could pass for another.
 */
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]/g;

/** Takes out of a text what can't be seen. Tabs and line ends stay. */
export function plainText(text: string): string {
	return text.replace(UNSEEN, '');
}

/** Hands on the fields of forms and the words of searches as they can be seen. */
export const plainTexts: Handle = ({ event, resolve }) => {
	const { request, url } = event;
	const asked = [...url.searchParams];
	if (asked.some(([, value]) => plainText(value) !== value))
		url.search = new URLSearchParams(asked.map(([name, value]) => [name, plainText(value)])).toString();
	const read = request.formData.bind(request);
	Object.defineProperty(request, 'formData', { value: async () => cleaned(await read()) });
	return resolve(event);
};

function cleaned(form: FormData): FormData {
	const plain = new FormData();
	for (const [name, value] of form) {
		if (typeof value === 'string') plain.append(name, plainText(value));
		else plain.append(name, value, value.name);
	}
	return plain;
}
