import type { PermissionAct, PermissionRelation, StudentFlag } from '#lib/server/db/schema.ts';

/**
 * Whether a permission holds at an instant, from what was signed. Pure; all instants are Date, times are half-open.
 *
 * A yes counts while whoever gave it is a guardian (or the student, where they sign). A no counts until the same
 * person says yes, or the office lifts it because they can’t sign any more: so a no outlasts the link that it was said
 * under. Once a student signs alone, what guardians said neither opens nor closes anything.
 */
export type SignedWord = {
	/** Who spoke; null for somebody of the family who is not known here, through the office. */
	signer: string | null;
	relation: PermissionRelation;
	act: PermissionAct;
	at: Date;
};
/** A time that begins and may end; null leaves that end open. */
export type Span = { from: Date | null; until: Date | null };
/** Whose yes is needed: that of one guardian, or of each. */
export type PermissionSigners = 'either' | 'both';
export type PermissionBasis = {
	/** What was signed for this purpose and school year, the oldest first. */
	words: readonly SignedWord[];
	/** Confirmed guardians, and for how long each is one. */
	guardians: readonly (Span & { person: string })[];
	flags: readonly (Span & { flag: StudentFlag })[];
	signers: PermissionSigners;
	/** The end of the school year that it is for. */
	yearEnds: Date;
};

export type PermissionState = {
	/** given: it holds. no: somebody said no. incomplete: somebody said yes, and another yes is missing. */
	state: 'given' | 'no' | 'incomplete' | 'unasked';
	/** The words that say no now; the oldest first. */
	noes: SignedWord[];
	/** Whose yes is missing: a guardian’s, or the student’s. */
	missing: ('guardian' | 'student')[];
	/** Until when it holds if nobody says anything more; null when it does not hold. */
	until: Date | null;
};

/** Who may sign for a student at an instant, as their flags say. */
export function whoSigns(
	flags: PermissionBasis['flags'],
	at: Date
): { guardians: boolean; student: boolean } {
	const holds = (wanted: StudentFlag) => flags.some((flag) => flag.flag === wanted && covers(flag, at));
	const alone = holds('student-signs-alone');
	return { guardians: !alone, student: alone || holds('student-signs-too') };
}

/** The state of one permission at an instant. */
export function permissionState(basis: PermissionBasis, at: Date): PermissionState {
	const now = stateAt(basis, at);
	return { ...now, until: now.state === 'given' ? endOf(basis, at) : null };
}

function stateAt(
	{ words, guardians, flags, signers }: PermissionBasis,
	at: Date
): Omit<PermissionState, 'until'> {
	const signing = whoSigns(flags, at);
	const last = lastWords(words, at);
	const noes = last.filter(
		({ act, relation }) => isNo(act) && (relation !== 'guardian' || signing.guardians)
	);
	const saidYes = (relation: PermissionRelation, person?: string) =>
		last.some(
			(word) =>
				word.act === 'given' && word.relation === relation && (person === undefined || word.signer === person)
		);
	const present = guardians.filter((guardian) => covers(guardian, at));
	const yeses = present.filter(({ person }) => saidYes('guardian', person));
	const guardiansAgree =
		signers === 'both' ? present.length > 0 && yeses.length === present.length : yeses.length > 0;

	const missing: PermissionState['missing'] = [];
	if (signing.guardians && !guardiansAgree) missing.push('guardian');
	if (signing.student && !saidYes('student')) missing.push('student');
	if (noes.length > 0) return { state: 'no', noes, missing };
	if (missing.length === 0) return { state: 'given', noes, missing };
	const begun = (signing.guardians && yeses.length > 0) || (signing.student && saidYes('student'));
	return { state: begun ? 'incomplete' : 'unasked', noes, missing };
}

/** The last word of each person; whoever’s no was lifted has said nothing. */
function lastWords(words: readonly SignedWord[], at: Date): SignedWord[] {
	const last = new Map<string, SignedWord>();
	for (const word of words) {
		if (word.at > at) continue;
		// Somebody may have signed as a guardian and, in another year of their life, as a student.
		const whose = `${word.relation} ${word.signer}`;
		last.delete(whose);
		if (word.act !== 'lifted') last.set(whose, word);
	}
	return [...last.values()];
}

/** The earliest instant at which it stops holding although nobody says anything: a link or the year ends, a flag begins. */
function endOf(basis: PermissionBasis, at: Date): Date {
	const said = { ...basis, words: basis.words.filter((word) => word.at <= at) };
	const edges = [...basis.guardians, ...basis.flags]
		.flatMap(({ from, until }) => [from, until])
		.filter((edge): edge is Date => edge !== null && edge > at && edge < basis.yearEnds)
		.sort((a, b) => a.getTime() - b.getTime());
	return edges.find((edge) => stateAt(said, edge).state !== 'given') ?? basis.yearEnds;
}

function isNo(act: PermissionAct): boolean {
	return act === 'refused' || act === 'withdrawn';
}

function covers({ from, until }: Span, at: Date): boolean {
	return (from === null || from <= at) && (until === null || at < until);
}
