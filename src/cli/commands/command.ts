/** The database's addresses for a command: `ownerUrl` migrates and seeds, `appUrl` does what the app may do. */
export type DatabaseUrls = { ownerUrl: string; appUrl: string };

type Described = {
	/** How it is called, without `waypost`: one word or two. */
	name: string;
	/** What follows the name, as the help shows it. */
	usage: string;
	/** One sentence. */
	summary: string;
};

/**
 * A command of `waypost`. One with `database` gets an open database (the embedded one is started for it when it
 * does not run). Gives the exit code: 0 done, 1 failed for a reason that was printed.
 */
export type Command = Described &
	(
		| {
				database: true;
				load: () => Promise<{ run: (args: string[], database: DatabaseUrls) => Promise<number> }>;
		  }
		| { database: false; load: () => Promise<{ run: (args: string[]) => Promise<number> }> }
	);
