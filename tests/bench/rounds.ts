/** Two ways of doing the same work, as work done per second in each round of one run. */
export type Rates = { ours: number[]; bare: number[] };

/** One line of the table: how fast ours is, how fast the bare way is, and what their ratio has to reach. */
export type Measured = {
	what: string;
	unit: string;
	ours: number;
	bare: number;
	/** Ours divided by bare, as the median of the rounds' own ratios. */
	ratio: number;
	atLeast: number;
	/** What else must hold, in words; empty when it does. */
	faults: string[];
};

/**
 * Measures the two ways in turn, the first one of a round changing, so that whatever else the machine does meets
 * both. Each function gives a rate per second. The first round warms up and does not count.
 */
export async function inTurn(
	rounds: number,
	ours: () => Promise<number>,
	bare: () => Promise<number>
): Promise<Rates> {
	const rates: Rates = { ours: [], bare: [] };
	for (let round = 0; round <= rounds; round++) {
		const swapped = round % 2 === 1;
		const first = await (swapped ? bare : ours)();
		const second = await (swapped ? ours : bare)();
		if (round === 0) continue;
		rates.ours.push(swapped ? second : first);
		rates.bare.push(swapped ? first : second);
	}
	return rates;
}

/** Medians of the rounds, and of their ratios: a slow moment of the machine slows both sides of its round. */
export function summed(
	what: string,
	unit: string,
	{ ours, bare }: Rates,
	atLeast: number,
	faults: string[] = []
): Measured {
	const ratios = ours.map((rate, round) => rate / (bare[round] ?? NaN));
	return { what, unit, ours: median(ours), bare: median(bare), ratio: median(ratios), atLeast, faults };
}

export function median(values: number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = sorted.length / 2;
	const [low = NaN, high = NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
	return (low + high) / 2;
}
