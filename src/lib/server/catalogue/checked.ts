import * as v from 'valibot';
import { ContentError, parseYaml, refuseCutOff, yamlLine } from './content-files.ts';

/** Parses YAML and checks its shape. @throws ContentError with file, line and remedy; `firstLine` is where the text starts */
export function checked<T extends v.GenericSchema>(
	shape: T,
	text: string,
	file: string,
	firstLine = 1
): v.InferOutput<T> {
	const result = v.safeParse(shape, parseYaml(text, file, firstLine));
	if (result.success) return result.output;
	refuseCutOff(text, file, firstLine);
	const issue = result.issues[0];
	const path = issue.path?.map((part) => part.key as PropertyKey) ?? [];
	const where = path.length > 0 ? path.map(String).join('.') : 'the file';
	throw new ContentError(
		file,
		yamlLine(text, path, firstLine),
		`“${where}” ${faultOf(issue)}.`,
		'Correct this entry.'
	);
}

/** An issue's own words where the schema has some, plain ones for a key that is missing or unknown. */
function faultOf(issue: v.BaseIssue<unknown>): string {
	if (issue.expected === 'never')
		return 'is not an entry that belongs here (a comma in text needs quotes around the text)';
	if (issue.received === 'undefined') return 'is missing';
	return issue.message;
}
