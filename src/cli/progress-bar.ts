const WIDTH = 28;
const REPAINT_MILLISECONDS = 100;
const LINE_MILLISECONDS = 2_000;

/** What a progress bar needs of a stream. */
type Terminal = { isTTY?: boolean; write(text: string): unknown };

/**
 * Shows how far a long command has come: a bar that is painted over in a terminal, and a line every two seconds where
 * there is none (a log, a pipe).
 */
export function progressBar(terminal: Terminal, clock: () => number = () => performance.now()) {
	let painted = -Infinity;
	let title = '';
	let open = false;
	return {
		/** `note` stands behind the percentage: “12,000 rows”. */
		show(now: string, done: number, of: number, note = '') {
			const isNew = now !== title;
			const wait = terminal.isTTY ? REPAINT_MILLISECONDS : LINE_MILLISECONDS;
			if (!isNew && clock() - painted < wait) return;
			title = now;
			painted = clock();
			const share = of > 0 ? Math.min(1, done / of) : 0;
			const percent = `${Math.round(share * 100)} %`.padStart(5);
			if (!terminal.isTTY) {
				terminal.write(`${now}: ${percent.trim()}${note ? `, ${note}` : ''}\n`);
				return;
			}
			const full = Math.round(share * WIDTH);
			open = true;
			terminal.write(
				`\r\u001b[2K${now.padEnd(24)} ${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${percent}  ${note}`
			);
		},
		/** Takes the bar away, so that the next line stands where it stood. */
		done() {
			if (open) terminal.write('\r\u001b[2K');
			open = false;
		}
	};
}
