import QRCode from 'qrcode';

/** A QR code as one drawing: an SVG path in units of one module, inside a square of `size` units with its quiet zone. */
export type QrDrawing = { size: number; path: string };

/** The white edge that readers need, in modules (ISO/IEC 18004 asks for four). */
const quietZone = 4;

/**
 * Draws a QR code that holds `text`, with correction M (a sixth of it may be dirty). Dark modules side by side make
 * one rectangle, so that no hairline shows between them; the same path serves the PDF and the page.
 */
export function drawQr(text: string): QrDrawing {
	const { size, data } = QRCode.create(text, { errorCorrectionLevel: 'M' }).modules;
	let path = '';
	for (let row = 0; row < size; row++) {
		for (let column = 0; column < size; column++) {
			const from = column;
			while (column < size && data[row * size + column]) column++;
			const width = column - from;
			if (width > 0) path += `M${from + quietZone} ${row + quietZone}h${width}v1h${-width}z`;
		}
	}
	return { size: size + 2 * quietZone, path };
}
