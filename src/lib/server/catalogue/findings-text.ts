import type { Finding } from './check-content.ts';

/** Findings for people to read: grouped by file, each with its line and what to do. `folder` is put before file names. */
export function findingsText(findings: readonly Finding[], folder: string): string {
	return [...Map.groupBy(findings, (finding) => finding.file)]
		.map(([file, found]) =>
			[
				`${folder}/${file}`,
				...found.map((finding) => `  ${described(finding)}\n           ${finding.remedy}`)
			].join('\n')
		)
		.join('\n\n');
}

function described({ severity, line, problem }: Finding): string {
	return `${severity.padEnd(7)}  ${line === undefined ? '' : `line ${line}: `}${problem}`;
}
