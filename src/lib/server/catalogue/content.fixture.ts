import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { seal, writeEditions } from './editions.ts';
import { readCatalogue } from './read-catalogue.ts';

/** A whole district in miniature: one policy of three clauses, one course of one lesson, one gate. It has no faults. */
const files: Record<string, string> = {
	'district.yaml': `name: Sample Regional School District
short: SRSD
email_domains: [srsd.example]
time_zone: America/New_York
school_year: { starts: 08-26, ends: 06-30 }
policy: 6531-1
contacts: { superintendent: a, records_officer: b, bullying_official: c, photo_list_holder: d, report_path: e, trusted_adult: f, office: g, technology: h }
help_lines:
  - { name: Take It Down, contact: takeitdown.ncmec.org }
readings:
  - { term: subscribe, clause: III.7, reading: Follow or friend. }
related_policies:
  - { number: "6532", title: Photographs }
sign_up: { staff: { by: closed }, student: { by: closed }, family: { by: gated, gate: sign-in-family }, partner: { by: invitation } }
renewal: { opens_days_before: 60, grace_days: 30 }
`,
	'facts.yaml': `F1: { source: "M.G.L. c.71", date: "2022", status: V, says: law }
F2: { source: "A guide", date: "2023", status: V2, says: guidance }
F6: { status: U }
`,
	'gates.yaml': `certifications:
  family-core: Families’ course
gates:
  sign-in-family:
    title: Make a family sign-in
    audience: family
    asks:
      - { course: family-core }
      - { certification: family-core }
      - { acknowledgement: 6531-1 }
  poster:
    title: Post for the school
    audience: student
    asks:
      - { permission: photo }
`,
	'permissions.yaml': `purposes:
  photo:
    version: 1.0.0
    clauses: [III.6]
    words:
      en:
        title: Photos
        guardian: { question: May we show your child?, text: [We show what classes do.], given: You may, refused: You may not }
        student: { question: May we show you?, text: [We show what classes do.], given: You may, refused: You may not }
      es:
        title: Fotos
        guardian: { question: ¿Podemos mostrar a su hijo?, text: [Mostramos lo que hacen las clases.], given: Sí, refused: No pueden }
        student: { question: ¿Podemos mostrarle?, text: [Mostramos lo que hacen las clases.], given: Sí, refused: No pueden }
      pt-BR:
        title: Fotos
        guardian: { question: Podemos mostrar seu filho?, text: [Mostramos o que as turmas fazem.], given: Sim, refused: Não podem }
        student: { question: Podemos mostrar você?, text: [Mostramos o que as turmas fazem.], given: Sim, refused: Não podem }
`,
	'account-types.yaml': `types:
  classroom: { title: Classroom, summary: One class., gate: sign-in-family, attestations: [A01], review_school_days: 5, open: true }
attestations:
  A01: { clauses: [I.0], title: Purpose, statement: It serves the goals., evidence: [purpose] }
goals:
  - { id: I.0, label: Learn }
platforms:
  - { id: blog, label: Blog }
`,
	'policies/6531-1.md': `---
policy: 6531-1
number: "6531.1"
title: Social Media
version: 2015-03-16
adopted: 2012-04-30
readings: [First Reading]
---

## Section I

{I.0 Students must learn to use modern tools.}

## Section III

- {III.6 Accounts shall not contain personal information}
- {III.7 Staff shall not subscribe to students' postings}
`,
	'courses/family-core/course.yaml': `title: Sample course
short: Sample
summary: What the school may do.
audience: family
certification: family-core
version: 1.1.0
changes:
  - { version: 1.0.0, kind: major, summary: First edition }
  - { version: 1.1.0, kind: minor, summary: A clearer recap }
minutes: 10
reading_level: [1, 8]
quiz: { pass_mark: 80, cooldown_minutes: 0, open_days: 30 }
path: full
acknowledges: 6531-1
valid_months: 12
requires: []
visitors: true
`,
	'courses/family-core/01-first-steps.md': `---
title: First steps
summary: What to know first.
objectives: [Know the rule]
clauses: [I.0, III.6, III.7]
facts: [F1, F2]
minutes: 5
exercises:
  - id: cards
    type: sort
    title: Sort the cards
    prompt: Which of these is fine on the page?
    groups: [{ id: fine, label: Fine }, { id: stop, label: Not fine }]
    cards:
      - { text: The lunch menu, group: fine, feedback: Good. }
      - { text: The bus time, group: fine, feedback: Good. }
      - { text: A phone number, group: stop, feedback: No. }
      - { text: A birthday, group: stop, feedback: No. }
  - id: steps
    type: order
    title: In order
    prompt: Put these steps in order.
    steps: [{ text: Look, why: a }, { text: Ask, why: b }, { text: Post, why: c }]
  - id: look
    type: spot
    title: Spot it
    prompt: What should be fixed here?
    mock: { kind: post, by: Room 5, scene: class-robot, alt: Two students and a robot, text: Well done! }
    spots:
      - { text: The name tag, problem: true, feedback: Yes. }
      - { text: The grade sheet, problem: true, feedback: Yes. }
      - { text: The robot, problem: false, feedback: No. }
  - id: story
    type: branch
    title: A request
    prompt: Choose what you would do.
    start: asked
    scenes:
      asked:
        text: A student asks to follow you.
        choices:
          - { text: Decline, to: good, verdict: best, consequence: Good. }
          - { text: Accept, to: bad, verdict: risky, consequence: Hm. }
      bad:
        text: Now you follow a student.
        choices:
          - { text: Undo it, to: good, verdict: best, consequence: Better. }
      good:
        text: All is well.
  - id: flyer
    type: alt-text
    title: Say it
    prompt: Write words for the flyer.
    scene: flyer-wall
    alt: A flyer
    context: A post
    keywords: [[6 p.m., six], [library]]
    avoid: [picture of]
    model: Math night at 6 p.m. in the library
    notes: [It says what and where.]
  - id: form
    type: form-practice
    title: Try the form
    prompt: Fill it in.
    fields:
      - label: Purpose
        hint: Why?
        options: [{ text: News for families, good: true, feedback: Yes. }, { text: Fun, good: false, feedback: No. }]
mocks:
  class-page: { kind: post, by: Room 5, scene: concert, alt: A choir on stage, text: Hello }
---

## The first morning

It is early, and the page is open. See [the rule](/policy#I.0) or [the list](/official-accounts).

<Mock id="class-page" />

<Policy clause="III.6" />

### What it asks

Keep it plain.

<Law title="What the law says" facts="F1">

Words about the law.

</Law>

<Guidance title="What helps" facts="F2">

Words of advice.

</Guidance>

## Your turn

Ask <Setting name="report-path" /> first.

<Exercise id="cards" />

<Exercise id="steps" />

<Exercise id="look" />

<Exercise id="story" />

<Exercise id="flyer" />

<Exercise id="form" />

## What stays

<Policy clause="III.7" />

<Recap>

- One.
- Two.
- Three.

</Recap>

<HelpBlock />
`,
	'courses/family-core/quiz.yaml': `items:
  - id: q1
    lesson: first-steps
    clauses: [III.7]
    type: single-choice
    variants:
      - stem: A teacher asks to follow your son.
        choices: [{ text: Say yes, feedback: a }, { text: Say no, correct: true, feedback: b }, { text: Wait, feedback: c }]
        rationale: The rule is for staff.
      - stem: A coach joins a chat of players.
        choices: [{ text: It is fine, feedback: a }, { text: It is not, correct: true, feedback: b }, { text: Ask the captain, feedback: c }]
        rationale: The rule is for staff.
  - id: q2
    lesson: first-steps
    clauses: [I.0]
    type: true-false
    variants:
      - stem: True or false? Students learn with tools.
        choices: [{ text: "True", correct: true, feedback: a }, { text: "False", feedback: b }]
        rationale: The policy says so.
      - stem: True or false? Only books count.
        choices: [{ text: "True", feedback: a }, { text: "False", correct: true, feedback: b }]
        rationale: The policy names tools.
  - id: q3
    lesson: first-steps
    clauses: [III.6]
    type: spot-the-problem
    variants:
      - stem: Which of these must be fixed?
        mock: { kind: notice, title: Room 5, text: Call me at home }
        choices: [{ text: The phone, correct: true, feedback: a }, { text: The street, correct: true, feedback: b }, { text: The title, feedback: c }]
        rationale: Both are personal.
      - stem: Which of these must be fixed?
        mock: { kind: post, by: Room 6, scene: hallway, alt: A hallway, text: Welcome }
        choices: [{ text: The name tag, correct: true, feedback: a }, { text: The list, correct: true, feedback: b }, { text: The door, feedback: c }]
        rationale: Both are personal.
  - id: q4
    lesson: first-steps
    clauses: [III.6]
    type: ordering
    variants:
      - stem: You see a fake page. What comes first?
        steps: [{ text: Tell an adult, feedback: a }, { text: Save the link, feedback: b }, { text: Report it, feedback: c }]
        rationale: People first.
      - stem: You see a mean post. What comes first?
        steps: [{ text: Stay calm, feedback: a }, { text: Ask for help, feedback: b }, { text: Block it, feedback: c }]
        rationale: People first.
  - id: q5
    lesson: first-steps
    clauses: [III.6]
    type: sorting
    variants:
      - stem: Sort what a page may say.
        groups: [{ id: may, label: May }, { id: not, label: May not }]
        cards: [{ text: Hours, group: may, feedback: a }, { text: Menu, group: may, feedback: b }, { text: Birth dates, group: not, feedback: c }]
        rationale: Nothing personal.
      - stem: Sort what a post may show.
        groups: [{ id: may, label: May }, { id: not, label: May not }]
        cards: [{ text: A robot, group: may, feedback: a }, { text: A poster, group: may, feedback: b }, { text: A report card, group: not, feedback: c }]
        rationale: Nothing personal.
`
};

/** Writes the miniature district into a new temporary folder. The caller removes it. */
export function contentFolder(): string {
	const root = mkdtempSync(join(tmpdir(), 'waypost-content-'));
	for (const [file, text] of Object.entries(files)) {
		mkdirSync(dirname(join(root, file)), { recursive: true });
		writeFileSync(join(root, file), text);
	}
	sealAnew(root);
	return root;
}

/** Seals the courses of a content folder as they are now, so that a change of theirs is not a fault. */
export function sealAnew(root: string): void {
	const sealing = seal({}, Object.values(readCatalogue(root).courses));
	if (sealing.ok) writeEditions(root, sealing.editions);
}

/** A copy of another content folder, to change it without harm. The caller removes it. */
export function contentCopy(from: string): string {
	const root = mkdtempSync(join(tmpdir(), 'waypost-content-'));
	cpSync(from, root, { recursive: true });
	return root;
}

/** Replaces text of a file. Throws when it isn't there, so that no test passes for want of its fault. */
export function edit(root: string, file: string, from: string, to: string): void {
	const text = readFileSync(join(root, file), 'utf8');
	if (!text.includes(from)) throw new Error(`${file} does not hold “${from}”`);
	writeFileSync(
		join(root, file),
		text.replace(from, () => to)
	);
}
