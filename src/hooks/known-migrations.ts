/** The migrations that this build was made with, by name. */
export const knownMigrations: string[] = Object.keys(
	import.meta.glob(['/migrations/[0-9]*.ts', '!/migrations/*.test.ts'])
)
	.map((path) => path.replace(/^.*\/|\.ts$/g, ''))
	.sort();
