import jsQR from 'jsqr';
import { expect, test } from 'vitest';
import { drawQr } from './qr-code.ts';
import { readQrPath } from './testing/read-qr-path.ts';

test('the drawn code reads as the address it was made of', () => {
	for (const text of [
		'https://waypost.wrsd.example/verify/WP-7K3M-9QXD-2FHT-8VWC',
		'http://localhost:3000/verify/x',
		'ñandú ✓'
	]) {
		const { size, path } = drawQr(text);
		const { pixels, width } = readQrPath(path, size, 5);
		expect(jsQR(pixels, width, width)?.data).toBe(text);
	}
});

test('the drawing keeps a white edge of four modules', () => {
	const { size, path } = drawQr('https://waypost.wrsd.example/verify/WP-7K3M-9QXD-2FHT-8VWC');
	for (const [, x = '', y = '', width = ''] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
		expect(Number(x)).toBeGreaterThanOrEqual(4);
		expect(Number(y)).toBeGreaterThanOrEqual(4);
		expect(Number(x) + Number(width)).toBeLessThanOrEqual(size - 4);
		expect(Number(y)).toBeLessThan(size - 4);
	}
});
