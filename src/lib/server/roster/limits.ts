const MEGABYTE = 1_048_576;

/** What a roster file may be at the most. A state's million people fit; what goes beyond was made to do harm. */
export const limits = {
	/** The file itself, as it comes. */
	archiveBytes: 512 * MEGABYTE,
	/** What is sent from a browser, and so held in memory while it is read. */
	uploadBytes: 64 * MEGABYTE,
	/** One file of the archive, and all that are read of it, unpacked. */
	fileBytes: 1_024 * MEGABYTE,
	totalBytes: 2_048 * MEGABYTE,
	/** Text packs to a tenth, rarely to a fiftieth; only what is made of nothing packs further. */
	ratio: 200,
	/** Below this size the ratio says nothing. */
	ratioFromBytes: 4 * MEGABYTE,
	entries: 1_000,
	columns: 500,
	/** Characters of one row, line breaks in quotes included. */
	lineLength: 65_536,
	rows: 20_000_000,
	idLength: 255,
	nameLength: 200,
	emailLength: 254,
	titleLength: 300
} as const;
