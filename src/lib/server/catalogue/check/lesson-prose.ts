import { splitFrontMatter, splitSections } from '#lib/lesson/lesson-source.ts';
import type { Catalogue, Course, Lesson } from '../read-catalogue.ts';
import { repeated, type ContentReport } from './content-report.ts';
import { lessonComponents, readTags, settingNames, type Tag } from './lesson-components.ts';

/** Pages of the site that a lesson may link to; `/policy#…` is checked against the clauses. */
const pages = ['/policy', '/official-accounts', '/help'];

/** A lesson's prose: its tags, links, headings and citations. */
export function checkProse(
	report: ContentReport,
	catalogue: Catalogue,
	course: Course,
	lesson: Lesson
): void {
	const { body, bodyLine } = splitFrontMatter(lesson.source);
	const prose = { report, catalogue, course, lesson, body, bodyLine, ...readTags(body, bodyLine) };
	checkMarks(prose);
	checkHeadings(prose);
	checkTags(prose);
	checkLinks(prose);
	checkClauses(prose);
	checkFacts(prose);
	checkUses(prose);
	checkRecap(prose);
	checkHelp(prose);
}

type Prose = {
	report: ContentReport;
	catalogue: Catalogue;
	course: Course;
	lesson: Lesson;
	body: string;
	bodyLine: number;
} & ReturnType<typeof readTags>;

function lines({ body, bodyLine }: Prose): { text: string; line: number }[] {
	return body.split('\n').map((text, offset) => ({ text, line: bodyLine + offset }));
}

function checkMarks(prose: Prose): void {
	const { report, lesson, strays } = prose;
	const { file } = lesson;
	for (const { text, line } of strays) {
		const place = { file, line };
		if (/^<img/i.test(text))
			report.error(
				place,
				'a picture is put in with “<img”.',
				'Show pictures as a mock with a scene and its alt text.'
			);
		else if (/^<[A-Z]/.test(text))
			report.error(
				place,
				`the tag “${text}” can’t be read.`,
				'Write attributes as name="…", and end the tag with > or />.'
			);
		else if (/^<[a-z/!]/.test(text))
			report.error(place, `raw HTML (“${text}”).`, 'Write Markdown, or use a component.');
		else report.error(place, 'a plain “<” in the prose.', 'Say it in words; a plain < breaks the lesson.');
	}
	for (const { text, line } of lines(prose)) {
		const place = { file, line };
		if (/[{}]/.test(text))
			report.error(
				place,
				'a plain “{” or “}” in the prose.',
				'Say it in words; a brace would be run as code.'
			);
		if (text.includes('!['))
			report.error(place, 'a Markdown picture.', 'Show pictures as a mock with a scene and its alt text.');
		if (/^\s*\|/.test(text))
			report.error(place, 'a table.', 'Write a list; a table is hard to read on a phone.');
	}
}

function checkHeadings(prose: Prose): void {
	const { report, lesson } = prose;
	let above = '';
	for (const { text, line } of lines(prose)) {
		const place = { file: lesson.file, line };
		const level = /^ {0,3}(#+)(?: |$)/.exec(text)?.[1]?.length;
		if (level === 1)
			report.error(
				place,
				'a “# ” heading.',
				'The lesson’s title is in its front matter; sections begin with “## ”.'
			);
		else if (level !== undefined && level > 3)
			report.error(place, `a heading of level ${level}.`, 'Use “### ” under “## ”, and nothing deeper.');
		else if (/^ {0,3}(-+|=+)\s*$/.test(text) && above.trim() !== '' && !above.startsWith('<'))
			report.error(
				place,
				'a line under text makes it a heading.',
				'Write the heading with “## ”, or leave the line out.'
			);
		above = text;
	}
	for (const title of repeated(lesson.sections.map((section) => section.title)))
		report.warning(
			{ file: lesson.file, line: sectionLine(prose, title) },
			`two sections are called “${title}”.`,
			'Give each its own heading.'
		);
}

function sectionLine({ body, bodyLine }: Prose, title: string): number {
	return splitSections(body, bodyLine).findLast((section) => section.title === title)?.line ?? bodyLine;
}

function checkTags(prose: Prose): void {
	const { report, lesson, tags } = prose;
	const { file } = lesson;
	const open: Tag[] = [];
	for (const tag of tags) {
		const { name, line, kind } = tag;
		const place = { file, line };
		const component = lessonComponents[name];
		if (!component) {
			report.error(
				place,
				`unknown component <${name}>.`,
				`Use one of ${Object.keys(lessonComponents).join(', ')}.`
			);
			continue;
		}
		if (kind !== 'close') checkAttributes(prose, tag, component.attributes);
		if (!component.inline) checkAlone(prose, tag);
		if (!component.container && kind !== 'void')
			report.error(place, `<${name}> is not closed.`, `Write <${name} … />.`);
		else if (component.container && kind === 'void')
			report.error(place, `<${name}> has nothing inside.`, `Write <${name}> … </${name}>.`);
		else if (kind === 'open') open.push(tag);
		else if (kind === 'close' && open.pop()?.name !== name)
			report.error(
				place,
				`</${name}> closes nothing.`,
				'Each opening tag needs its own closing tag, in the order of the opening ones.'
			);
	}
	for (const { name, line } of open)
		report.error({ file, line }, `<${name}> is never closed.`, `Add </${name}> in the same section.`);
}

function checkAttributes({ report, lesson }: Prose, tag: Tag, known: readonly string[]): void {
	const place = { file: lesson.file, line: tag.line };
	for (const name of Object.keys(tag.attributes)) {
		if (!known.includes(name) && !known.includes(`${name}?`))
			report.error(
				place,
				`<${tag.name}> knows no “${name}”.`,
				known.length > 0 ? `It takes ${known.join(', ')}.` : 'It takes nothing.'
			);
	}
	for (const name of known) {
		if (!name.endsWith('?') && !tag.attributes[name]?.trim())
			report.error(place, `<${tag.name}> lacks its ${name}.`, `Write <${tag.name} ${name}="…">.`);
	}
}

/** Markdown takes a tag for part of a paragraph unless it stands alone between blank lines. */
function checkAlone({ report, lesson, body }: Prose, tag: Tag): void {
	const before = body.slice(0, tag.offset);
	const after = body.slice(tag.offset + tag.text.length);
	if (!/(?:^|\n[ \t]*\n)$/.test(before) || !/^[ \t]*(?:\n[ \t]*(?:\n|$)|$)/.test(after))
		report.error(
			{ file: lesson.file, line: tag.line },
			`${tag.text} does not stand alone.`,
			'Leave a blank line before and after the tag, and nothing else on its line.'
		);
}

function checkLinks(prose: Prose): void {
	const { report, catalogue, lesson } = prose;
	const policy = catalogue.policies[catalogue.district.policy];
	for (const { text, line } of lines(prose)) {
		for (const [, target = ''] of text.matchAll(/\]\(([^)\s]*)[^)]*\)/g)) {
			const place = { file: lesson.file, line };
			if (/^https?:/.test(target)) {
				const { host } = URL.canParse(target) ? new URL(target) : { host: '' };
				if (
					host === '' ||
					!catalogue.district.help_lines.some((help) => help.contact.includes(host.replace(/^www\./, '')))
				)
					report.error(
						place,
						`a link to ${target}.`,
						'Give an outside address as text; only the help lines of district.yaml are linked.'
					);
				continue;
			}
			const [page = '', anchor] = target.split('#');
			if (!pages.includes(page))
				report.error(
					place,
					`the link ${target} leads nowhere.`,
					`Link to ${pages.join(', ')} or /policy#clause.`
				);
			else if (anchor !== undefined && (page !== '/policy' || !policy?.clauses[anchor]))
				report.error(
					place,
					`the link ${target} leads to no clause.`,
					'Use a clause id of the policy, such as /policy#III.5a.'
				);
		}
	}
}

function checkClauses(prose: Prose): void {
	const { report, catalogue, lesson, tags } = prose;
	const { file } = lesson;
	const known = catalogue.policies[catalogue.district.policy]?.clauses ?? {};
	const cited = new Map<string, number>();
	for (const tag of tags) {
		const clause = tag.name === 'Policy' ? tag.attributes.clause : undefined;
		if (clause === undefined) continue;
		if (!known[clause])
			report.error(
				{ file, line: tag.line },
				`the policy has no clause “${clause}”.`,
				'Use an id of content/policies.'
			);
		else if (!cited.has(clause)) cited.set(clause, tag.line);
	}
	for (const { text, line } of lines(prose))
		for (const [, clause = ''] of text.matchAll(/\]\(\/policy#([^)\s]+)\)/g))
			if (known[clause] && !cited.has(clause)) cited.set(clause, line);
	lesson.clauses.forEach((clause, index) => {
		const place = { file, entry: ['clauses', index] };
		if (!known[clause])
			report.error(place, `the policy has no clause “${clause}”.`, 'Use an id of content/policies.');
		else if (!cited.has(clause))
			report.error(
				place,
				`clause ${clause} is listed but never cited.`,
				`Add <Policy clause="${clause}" /> or a link to /policy#${clause}, or take it off the list.`
			);
	});
	for (const clause of repeated(lesson.clauses))
		report.error({ file, entry: ['clauses'] }, `clause ${clause} is listed twice.`, 'List it once.');
	for (const [clause, line] of cited) {
		if (!lesson.clauses.includes(clause))
			report.error(
				{ file, line },
				`clause ${clause} is cited but not listed.`,
				'Add it to “clauses” in the front matter.'
			);
	}
}

function checkFacts({ report, catalogue, lesson, tags }: Prose): void {
	const { file } = lesson;
	const cited = new Set<string>();
	for (const tag of tags) {
		for (const id of tag.attributes.facts?.split(/\s+/).filter(Boolean) ?? []) {
			const place = { file, line: tag.line };
			const fact = catalogue.facts[id];
			if (!lesson.facts.includes(id) && !cited.has(id))
				report.error(place, `fact ${id} is cited but not listed.`, 'Add it to “facts” in the front matter.');
			cited.add(id);
			if (!fact) report.error(place, `there is no fact “${id}”.`, 'Use an id of content/facts.yaml.');
			else if (fact.status === 'U')
				report.error(place, `fact ${id} is not verified.`, 'Leave it out until somebody has checked it.');
			else if ((tag.name === 'Law' || tag.name === 'Guidance') && fact.says !== tag.name.toLowerCase())
				report.warning(
					place,
					`<${tag.name}> cites ${id}, which is ${fact.says}.`,
					'Law and guidance are told apart: give it a call-out of its own.'
				);
		}
	}
	lesson.facts.forEach((id, index) => {
		const place = { file, entry: ['facts', index] };
		const fact = catalogue.facts[id];
		if (!fact) report.error(place, `there is no fact “${id}”.`, 'Use an id of content/facts.yaml.');
		else if (fact.status === 'U')
			report.error(place, `fact ${id} is not verified.`, 'Leave it out until somebody has checked it.');
		else if (!cited.has(id))
			report.error(
				place,
				`fact ${id} is listed but never cited.`,
				`Add it to the “facts” of a call-out, or take it off the list.`
			);
	});
	for (const id of repeated(lesson.facts))
		report.error({ file, entry: ['facts'] }, `fact ${id} is listed twice.`, 'List it once.');
}

/** Exercises and mocks of the front matter stand in the prose, and the prose shows none that isn't there. */
function checkUses({ report, lesson, tags }: Prose): void {
	const { file } = lesson;
	const used = (name: string) => tags.filter((tag) => tag.name === name && tag.kind !== 'close');
	for (const tag of used('Setting')) {
		const name = tag.attributes.name ?? '';
		if (!settingNames.includes(name))
			report.error(
				{ file, line: tag.line },
				`the district has no setting “${name}”.`,
				`Use one of ${settingNames.join(', ')}.`
			);
	}
	for (const tag of used('Exercise')) {
		if (!lesson.exercises.some((exercise) => exercise.id === tag.attributes.id))
			report.error(
				{ file, line: tag.line },
				`there is no exercise “${tag.attributes.id}”.`,
				'Write it under “exercises” in the front matter.'
			);
	}
	lesson.exercises.forEach(({ id }, index) => {
		const times = used('Exercise').filter((tag) => tag.attributes.id === id).length;
		if (times !== 1)
			report.error(
				{ file, entry: ['exercises', index] },
				`exercise “${id}” stands in the prose ${times} times.`,
				'Put it in exactly once: <Exercise id="…" />.'
			);
	});
	for (const tag of used('Mock')) {
		if (!Object.hasOwn(lesson.mocks, tag.attributes.id ?? ''))
			report.error(
				{ file, line: tag.line },
				`there is no mock “${tag.attributes.id}”.`,
				'Write it under “mocks” in the front matter.'
			);
	}
	for (const id of Object.keys(lesson.mocks)) {
		if (!used('Mock').some((tag) => tag.attributes.id === id))
			report.error(
				{ file, entry: ['mocks', id] },
				`mock “${id}” is never shown.`,
				'Show it with <Mock id="…" />, or take it out.'
			);
	}
}

function checkRecap({ report, lesson, tags, body }: Prose): void {
	const { file } = lesson;
	const recap = tags.find((tag) => tag.name === 'Recap' && tag.kind === 'open');
	if (!recap) {
		report.error({ file, line: 1 }, 'the lesson has no recap.', 'End it with <Recap> and three lines.');
		return;
	}
	const inside = body.slice(recap.offset + recap.text.length).split('</Recap>')[0] ?? '';
	const count = inside.split('\n').filter((line) => /^[-*] /.test(line)).length;
	if (count !== 3)
		report.error(
			{ file, line: recap.line },
			`the recap has ${count} lines.`,
			'Write a list of exactly three.'
		);
}

/** Every lesson for students and families ends with where help is to be found (curriculum, rules for all content). */
function checkHelp({ report, course, lesson, tags }: Prose): void {
	if (course.audience !== 'student' && course.audience !== 'family') return;
	if (!tags.some((tag) => tag.name === 'HelpBlock'))
		report.error(
			{ file: lesson.file, line: 1 },
			'the lesson has no help block.',
			'Add <HelpBlock /> to its last section.'
		);
}
