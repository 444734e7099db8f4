import type { RequestEvent } from '@sveltejs/kit';
import { expect, test } from 'vitest';
import { plainText, plainTexts } from './plain-text.ts';

test('what can’t be seen is taken out, and what can stays', () => {
	expect(plainText('Room \u202e6B\u0000')).toBe('Room 6B');
	expect(plainText('\u200b\u200b')).toBe('');
	expect(plainText('two\r\nlines\tand a tab')).toBe('two\r\nlines\tand a tab');
	expect(plainText('Zoë 👩‍🏫 नमस्ते')).toBe('Zoë 👩‍🏫 नमस्ते');
});

test('forms and searches come as they can be seen, files as they are', async () => {
	const form = new FormData();
	form.append('name', 'Ann\u0000');
	form.append('pick', 'a');
	form.append('pick', 'b');
	form.append('file', new File(['\u0000'], 'x.csv'));
	const event = {
		url: new URL('https://waypost.example/manage/people?q=%00lee&q=%E2%80%8Bx&page=2'),
		request: new Request('https://waypost.example/', { method: 'POST', body: form })
	} as RequestEvent;
	await plainTexts({ event, resolve: async () => new Response() });
	expect(event.url.search).toBe('?q=lee&q=x&page=2');
	const read = await event.request.formData();
	expect([read.get('name'), read.getAll('pick')]).toEqual(['Ann', ['a', 'b']]);
	const file = read.get('file') as File;
	expect([file.name, await file.text()]).toEqual(['x.csv', '\u0000']);
});
