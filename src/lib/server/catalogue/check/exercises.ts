import type { BranchExercise, Exercise, Mock } from '#lib/lesson/exercise.ts';
import { respond } from '#lib/lesson/response.ts';
import type { Lesson } from '../read-catalogue.ts';
import { normalised, repeated, type ContentReport, type Place } from './content-report.ts';

/** A lesson's exercises and mocks: that each can be worked through, and every picture has its words. */
export function checkExercises(report: ContentReport, lesson: Lesson): void {
	const { file } = lesson;
	for (const id of repeated(lesson.exercises.map((exercise) => exercise.id)))
		report.error(
			{ file, entry: ['exercises'] },
			`two exercises are called “${id}”.`,
			'Give each its own id.'
		);
	lesson.exercises.forEach((exercise, index) => {
		const entry = ['exercises', index];
		checkExercise(report, exercise, (...path) => ({ file, entry: [...entry, ...path] }));
	});
	for (const [id, mock] of Object.entries(lesson.mocks))
		checkMock(report, mock, { file, entry: ['mocks', id] });
}

/** A picture is drawn only with words that say what matters in it (WCAG 1.1.1). */
export function checkMock(report: ContentReport, mock: Mock, place: Place): void {
	if (mock.kind !== 'post') return;
	if (mock.scene && !mock.alt)
		report.error(place, 'a scene has no alt text.', 'Add “alt”: what matters in the picture.');
	if (mock.alt && !mock.scene)
		report.warning(place, 'alt text without a scene is never shown.', 'Add the “scene”, or take “alt” out.');
}

type At = (...path: PropertyKey[]) => Place;

function checkExercise(report: ContentReport, exercise: Exercise, at: At): void {
	const distinct = (texts: string[], what: string) => {
		for (const text of repeated(texts.map(normalised)))
			report.error(at(), `two ${what} say “${text}”.`, 'Word them differently.');
	};
	switch (exercise.type) {
		case 'sort':
			distinct(
				exercise.cards.map((card) => card.text),
				'cards'
			);
			return checkGroups(report, exercise, at);
		case 'order':
			return distinct(
				exercise.steps.map((step) => step.text),
				'steps'
			);
		case 'spot':
			checkMock(report, exercise.mock, at('mock'));
			distinct(
				exercise.spots.map((spot) => spot.text),
				'spots'
			);
			if (exercise.spots.every((spot) => spot.problem))
				report.error(at('spots'), 'every spot is a problem.', 'Add one that is fine.');
			if (!exercise.spots.some((spot) => spot.problem))
				report.error(at('spots'), 'no spot is a problem.', 'Mark at least one with “problem: true”.');
			return;
		case 'branch':
			return checkBranch(report, exercise, at);
		case 'reveal':
			return distinct(
				exercise.cards.map((card) => card.front),
				'cards'
			);
		case 'checklist':
			return distinct(
				exercise.items.map((item) => item.text),
				'lines'
			);
		case 'alt-text':
			if (respond(exercise, { type: 'alt-text', text: exercise.model }).summary.state !== 'right')
				report.error(
					at('model'),
					'the model answer fails its own keywords.',
					'Change the model, “keywords” or “avoid”, so that the model passes.'
				);
			return;
		case 'form-practice':
			exercise.fields.forEach((field, index) => checkOptions(report, field, at('fields', index)));
			return;
		case 'repair':
			checkMock(report, exercise.before, at('before'));
			checkMock(report, exercise.after, at('after'));
			exercise.parts.forEach((part, index) => checkOptions(report, part, at('parts', index)));
			return;
		case 'settings':
			exercise.switches.forEach((line, index) => {
				const place = at('switches', index);
				checkOptions(report, line, place);
				if (!line.options[line.start])
					report.error(place, `“start: ${line.start}” names no option.`, 'Count the options from 0.');
			});
			if (exercise.switches.every((line) => line.options[line.start]?.good))
				report.error(at('switches'), 'everything is set well from the start.', 'Start one switch badly.');
			return;
		case 'plan':
			exercise.parts.forEach((part, index) => {
				if (
					part.kind === 'amount' &&
					(part.start < part.from || part.start > part.to || part.from >= part.to)
				)
					report.error(
						at('parts', index),
						`the amount starts at ${part.start}, outside ${part.from} to ${part.to}.`,
						'Start between the two.'
					);
			});
			return distinct(
				exercise.parts.map((part) => part.label),
				'parts'
			);
		case 'claim':
			if (new Set(exercise.claims.map((claim) => claim.verdict)).size < 2)
				report.error(at('claims'), 'all claims have the same verdict.', 'Mix what holds with what does not.');
			return distinct(
				exercise.claims.map((claim) => claim.claim),
				'claims'
			);
		case 'tap':
			exercise.rounds.forEach((round, index) => {
				if (round.answers.filter((answer) => answer.good).length !== 1)
					report.error(
						at('rounds', index),
						'a round needs exactly one good answer.',
						'Mark one with “good: true” and the others with “good: false”.'
					);
			});
			return;
		case 'queue':
			exercise.cases.forEach((waiting, index) => {
				const blocked = waiting.findings.some((finding) => finding.problem);
				if (blocked === (waiting.decision === 'approve'))
					report.error(
						at('cases', index),
						`“${waiting.title}” is to be ${waiting.decision}d, but ${blocked ? 'something stands in the way' : 'nothing stands in the way'}.`,
						'Make the decision and the findings agree.'
					);
			});
			return distinct(
				exercise.cases.map((waiting) => waiting.title),
				'cases'
			);
	}
}

/** There is something to choose well, something to stumble over, and each says something different. */
function checkOptions(
	report: ContentReport,
	{ label, options }: { label: string; options: { text: string; good: boolean }[] },
	place: Place
): void {
	if (!options.some((option) => option.good))
		report.error(place, `“${label}” has no good option.`, 'Mark one with “good: true”.');
	if (options.every((option) => option.good))
		report.error(place, `“${label}” has no option to stumble over.`, 'Add one with “good: false”.');
	for (const text of repeated(options.map((option) => normalised(option.text))))
		report.error(place, `two options say “${text}”.`, 'Word them differently.');
}

/** The groups of cards exist, once each, and none stays empty. */
export function checkGroups(
	report: ContentReport,
	sorted: { groups: { id: string; label: string }[]; cards: { group: string }[] },
	at: At
): void {
	const ids = sorted.groups.map((group) => group.id);
	for (const id of repeated(ids))
		report.error(at('groups'), `two groups are called “${id}”.`, 'Give each its own id.');
	sorted.cards.forEach((card, index) => {
		if (!ids.includes(card.group))
			report.error(at('cards', index), `there is no group “${card.group}”.`, `Use one of ${ids.join(', ')}.`);
	});
	for (const id of ids) {
		if (!sorted.cards.some((card) => card.group === id))
			report.warning(at('groups'), `no card belongs to “${id}”.`, 'Add one, or take the group out.');
	}
}

/** A branching story can be walked: every choice leads on, every scene is reached, and every way comes to an end. */
function checkBranch(report: ContentReport, exercise: BranchExercise, at: At): void {
	const { scenes, start } = exercise;
	const next = (id: string) => scenes[id]?.choices?.map((choice) => choice.to) ?? [];
	if (!Object.hasOwn(scenes, start)) {
		report.error(
			at('start'),
			`there is no scene “${start}”.`,
			`Start with one of ${Object.keys(scenes).join(', ')}.`
		);
		return;
	}
	for (const [id, scene] of Object.entries(scenes)) {
		scene.choices?.forEach((choice, index) => {
			if (!Object.hasOwn(scenes, choice.to))
				report.error(
					at('scenes', id, 'choices', index),
					`there is no scene “${choice.to}”.`,
					'Lead on to a scene of this exercise.'
				);
		});
		for (const text of repeated(scene.choices?.map((choice) => normalised(choice.text)) ?? []))
			report.error(at('scenes', id), `two choices say “${text}”.`, 'Word them differently.');
		if (scene.choices?.length && !scene.choices.some((choice) => choice.verdict === 'best'))
			report.warning(at('scenes', id), 'no choice is the best one.', 'Give one the verdict “best”.');
	}
	const reached = new Set([start]);
	for (const id of reached) for (const to of next(id)) reached.add(to);
	const ends = new Set(Object.keys(scenes).filter((id) => next(id).length === 0));
	const finishing = closure(ends, (id) => next(id), Object.keys(scenes));
	for (const id of Object.keys(scenes)) {
		if (!reached.has(id))
			report.error(at('scenes', id), `no choice leads to the scene “${id}”.`, 'Lead to it, or take it out.');
		else if (!finishing.has(id))
			report.error(
				at('scenes', id),
				`from “${id}” the story never ends.`,
				'Lead on to a scene without choices.'
			);
	}
}

/** All of `ids` from which a way leads into `goal`. */
function closure(goal: Set<string>, next: (id: string) => string[], ids: string[]): Set<string> {
	const found = new Set(goal);
	for (let before = -1; before !== found.size;) {
		before = found.size;
		for (const id of ids) if (next(id).some((to) => found.has(to))) found.add(id);
	}
	return found;
}
