import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');
const tokens = new Map(
	[...css.matchAll(/--([\w-]+):\s*light-dark\(\s*(#\w{6}),\s*(#\w{6})\s*\)/g)].map(
		([, name = '', light = '', dark = '']) => [name, { light, dark }] as const
	)
);

/** Relative luminance of `#rrggbb`, by WCAG 2.2. */
function luminance(colour: string): number {
	const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
		const share = parseInt(colour.slice(at, at + 2), 16) / 255;
		return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast of two tokens in one scheme, 1 to 21. */
function contrast(front: string, back: string, scheme: 'light' | 'dark'): number {
	const [one, other] = [front, back].map((name) => {
		const token = tokens.get(name);
		if (!token) throw new Error(`tokens.css has no colour --${name}`);
		return luminance(token[scheme]);
	}) as [number, number];
	return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

const grounds = ['ground', 'ground-raised', 'ground-sunken', 'ground-quiet'];
const states = ['good', 'wait', 'stop', 'note'];
const text: [string, string][] = [
	...grounds.flatMap((ground) =>
		['ink', 'ink-soft', 'link', 'evergreen', 'stop'].map((ink): [string, string] => [ink, ground])
	),
	...states.flatMap((state): [string, string][] => [
		[state, `${state}-ground`],
		['ink', `${state}-ground`],
		['link', `${state}-ground`]
	]),
	['on-evergreen', 'evergreen'],
	['on-evergreen', 'evergreen-deep'],
	['on-stop', 'stop'],
	['on-stop', 'stop-deep'],
	['ink', 'sky'],
	['evergreen', 'sky'],
	...['says-policy', 'says-law', 'says-guidance', 'says-district'].map((voice): [string, string] => [
		voice,
		'ground-raised'
	])
];
const shapes: [string, string][] = [
	...grounds.map((ground): [string, string] => ['focus', ground]),
	...states.map((state): [string, string] => ['focus', `${state}-ground`]),
	...['ground', 'ground-raised', 'ground-quiet'].map((ground): [string, string] => ['line-strong', ground]),
	['focus', 'sky'],
	['line-strong', 'sky']
];

describe.each(['light', 'dark'] as const)('colours in the %s scheme', (scheme) => {
	it.each(text)('--%s can be read on --%s (WCAG 1.4.3)', (front, back) => {
		expect(contrast(front, back, scheme)).toBeGreaterThanOrEqual(4.5);
	});
	it.each(shapes)('--%s can be made out on --%s (WCAG 1.4.11)', (front, back) => {
		expect(contrast(front, back, scheme)).toBeGreaterThanOrEqual(3);
	});
});
