/** Rasterises a path of rectangles, as `drawQr()` makes them, to RGBA pixels: `scale` pixels for each module. */
export function readQrPath(
	path: string,
	size: number,
	scale: number
): { pixels: Uint8ClampedArray; width: number } {
	const width = size * scale;
	const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
	for (const [, x = '', y = '', run = ''] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
		for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row++)
			for (let column = Number(x) * scale; column < (Number(x) + Number(run)) * scale; column++)
				pixels.set([0, 0, 0], (row * width + column) * 4);
	}
	return { pixels, width };
}
