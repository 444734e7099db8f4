import { renameSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readChecked, type Finding } from './check-content.ts';
import { contentFolder, edit, sealAnew } from './content.fixture.ts';

const LESSON = 'courses/family-core/01-first-steps.md';
const QUIZ = 'courses/family-core/quiz.yaml';
const COURSE = 'courses/family-core/course.yaml';
const POLICY = 'policies/6531-1.md';

let root: string;
beforeEach(() => {
	root = contentFolder();
});
afterEach(() => rmSync(root, { recursive: true }));

/** What the check finds, as `severity file:line problem`. */
async function found(): Promise<string[]> {
	const { findings } = await readChecked(root);
	return findings.map(
		({ severity, file, line, problem }: Finding) => `${severity} ${file}:${line} ${problem}`
	);
}

/** Where a text stands in a file, counted from 1; where it stands last, with `last`. */
function lineOf(file: string, text: string, last = false): number {
	const holds = (line: string) => line.includes(text);
	const lines = readFileSync(join(root, file), 'utf8').split('\n');
	return (last ? lines.findLastIndex(holds) : lines.findIndex(holds)) + 1;
}

it('finds nothing in sound content', async () => {
	expect(await found()).toEqual([]);
});

it('says what to do about each fault', async () => {
	edit(root, LESSON, '[the list](/official-accounts)', '[the list](/somewhere)');
	sealAnew(root);
	const { findings } = await readChecked(root);
	expect(findings).toEqual([
		{
			severity: 'error',
			file: LESSON,
			line: lineOf(LESSON, '/somewhere'),
			problem: 'the link /somewhere leads nowhere.',
			remedy: 'Link to /policy, /official-accounts, /help or /policy#clause.'
		}
	]);
});

/** Each fault: what is changed in which file, and the finding that it must bring, at the line of `at` (or of the change). */
type Fault = {
	title: string;
	file: string;
	from: string;
	to: string;
	problem: string;
	at?: string;
	last?: boolean;
	severity?: 'warning';
	in?: string;
};

function eachBrings(faults: Fault[]) {
	it.each(faults)(
		'$title',
		async ({ file, from, to, problem, at, last, severity = 'error', in: where = file }) => {
			edit(root, file, from, to);
			const line = at === undefined ? lineOf(file, to.split('\n')[0] ?? '') : lineOf(where, at, last);
			expect(await found()).toContain(`${severity} ${where}:${line} ${problem}`);
		}
	);
}

describe('a file of the wrong shape', () => {
	eachBrings([
		{
			title: 'is named with its line',
			file: COURSE,
			from: 'minutes: 10',
			to: 'minutes: ten',
			problem: '“minutes” Invalid type: Expected number but received "ten".'
		},
		{
			title: 'must give every item a rationale',
			file: QUIZ,
			from: '        rationale: The rule is for staff.\n',
			to: '',
			problem: '“items.0.variants.0.rationale” is missing.',
			at: 'stem: A teacher asks'
		},
		{
			title: 'must not leave a rationale empty',
			file: QUIZ,
			from: 'rationale: The rule is for staff.',
			to: 'rationale: " "',
			problem: '“items.0.variants.0.rationale” is empty.'
		},
		{
			title: 'must give an item two or three variants',
			file: QUIZ,
			from: `      - stem: A coach joins a chat of players.
        choices: [{ text: It is fine, feedback: a }, { text: It is not, correct: true, feedback: b }, { text: Ask the captain, feedback: c }]
        rationale: The rule is for staff.
`,
			to: '',
			problem: '“items.0.variants” needs two or three variants.',
			at: 'variants:'
		},
		{
			title: 'must not hold an entry that nobody knows',
			file: LESSON,
			from: 'minutes: 5',
			to: 'minuten: 5',
			problem: '“minutes” is missing.',
			at: 'title: First steps'
		},
		{
			title: 'must be YAML',
			file: 'district.yaml',
			from: 'email_domains: [srsd.example]',
			to: 'email_domains: [srsd.example',
			problem: 'this is not valid YAML.',
			at: 'time_zone'
		}
	]);
});

describe('a value without quotes', () => {
	const gone = 'everything after # is a comment.';
	eachBrings([
		{
			title: 'is not cut off by a # in a quiz',
			file: QUIZ,
			from: 'rationale: The rule is for staff.',
			to: 'rationale: The rule is for #staff.',
			problem: gone
		},
		{
			title: 'is not cut off in a lesson’s front matter',
			file: LESSON,
			from: 'prompt: Which of these is fine on the page?',
			to: 'prompt: Which of these is fine with #class on the page?',
			problem: gone
		},
		{
			title: 'is not cut off from its first word on',
			file: LESSON,
			from: 'summary: What to know first.',
			to: 'summary: #first',
			problem: gone
		},
		{
			title: 'is not cut off within braces, where the rest of the line is missing then',
			file: QUIZ,
			from: '{ text: Wait,',
			to: '{ text: Wait for #them,',
			problem: gone
		},
		{
			title: 'is not cut off in its second line',
			file: QUIZ,
			from: 'rationale: The rule is for staff.',
			to: 'rationale: The rule is\n          for #staff alone.',
			problem: gone,
			at: '#staff'
		}
	]);

	it('may hold a # in quotes or in a word, and have a comment of its own beside it', async () => {
		edit(root, LESSON, 'summary: What to know first.', 'summary: "What #first means" #yes');
		edit(root, LESSON, 'minutes: 5', 'minutes: 5 # with the exercises');
		edit(root, QUIZ, 'rationale: People first.', 'rationale: People#1 first.');
		edit(root, QUIZ, 'clauses: [III.7]', 'clauses: [III.7] #staff');
		edit(root, QUIZ, 'rationale: People first.', 'rationale: >\n          People #first.');
		sealAnew(root);
		expect(await found()).toEqual([]);
	});
});

describe('a quiz that gives its answers away', () => {
	/** Eight variants whose choices are `texts`, the right one at `right` (a place, or one for each variant). */
	function quizOf(texts: string[], right: number | number[]) {
		const variant = (index: number) => {
			const at = typeof right === 'number' ? right : right[index];
			const choices = texts.map(
				(text, place) => `{ text: ${text}, ${place === at ? 'correct: true, ' : ''}feedback: a }`
			);
			return `      - { stem: Case ${index}, rationale: So it is., choices: [${choices.join(', ')}] }`;
		};
		const items = [0, 2, 4, 6].map((first) =>
			[
				`  - id: p${first}\n    lesson: first-steps\n    clauses: [III.7]\n    type: scenario\n    variants:`,
				variant(first),
				variant(first + 1)
			].join('\n')
		);
		const quiz = join(root, QUIZ);
		const [head = '', first = '', ...rest] = readFileSync(quiz, 'utf8').split(/^(?= {2}- id:)/m);
		// Without q1, whose two variants would count, too.
		expect(first).toContain('id: q1');
		writeFileSync(quiz, `${head}${items.join('\n')}\n${rest.join('')}`);
		sealAnew(root);
	}
	const around = [0, 1, 2, 3, 0, 1, 2, 3];
	const alike = ['I do that', 'I say not', 'I ask her', 'I wait on'];

	it('is not one whose right choices are like the others, in all places', async () => {
		quizOf(alike, around);
		expect(await found()).toEqual([]);
	});
	it('has right choices that are the longest in more than two of five variants', async () => {
		quizOf(['Say yes', 'Say no to it kindly', 'Ask her', 'Wait'], [1, 1, 1, 1, 0, 2, 0, 2]);
		expect(await found()).toEqual([`warning ${QUIZ}:1 the right choice is the longest in 4 of 8 variants.`]);
	});
	it('has right choices that are the shortest in more than two of five variants', async () => {
		quizOf(['Say yes', 'Say no to it kindly', 'Ask her', 'Wait'], [3, 3, 3, 3, 0, 2, 0, 2]);
		expect(await found()).toEqual([`warning ${QUIZ}:1 the right choice is the shortest in 4 of 8 variants.`]);
	});
	it('has right choices in one place in more than half of the variants', async () => {
		quizOf(alike, [1, 1, 1, 1, 1, 0, 2, 3]);
		expect(await found()).toEqual([`warning ${QUIZ}:1 the right choice is number 2 in 5 of 8 variants.`]);
	});
	it('has right choices that share the most words with the others in more than half of the variants', async () => {
		quizOf(['I ask her', 'I ask him', 'We do ask her', 'They wait on'], [0, 0, 0, 0, 0, 1, 2, 3]);
		expect(await found()).toContain(
			`warning ${QUIZ}:1 the right choice shares the most words with the others in 5 of 8 variants.`
		);
	});
	it('may have them share the most words in half of the variants', async () => {
		quizOf(['I ask her', 'I ask him', 'We do ask her', 'They wait on'], [0, 0, 0, 0, 1, 1, 2, 3]);
		expect(await found()).toEqual([]);
	});
	it('has right choices that say the same in two variants of a question, in nearly the same words', async () => {
		quizOf(
			['I do that', 'I say that I will come on Friday', 'I ask her to come', 'I wait on'],
			[1, 1, 0, 2, 2, 0, 3, 0]
		);
		expect(await found()).toEqual([
			`warning ${QUIZ}:2 right choices of “p0” say the same in nearly the same words.`
		]);
	});
	it('may have them in one place in half of the variants, or in a choice of two', async () => {
		quizOf(alike, [1, 1, 1, 1, 0, 0, 2, 3]);
		expect(await found()).toEqual([]);
	});
});

describe('a sealed edition', () => {
	const EDITIONS = 'editions.yaml';
	eachBrings([
		{
			title: 'does not change under its number',
			file: LESSON,
			from: 'Keep it plain.',
			to: 'Keep it very plain.',
			problem: 'the course has changed since version 1.1.0 was sealed.',
			at: 'version: 1.1.0',
			in: COURSE
		},
		{
			title: 'is missed where the present version has none',
			file: EDITIONS,
			from: '1.1.0:',
			to: '1.0.0:',
			problem: 'version 1.1.0 is not sealed yet.',
			severity: 'warning',
			at: 'version: 1.1.0',
			in: COURSE
		},
		{
			title: 'has a hash',
			file: EDITIONS,
			from: '1.1.0: ',
			to: '1.1.0: x',
			problem: '“family-core.1.1.0” is not a content hash.'
		},
		{
			title: 'has a version',
			file: EDITIONS,
			from: '1.1.0: ',
			to: '"1.1": ',
			problem: '“family-core.1.1” is not a version like 1.0.0.'
		}
	]);

	it('may be followed by a new one', async () => {
		edit(root, LESSON, 'Keep it plain.', 'Keep it very plain.');
		edit(root, COURSE, 'version: 1.1.0\n', 'version: 1.1.1\n');
		edit(
			root,
			COURSE,
			'A clearer recap }',
			'A clearer recap }\n  - { version: 1.1.1, kind: patch, summary: A word more }'
		);
		expect(await found()).toEqual([`warning ${COURSE}:6 version 1.1.1 is not sealed yet.`]);
	});
	it('is told how to be mended', async () => {
		edit(root, LESSON, 'Keep it plain.', 'Keep it very plain.');
		const { findings } = await readChecked(root);
		expect(findings.map(({ remedy }) => remedy)).toEqual([
			'Raise the version in course.yaml and say in “changes” what changed, or run “npm run waypost -- content seal --again family-core” if this edition was never published.'
		]);
	});
	it('is not needed for a course to be checked: without the file there is one warning', async () => {
		rmSync(join(root, EDITIONS));
		expect(await found()).toEqual([`warning ${COURSE}:6 version 1.1.0 is not sealed yet.`]);
	});
});

describe('clauses and facts', () => {
	const policyCall = '<Policy clause="III.6" />';
	eachBrings([
		{
			title: 'a clause in a call-out must exist',
			file: LESSON,
			from: policyCall,
			to: '<Policy clause="III.9" />',
			problem: 'the policy has no clause “III.9”.'
		},
		{
			title: 'a listed clause must exist',
			file: LESSON,
			from: 'clauses: [I.0,',
			to: 'clauses: [I.4, I.0,',
			problem: 'the policy has no clause “I.4”.'
		},
		{
			title: 'a listed clause must be cited',
			file: LESSON,
			from: policyCall,
			to: 'Words instead.',
			problem: 'clause III.6 is listed but never cited.',
			at: 'clauses: ['
		},
		{
			title: 'a link to the whole policy cites no clause',
			file: LESSON,
			from: '/policy#I.0',
			to: '/policy',
			problem: 'clause I.0 is listed but never cited.',
			at: 'clauses: ['
		},
		{
			title: 'a cited clause must be listed',
			file: LESSON,
			from: 'clauses: [I.0, III.6, III.7]',
			to: 'clauses: [I.0, III.7]',
			problem: 'clause III.6 is cited but not listed.',
			at: policyCall
		},
		{
			title: 'a linked clause must be listed',
			file: LESSON,
			from: 'clauses: [I.0, III.6, III.7]',
			to: 'clauses: [III.6, III.7]',
			problem: 'clause I.0 is cited but not listed.',
			at: '/policy#I.0'
		},
		{
			title: 'a clause is listed once',
			file: LESSON,
			from: 'clauses: [I.0,',
			to: 'clauses: [I.0, I.0,',
			problem: 'clause I.0 is listed twice.'
		},
		{
			title: 'a cited fact must exist',
			file: LESSON,
			from: 'facts="F1"',
			to: 'facts="F1 F99"',
			problem: 'there is no fact “F99”.'
		},
		{
			title: 'a listed fact must exist',
			file: LESSON,
			from: 'facts: [F1,',
			to: 'facts: [F1, F99,',
			problem: 'there is no fact “F99”.'
		},
		{
			title: 'a fact nobody has verified is not cited',
			file: LESSON,
			from: 'facts="F2"',
			to: 'facts="F2 F6"',
			problem: 'fact F6 is not verified.'
		},
		{
			title: 'a fact nobody has verified is not listed',
			file: LESSON,
			from: 'facts: [F1,',
			to: 'facts: [F6, F1,',
			problem: 'fact F6 is not verified.'
		},
		{
			title: 'a listed fact must be cited',
			file: LESSON,
			from: ' facts="F2"',
			to: '',
			problem: 'fact F2 is listed but never cited.',
			at: 'facts: ['
		},
		{
			title: 'a cited fact must be listed',
			file: LESSON,
			from: 'facts: [F1, F2]',
			to: 'facts: [F1]',
			problem: 'fact F2 is cited but not listed.',
			at: 'facts="F2"'
		},
		{
			title: 'a fact is listed once',
			file: LESSON,
			from: 'facts: [F1,',
			to: 'facts: [F1, F1,',
			problem: 'fact F1 is listed twice.'
		},
		{
			title: 'law does not cite guidance',
			file: LESSON,
			from: 'facts="F1"',
			to: 'facts="F1 F2"',
			problem: '<Law> cites F2, which is guidance.',
			severity: 'warning'
		},
		{
			title: 'an item’s clause must exist',
			file: QUIZ,
			from: 'clauses: [III.7]',
			to: 'clauses: [III.4]',
			problem: 'the policy has no clause “III.4”.'
		},
		{
			title: 'a clause that no item tests is reported',
			file: QUIZ,
			from: 'clauses: [III.7]',
			to: 'clauses: [III.6]',
			problem: 'no quiz item tests clause III.7.',
			severity: 'warning',
			at: '{III.7',
			in: POLICY
		},
		{
			title: 'a clause that no lesson teaches is reported',
			file: POLICY,
			from: '- {III.6',
			to: '- {III.5a Use district email}\n- {III.6',
			problem: 'no lesson teaches clause III.5a.',
			severity: 'warning',
			at: '{III.5a'
		},
		{
			title: 'a clause has one id',
			file: POLICY,
			from: '- {III.6 ',
			to: '- {III.7 Staff do not follow}\n- {III.6 ',
			problem: 'clause III.7 is there twice.',
			at: '{III.7 Staff shall not'
		},
		{
			title: 'a clause that is not marked well is found',
			file: POLICY,
			from: '- {III.6 Accounts shall not contain personal information}',
			to: '- {III.6 Accounts shall not contain personal information',
			problem: 'a brace that marks no clause.'
		}
	]);
});

describe('the prose of a lesson', () => {
	const plain = 'Keep it plain.';
	eachBrings([
		{
			title: 'has no raw HTML',
			file: LESSON,
			from: plain,
			to: 'Keep it <b>plain</b>.',
			problem: 'raw HTML (“<b”).'
		},
		{
			title: 'has no HTML comment',
			file: LESSON,
			from: plain,
			to: '<!-- later -->',
			problem: 'raw HTML (“<!--”).'
		},
		{
			title: 'has no img',
			file: LESSON,
			from: plain,
			to: '<img src="/a.png">',
			problem: 'a picture is put in with “<img”.'
		},
		{
			title: 'has no Markdown picture',
			file: LESSON,
			from: plain,
			to: '![A robot](/a.png)',
			problem: 'a Markdown picture.'
		},
		{
			title: 'has no plain <',
			file: LESSON,
			from: plain,
			to: 'Ages < 13.',
			problem: 'a plain “<” in the prose.'
		},
		{
			title: 'has no plain brace',
			file: LESSON,
			from: plain,
			to: 'Keep {it} plain.',
			problem: 'a plain “{” or “}” in the prose.'
		},
		{ title: 'has no table', file: LESSON, from: plain, to: '| a | b |', problem: 'a table.' },
		{
			title: 'has no heading of level 1',
			file: LESSON,
			from: '### What it asks',
			to: '# What it asks',
			problem: 'a “# ” heading.'
		},
		{
			title: 'has no heading of level 4',
			file: LESSON,
			from: '### What it asks',
			to: '#### What it asks',
			problem: 'a heading of level 4.'
		},
		{
			title: 'has no heading by underlining',
			file: LESSON,
			from: plain,
			to: 'Keep it plain.\n---',
			problem: 'a line under text makes it a heading.',
			at: '---',
			last: true
		},
		{
			title: 'names no section twice',
			file: LESSON,
			from: '## What stays',
			to: '## Your turn',
			problem: 'two sections are called “Your turn”.',
			severity: 'warning',
			at: '## Your turn',
			last: true
		},
		{
			title: 'uses known components',
			file: LESSON,
			from: plain,
			to: '<Video id="x" />',
			problem: 'unknown component <Video>.'
		},
		{
			title: 'writes tags that can be read',
			file: LESSON,
			from: '<Mock id="class-page" />',
			to: '<Mock id=class-page />',
			problem: 'the tag “<Mock” can’t be read.'
		},
		{
			title: 'gives a component nothing it does not know',
			file: LESSON,
			from: '<HelpBlock />',
			to: '<HelpBlock title="Help" />',
			problem: '<HelpBlock> knows no “title”.'
		},
		{
			title: 'gives a component what it needs',
			file: LESSON,
			from: '<Law title="What the law says" ',
			to: '<Law ',
			problem: '<Law> lacks its title.'
		},
		{
			title: 'sets a component apart by blank lines',
			file: LESSON,
			from: '<Policy clause="III.7" />\n',
			to: '<Policy clause="III.7" />\nMore.\n',
			problem: '<Policy clause="III.7" /> does not stand alone.'
		},
		{
			title: 'closes what it opens',
			file: LESSON,
			from: '</Guidance>',
			to: '',
			problem: '<Guidance> is never closed.',
			at: '<Guidance'
		},
		{
			title: 'opens what it closes',
			file: LESSON,
			from: plain,
			to: '</Law>',
			problem: '</Law> closes nothing.'
		},
		{
			title: 'puts something inside a call-out',
			file: LESSON,
			from: plain,
			to: '<Scenario title="Monday" />',
			problem: '<Scenario> has nothing inside.'
		},
		{
			title: 'leaves nothing inside what holds nothing',
			file: LESSON,
			from: '<HelpBlock />',
			to: '<HelpBlock>',
			problem: '<HelpBlock> is not closed.'
		},
		{
			title: 'names settings of the district',
			file: LESSON,
			from: 'name="report-path"',
			to: 'name="principal"',
			problem: 'the district has no setting “principal”.'
		},
		{
			title: 'links to pages that exist',
			file: LESSON,
			from: '(/official-accounts)',
			to: '(/accounts)',
			problem: 'the link /accounts leads nowhere.'
		},
		{
			title: 'links to clauses that exist',
			file: LESSON,
			from: '/policy#I.0',
			to: '/policy#I.9',
			problem: 'the link /policy#I.9 leads to no clause.'
		},
		{
			title: 'links to no other site',
			file: LESSON,
			from: plain,
			to: '[Look](https://example.com/a)',
			problem: 'a link to https://example.com/a.'
		},
		{
			title: 'ends with three lines to keep',
			file: LESSON,
			from: '- Three.',
			to: '- Three.\n- Four.',
			problem: 'the recap has 4 lines.',
			at: '<Recap>'
		},
		{
			title: 'has a recap',
			file: LESSON,
			from: '<Recap>\n\n- One.\n- Two.\n- Three.\n\n</Recap>',
			to: '',
			problem: 'the lesson has no recap.',
			at: '---'
		},
		{
			title: 'tells families where help is',
			file: LESSON,
			from: '<HelpBlock />',
			to: '',
			problem: 'the lesson has no help block.',
			at: '---'
		}
	]);

	it('may link to the site of a help line', async () => {
		edit(root, LESSON, plain, '[Take It Down](https://takeitdown.ncmec.org)');
		sealAnew(root);
		expect(await found()).toEqual([]);
	});

	it('is compiled as in the build, and a fault is told by the line of the source', async () => {
		// Every tag is closed, but across a section's end: only the compiler sees that.
		edit(
			root,
			LESSON,
			'Words of advice.\n\n</Guidance>\n\n## Your turn\n',
			'Words of advice.\n\n## Your turn\n\n</Guidance>\n'
		);
		expect((await found()).join('\n')).toContain(
			`error ${LESSON}:${lineOf(LESSON, '<Guidance')} the lesson does not compile: `
		);
	});

	it('is reported when it is harder to read than the course aims at', async () => {
		const hard =
			'Institutional communication responsibilities necessitate comprehensive documentation procedures throughout educational organizations. ';
		edit(root, LESSON, plain, hard.repeat(5));
		sealAnew(root);
		expect((await found()).join()).toMatch(
			/^warning \S+:1 the prose of “first-steps” read like grade \d+\.\d; the course aims at 1 to 8\.$/
		);
	});

	it('is reported when its questions are harder to read than the course aims at', async () => {
		const hard =
			'Institutional communication responsibilities necessitate comprehensive documentation procedures throughout educational organizations. ';
		edit(root, QUIZ, 'You see a fake page.', hard.repeat(5));
		expect((await found()).join()).toContain('the questions of “first-steps” read like grade');
	});
});

describe('exercises and mocks', () => {
	const spots = 'problem: false, feedback: No.';
	eachBrings([
		{
			title: 'an exercise stands in the prose',
			file: LESSON,
			from: '<Exercise id="form" />',
			to: '',
			problem: 'exercise “form” stands in the prose 0 times.',
			at: '- id: form'
		},
		{
			title: 'an exercise stands there once',
			file: LESSON,
			from: '<Exercise id="form" />',
			to: '<Exercise id="form" />\n\n<Exercise id="form" />',
			problem: 'exercise “form” stands in the prose 2 times.',
			at: '- id: form'
		},
		{
			title: 'the prose shows exercises that exist',
			file: LESSON,
			from: '<Exercise id="form" />',
			to: '<Exercise id="from" />',
			problem: 'there is no exercise “from”.'
		},
		{
			title: 'an exercise has its own id',
			file: LESSON,
			from: '- id: steps',
			to: '- id: cards',
			problem: 'two exercises are called “cards”.',
			at: 'exercises:'
		},
		{
			title: 'the prose shows mocks that exist',
			file: LESSON,
			from: '<Mock id="class-page" />',
			to: '<Mock id="klass" />',
			problem: 'there is no mock “klass”.'
		},
		{
			title: 'a mock is shown',
			file: LESSON,
			from: '<Mock id="class-page" />',
			to: '',
			problem: 'mock “class-page” is never shown.',
			at: 'class-page: {'
		},
		{
			title: 'a scene has its words',
			file: LESSON,
			from: 'scene: concert, alt: A choir on stage,',
			to: 'scene: concert,',
			problem: 'a scene has no alt text.'
		},
		{
			title: 'the scene of an exercise has its words',
			file: LESSON,
			from: 'scene: class-robot, alt: Two students and a robot,',
			to: 'scene: class-robot,',
			problem: 'a scene has no alt text.'
		},
		{
			title: 'the scene of a quiz has its words',
			file: QUIZ,
			from: 'scene: hallway, alt: A hallway,',
			to: 'scene: hallway,',
			problem: 'a scene has no alt text.'
		},
		{
			title: 'words without a scene are pointed out',
			file: LESSON,
			from: 'scene: concert, alt',
			to: 'alt',
			problem: 'alt text without a scene is never shown.',
			severity: 'warning',
			at: 'class-page: {'
		},
		{
			title: 'a card belongs to a group',
			file: LESSON,
			from: 'A birthday, group: stop',
			to: 'A birthday, group: halt',
			problem: 'there is no group “halt”.'
		},
		{
			title: 'a group has its own id',
			file: LESSON,
			from: '{ id: stop, label: Not fine }]',
			to: '{ id: stop, label: Not fine }, { id: stop, label: No }]',
			problem: 'two groups are called “stop”.'
		},
		{
			title: 'a group has cards',
			file: LESSON,
			from: '{ id: stop, label: Not fine }]',
			to: '{ id: stop, label: Not fine }, { id: ask, label: Ask }]',
			problem: 'no card belongs to “ask”.',
			severity: 'warning'
		},
		{
			title: 'cards differ',
			file: LESSON,
			from: 'text: The bus time',
			to: 'text: The lunch menu!',
			problem: 'two cards say “the lunch menu”.',
			at: '- id: cards'
		},
		{
			title: 'steps differ',
			file: LESSON,
			from: 'text: Ask,',
			to: 'text: Look,',
			problem: 'two steps say “look”.',
			at: '- id: steps'
		},
		{
			title: 'some spot is fine',
			file: LESSON,
			from: spots,
			to: 'problem: true, feedback: No.',
			problem: 'every spot is a problem.',
			at: '    spots:'
		},
		{
			title: 'a story starts somewhere',
			file: LESSON,
			from: 'start: asked',
			to: 'start: here',
			problem: 'there is no scene “here”.'
		},
		{
			title: 'a choice leads to a scene',
			file: LESSON,
			from: 'to: bad',
			to: 'to: worse',
			problem: 'there is no scene “worse”.'
		},
		{
			title: 'every scene is reached',
			file: LESSON,
			from: 'Accept, to: bad',
			to: 'Accept, to: good',
			problem: 'no choice leads to the scene “bad”.',
			at: '      bad:'
		},
		{
			title: 'every way ends',
			file: LESSON,
			from: 'Undo it, to: good',
			to: 'Undo it, to: bad',
			problem: 'from “bad” the story never ends.',
			at: '      bad:'
		},
		{
			title: 'choices differ',
			file: LESSON,
			from: 'text: Accept',
			to: 'text: Decline.',
			problem: 'two choices say “decline”.',
			at: '      asked:'
		},
		{
			title: 'some choice is the best',
			file: LESSON,
			from: 'Undo it, to: good, verdict: best',
			to: 'Undo it, to: good, verdict: fair',
			problem: 'no choice is the best one.',
			severity: 'warning',
			at: '      bad:'
		},
		{
			title: 'a model answer passes',
			file: LESSON,
			from: 'model: Math night at 6 p.m. in the library',
			to: 'model: Math night in the library',
			problem: 'the model answer fails its own keywords.'
		},
		{
			title: 'a form has a good option',
			file: LESSON,
			from: 'good: true',
			to: 'good: false',
			problem: '“Purpose” has no good option.',
			at: 'label: Purpose'
		},
		{
			title: 'a form has something to stumble over',
			file: LESSON,
			from: 'good: false',
			to: 'good: true',
			problem: '“Purpose” has no option to stumble over.',
			at: 'label: Purpose'
		},
		{
			title: 'options of a form differ',
			file: LESSON,
			from: 'text: Fun',
			to: 'text: News for families',
			problem: 'two options say “news for families”.',
			at: 'label: Purpose'
		}
	]);

	it('some spot is a problem', async () => {
		edit(root, LESSON, 'The name tag, problem: true', 'The name tag, problem: false');
		edit(root, LESSON, 'The grade sheet, problem: true', 'The grade sheet, problem: false');
		expect(await found()).toContain(`error ${LESSON}:${lineOf(LESSON, '    spots:')} no spot is a problem.`);
	});
});

describe('quiz items', () => {
	const cant = (right: number, of: number) =>
		`${right} of ${of} choices are marked correct, which can’t be right.`;
	eachBrings([
		{
			title: 'have their own ids',
			file: QUIZ,
			from: '- id: q2',
			to: '- id: q1',
			problem: 'two items are called “q1”.',
			at: '- id: q1',
			last: true
		},
		{
			title: 'belong to a lesson',
			file: QUIZ,
			from: 'lesson: first-steps',
			to: 'lesson: first',
			problem: 'the course has no lesson “first”.'
		},
		{
			title: 'of one choice have a correct one',
			file: QUIZ,
			from: 'Say no, correct: true',
			to: 'Say no',
			problem: cant(0, 3)
		},
		{
			title: 'of one choice have no second correct one',
			file: QUIZ,
			from: 'text: Wait,',
			to: 'text: Wait, correct: true,',
			problem: cant(2, 3)
		},
		{
			title: 'of a scenario have exactly one correct choice',
			file: QUIZ,
			from: 'type: single-choice\n    variants:\n      - stem: A teacher asks to follow your son.\n        choices: [{ text: Say yes,',
			to: 'type: scenario\n    variants:\n      - stem: A teacher asks to follow your son.\n        choices: [{ text: Say yes, correct: true,',
			problem: cant(2, 3),
			at: 'text: Say yes'
		},
		{
			title: 'that are true or false have one correct choice',
			file: QUIZ,
			from: '{ text: "False", feedback: b }',
			to: '{ text: "False", correct: true, feedback: b }',
			problem: cant(2, 2)
		},
		{
			title: 'that are true or false say True and False',
			file: QUIZ,
			from: '{ text: "False", feedback: b }',
			to: '{ text: "Wrong", feedback: b }',
			problem: 'the choices of a true-false item are not True and False.'
		},
		{
			title: 'with several problems have two of them',
			file: QUIZ,
			from: 'The street, correct: true',
			to: 'The street',
			problem: cant(1, 3)
		},
		{
			title: 'with several problems have something that is fine',
			file: QUIZ,
			from: 'text: The title,',
			to: 'text: The title, correct: true,',
			problem: cant(3, 3)
		},
		{
			title: 'of several choices have two correct ones',
			file: QUIZ,
			from: 'type: single-choice',
			to: 'type: multiple-choice',
			problem: cant(1, 3),
			at: 'text: Say yes'
		},
		{
			title: 'with a problem to spot show something',
			file: QUIZ,
			from: '        mock: { kind: notice, title: Room 5, text: Call me at home }\n',
			to: '',
			problem: 'there is nothing to look at.',
			at: 'stem: Which of these'
		},
		{
			title: 'offer nothing twice',
			file: QUIZ,
			from: 'text: Wait,',
			to: 'text: Say yes!,',
			problem: '“say yes” is there twice.',
			at: 'stem: A teacher asks'
		},
		{
			title: 'of steps have three different ones',
			file: QUIZ,
			from: 'text: Report it',
			to: 'text: Save the link',
			problem: 'there is too little to put in order.'
		},
		{
			title: 'sort their cards into groups that exist',
			file: QUIZ,
			from: 'Birth dates, group: not',
			to: 'Birth dates, group: never',
			problem: 'there is no group “never”.'
		},
		{
			title: 'ask nothing twice',
			file: QUIZ,
			from: 'stem: A coach joins a chat of players.',
			to: 'stem: “A teacher” asks to follow your son',
			problem: 'this asks the same as variant 1 of family-core q1.'
		},
		{
			title: 'ask nothing that an exercise asks',
			file: QUIZ,
			from: 'stem: Sort what a page may say.',
			to: 'stem: Which of these is fine on the page',
			problem: `this asks the same as the exercise cards of ${LESSON}.`
		},
		{
			title: 'ask nothing that a scene of an exercise tells',
			file: QUIZ,
			from: 'stem: Sort what a page may say.',
			to: 'stem: A student asks to follow you',
			problem: `this asks the same as the exercise story of ${LESSON}.`
		}
	]);
});

describe('what files say of each other', () => {
	eachBrings([
		{
			title: 'the district’s policy exists',
			file: 'district.yaml',
			from: 'policy: 6531-1',
			to: 'policy: 6531-2',
			problem: 'there is no policy “6531-2”.'
		},
		{
			title: 'an open reading has its clause',
			file: 'district.yaml',
			from: 'clause: III.7',
			to: 'clause: III.4',
			problem: 'the policy has no clause “III.4”.'
		},
		{
			title: 'a sign-up’s gate exists',
			file: 'district.yaml',
			from: 'gate: sign-in-family',
			to: 'gate: sign-in',
			problem: 'there is no gate “sign-in”.'
		},
		{
			title: 'a sign-up’s gate is for the same people',
			file: 'gates.yaml',
			from: 'audience: family',
			to: 'audience: partner',
			problem: 'the gate “sign-in-family” is for partner, not family.',
			at: 'sign_up:',
			in: 'district.yaml'
		},
		{
			title: 'a related policy is listed once',
			file: 'district.yaml',
			from: '  - { number: "6532", title: Photographs }',
			to: '  - { number: "6532", title: Photographs }\n  - { number: "6532", title: Pictures }',
			problem: 'policy 6532 is listed twice.',
			at: 'related_policies:'
		},
		{
			title: 'a gate’s certification exists',
			file: 'gates.yaml',
			from: '{ certification: family-core }',
			to: '{ certification: staff }',
			problem: 'there is no certification “staff”.'
		},
		{
			title: 'a gate’s policy exists',
			file: 'gates.yaml',
			from: 'acknowledgement: 6531-1',
			to: 'acknowledgement: 6531-2',
			problem: 'there is no policy “6531-2” to acknowledge.'
		},
		{
			title: 'a gate’s course exists',
			file: 'gates.yaml',
			from: 'course: family-core',
			to: 'course: family',
			problem: 'there is no course “family”.'
		},
		{
			title: 'a certification that no course earns is reported',
			file: 'gates.yaml',
			from: '  family-core: Families’ course',
			to: '  family-core: Families’ course\n  staff: Staff',
			problem: 'no course earns the certification “staff” yet.',
			severity: 'warning',
			at: '  staff: Staff'
		},
		{
			title: 'a permission that a gate asks for must be written',
			file: 'gates.yaml',
			from: '{ permission: photo }',
			to: '{ permission: picture }',
			problem: 'there is no permission “picture”.'
		},
		{
			title: 'only students are asked for a permission',
			file: 'gates.yaml',
			from: 'audience: student',
			to: 'audience: staff',
			problem: 'only students have a permission.',
			at: '{ permission: photo }'
		},
		{
			title: 'a permission’s clause must exist',
			file: 'permissions.yaml',
			from: 'clauses: [III.6]',
			to: 'clauses: [III.4]',
			problem: 'the policy has no clause “III.4”.'
		},
		{
			title: 'a permission says the same in every language',
			file: 'permissions.yaml',
			from: 'text: [Mostramos lo que hacen las clases.], given: Sí, refused: No pueden }\n        student',
			to: 'text: [Mostramos, lo que hacen.], given: Sí, refused: No pueden }\n        student',
			problem: 'it has 2 paragraphs, the English text 1.'
		},
		{
			title: 'a permission is there in every language of the site',
			file: 'permissions.yaml',
			from: '      pt-BR:',
			to: '      pt:',
			problem: '“purposes.photo.words.pt-BR” is missing.',
			at: '    words:'
		},
		{
			title: 'a type’s gate exists',
			file: 'account-types.yaml',
			from: 'gate: sign-in-family',
			to: 'gate: register',
			problem: 'there is no gate “register”.'
		},
		{
			title: 'a type’s attestation exists',
			file: 'account-types.yaml',
			from: 'attestations: [A01]',
			to: 'attestations: [A01, A02]',
			problem: 'there is no attestation “A02”.'
		},
		{
			title: 'a type asks for an attestation once',
			file: 'account-types.yaml',
			from: 'attestations: [A01]',
			to: 'attestations: [A01, A01]',
			problem: 'attestation A01 is listed twice.'
		},
		{
			title: 'an attestation’s clause exists',
			file: 'account-types.yaml',
			from: 'A01: { clauses: [I.0]',
			to: 'A01: { clauses: [I.4]',
			problem: 'the policy has no clause “I.4”.'
		},
		{
			title: 'an attestation says on what it rests',
			file: 'account-types.yaml',
			from: 'A01: { clauses: [I.0]',
			to: 'A01: { clauses: []',
			problem: 'it says neither which clause it rests on nor that it is the district’s.'
		},
		{
			title: 'an attestation that nobody asks for is reported',
			file: 'account-types.yaml',
			from: 'attestations: [A01]',
			to: 'attestations: []',
			problem: 'no type asks for attestation A01.',
			severity: 'warning',
			at: 'A01: {'
		},
		{
			title: 'a goal is a clause',
			file: 'account-types.yaml',
			from: '{ id: I.0, label',
			to: '{ id: I.4, label',
			problem: 'the policy has no clause “I.4”.'
		},
		{
			title: 'a goal is listed once',
			file: 'account-types.yaml',
			from: '  - { id: I.0, label: Learn }',
			to: '  - { id: I.0, label: Learn }\n  - { id: I.0, label: Grow }',
			problem: 'goal I.0 is listed twice.',
			at: 'goals:'
		},
		{
			title: 'a platform is listed once',
			file: 'account-types.yaml',
			from: '  - { id: blog, label: Blog }',
			to: '  - { id: blog, label: Blog }\n  - { id: blog, label: Weblog }',
			problem: 'platform “blog” is listed twice.',
			at: 'platforms:'
		},
		{
			title: 'a course’s certification exists',
			file: COURSE,
			from: 'certification: family-core',
			to: 'certification: family',
			problem: 'there is no certification “family”.'
		},
		{
			title: 'a required certification exists',
			file: COURSE,
			from: 'requires: []',
			to: 'requires: [staff]',
			problem: 'there is no certification “staff” to require.'
		},
		{
			title: 'a course does not require what it earns',
			file: COURSE,
			from: 'requires: []',
			to: 'requires: [family-core]',
			problem: 'the course requires what it earns itself.'
		},
		{
			title: 'an acknowledged policy exists',
			file: COURSE,
			from: 'acknowledges: 6531-1',
			to: 'acknowledges: 6531-2',
			problem: 'there is no policy “6531-2” to acknowledge.'
		},
		{
			title: 'the newest change is the version',
			file: COURSE,
			from: 'version: 1.1.0\nchanges',
			to: 'version: 1.0.0\nchanges',
			problem: 'the newest change is 1.1.0, but the version is 1.0.0.'
		},
		{
			title: 'versions rise',
			file: COURSE,
			from: '  - { version: 1.0.0, kind: major',
			to: '  - { version: 1.2.0, kind: major',
			problem: '1.1.0 does not come after 1.2.0.',
			at: 'version: 1.1.0, kind'
		},
		{
			title: 'a version says its kind of change',
			file: COURSE,
			from: 'version: 1.1.0, kind: minor',
			to: 'version: 1.1.0, kind: major',
			problem: 'from 1.0.0 to 1.1.0 is a minor change, not major.'
		},
		{
			title: 'a version stays in its bounds',
			file: COURSE,
			from: 'version: 1.0.0, kind',
			to: 'version: 0.1000.0, kind',
			problem: 'no part of 0.1000.0 may be above 999.'
		}
	]);

	it('a policy is there once', async () => {
		writeFileSync(join(root, 'policies/again.md'), readFileSync(join(root, POLICY)));
		expect(await found()).toContain('error policies/again.md:2 two files are the same policy.');
	});

	it('a lesson’s name is its own', async () => {
		const text = readFileSync(join(root, LESSON));
		writeFileSync(join(root, 'courses/family-core/02-first-steps.md'), text);
		expect(await found()).toContain(
			'error courses/family-core/02-first-steps.md:1 two lessons are called “first-steps”.'
		);
	});

	it('lessons are numbered without gaps', async () => {
		renameSync(join(root, LESSON), join(root, 'courses/family-core/03-first-steps.md'));
		expect(await found()).toContain(
			'error courses/family-core/03-first-steps.md:1 lesson 1 of the course has the number 3.'
		);
	});
});
