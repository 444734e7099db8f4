/**
 * The components that an author may use in a lesson's prose: their attributes (a `?` marks one that may be left
 * out) and whether Markdown stands inside. They live in `src/lib/lesson`.
 */
export type LessonComponent = { attributes: readonly string[]; container: boolean; inline?: true };

export const lessonComponents: Record<string, LessonComponent> = {
	Policy: { attributes: ['clause'], container: false },
	Law: { attributes: ['title', 'facts?'], container: true },
	Guidance: { attributes: ['title', 'facts?'], container: true },
	District: { attributes: ['title', 'facts?'], container: true },
	Scenario: { attributes: ['title'], container: true },
	Scene: { attributes: ['name', 'alt'], container: false },
	Mock: { attributes: ['id'], container: false },
	Exercise: { attributes: ['id'], container: false },
	Recap: { attributes: [], container: true },
	HelpBlock: { attributes: [], container: false },
	Setting: { attributes: ['name'], container: false, inline: true }
};

/** The words of `district.yaml` that `<Setting name="…" />` can say. */
export const settingNames: readonly string[] = [
	'district',
	'district-short',
	'email-domain',
	'report-path',
	'bullying-official',
	'records-officer',
	'photo-list-holder',
	'superintendent',
	'policy-number'
];

export type Tag = {
	name: string;
	kind: 'open' | 'close' | 'void';
	attributes: Record<string, string>;
	text: string;
	offset: number;
	line: number;
};
/** A `<` that begins no component. */
export type StrayTag = { text: string; line: number };

const tagPattern = /<(\/?)([A-Z][A-Za-z]*)((?:\s+[A-Za-z-]+="[^"]*")*)\s*(\/?)>/y;

/** The component tags of a lesson's body, and every other `<`. `bodyLine` is the body's first line in the file. */
export function readTags(body: string, bodyLine: number): { tags: Tag[]; strays: StrayTag[] } {
	const tags: Tag[] = [];
	const strays: StrayTag[] = [];
	for (let offset = body.indexOf('<'); offset !== -1; offset = body.indexOf('<', offset + 1)) {
		const line = bodyLine + newlines(body.slice(0, offset));
		tagPattern.lastIndex = offset;
		const match = tagPattern.exec(body);
		if (!match) {
			strays.push({ text: /^<[^\s>]*/.exec(body.slice(offset))?.[0] ?? '<', line });
			continue;
		}
		const [text, slash, name = '', attributes = '', end] = match;
		tags.push({
			name,
			kind: slash ? 'close' : end ? 'void' : 'open',
			attributes: Object.fromEntries(
				[...attributes.matchAll(/([A-Za-z-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value])
			),
			text,
			offset,
			line
		});
	}
	return { tags, strays };
}

function newlines(text: string): number {
	return text.split('\n').length - 1;
}
