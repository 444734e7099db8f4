import { catalogue, mainPolicy } from '#lib/server/catalogue/catalogue.ts';
import { coverageGaps, coverageMatrix, factUses } from '#lib/server/catalogue/coverage-matrix.ts';
import { coverageReader } from './reader.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	coverageReader(event);
	const matrix = coverageMatrix(catalogue());
	const policy = mainPolicy();
	const named = (clause: string) => ({ clause, words: policy.clauses[clause] ?? '' });
	const { clauses, untaught, untested } = coverageGaps(matrix);
	return {
		number: policy.number,
		matrix,
		clauses,
		untaught: untaught.map(named),
		untested: untested.map(named),
		facts: factUses(catalogue())
	};
};
