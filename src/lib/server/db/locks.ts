/**
 * The numbers of advisory locks. They are one space for the whole database: work that has nothing to do with other work
 * must not have its number, or each keeps the other from being done. Any numbers will do, as long as they differ and an
 * instance of the release before still means the same by them. 1_847_201 belongs to src/cli/postgres-roles.mjs, which
 * runs without this.
 */
export const locks = {
	/** Two links used at once must not make two first administrators. */
	firstAdministrator: 1_847_205,
	/** One roster file is read at a time. */
	rosterReading: 1_847_210,
	/** One import changes the district at a time. */
	rosterApplying: 1_847_211,
	/** Two instances that count mail at once would both send what one of them may. */
	mail: 1_847_212,
	/** Two administrators who invite the same people at once must not make two codes. */
	invitations: 1_847_213,
	/** Of several instances that watch one folder, one imports. */
	rosterFolder: 1_847_214
} as const;
