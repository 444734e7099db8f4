import { m } from '#lib/messages/compiled/messages.js';
import type { Exercise, Mock, Picture, Scene } from '../exercise.ts';
import { shownOrder } from '../response.ts';

/** A part of an exercise as it stands on paper. */
export type PaperPart =
	| { kind: 'text'; text: string }
	/** Boxes to tick under one heading. */
	| { kind: 'boxes'; label?: string; items: { text: string; picture?: Picture; note?: string }[] }
	/** One line each, with the same boxes at its end. */
	| { kind: 'lines'; items: string[]; boxes: string[] }
	/** A small field for a number before each. */
	| { kind: 'numbers'; items: string[] }
	| { kind: 'write'; label?: string; lines: number }
	| { kind: 'rows'; title: string; rows: { label: string; value: string }[] }
	| { kind: 'mock'; mock: Mock }
	| { kind: 'scene'; scene: Scene; alt: string };
export type PaperExercise = {
	/** How it is done with a pencil. */
	how: string;
	parts: PaperPart[];
	/** What stands in the section of answers; none where nothing is right or wrong. */
	answers: { label?: string; text: string }[];
};

/** An exercise with its boxes and lines, and its answers apart. Pure, but for the words of the page's language. */
export function onPaper(exercise: Exercise): PaperExercise {
	switch (exercise.type) {
		case 'sort': {
			const labels = exercise.groups.map(({ label }) => label);
			return {
				how: m.teach_paper_sort(),
				parts: [
					{
						kind: 'lines',
						items: shownOrder(exercise).map((part) => exercise.cards[part]?.text ?? ''),
						boxes: labels
					}
				],
				answers: exercise.groups.map(({ id, label }) => ({
					label,
					text: exercise.cards
						.filter(({ group }) => group === id)
						.map(({ text }) => text)
						.join(' · ')
				}))
			};
		}
		case 'order':
			return {
				how: m.teach_paper_order(),
				parts: [
					{
						kind: 'numbers',
						items: shownOrder(exercise).map((part) => exercise.steps[part]?.text ?? '')
					}
				],
				answers: exercise.steps.map(({ text, why }, index) => ({
					label: String(index + 1),
					text: `${text} ${why}`
				}))
			};
		case 'spot':
			return {
				how: m.teach_paper_spot(),
				parts: [
					{ kind: 'mock', mock: exercise.mock },
					{ kind: 'boxes', items: exercise.spots.map(({ text }) => ({ text })) }
				],
				answers: exercise.spots.map(({ text, problem, feedback }) => ({
					label: text,
					text: `${problem ? m.teach_paper_change() : m.teach_paper_leave()}. ${feedback}`
				}))
			};
		case 'branch': {
			const names = new Map(
				[exercise.start, ...Object.keys(exercise.scenes).filter((id) => id !== exercise.start)].map(
					(id, index) => [id, String(index + 1)] as const
				)
			);
			const scenes = [...names].map(([id, name]) => ({ name, scene: exercise.scenes[id] }));
			return {
				how: m.teach_paper_branch(),
				parts: scenes.flatMap(({ name, scene }): PaperPart[] => [
					{ kind: 'text', text: `${m.teach_paper_scene({ scene: name })}. ${scene?.text ?? ''}` },
					...(scene?.choices
						? [
								{
									kind: 'boxes' as const,
									items: scene.choices.map(({ text, to }) => ({
										text,
										note: m.teach_paper_branch_to({ scene: names.get(to) ?? '' })
									}))
								}
							]
						: [])
				]),
				answers: scenes.flatMap(({ name, scene }) =>
					(scene?.choices ?? []).map(({ text, verdict, consequence }) => ({
						label: `${name}. ${text}`,
						text: `${{ best: m.exercise_branch_best(), fair: m.exercise_branch_fair(), risky: m.exercise_branch_risky() }[verdict]}. ${consequence}`
					}))
				)
			};
		}
		case 'reveal':
			return {
				how: m.teach_paper_reveal(),
				parts: [{ kind: 'boxes', items: exercise.cards.map(({ front }) => ({ text: front })) }],
				answers: exercise.cards.map(({ front, back }) => ({ label: front, text: back }))
			};
		case 'checklist':
			return {
				how: m.teach_paper_checklist(),
				parts: [{ kind: 'boxes', items: exercise.items.map(({ text }) => ({ text })) }],
				answers: exercise.items.map(({ text, why }) => ({ label: text, text: why }))
			};
		case 'alt-text':
			return {
				how: m.teach_paper_write(),
				parts: [
					{ kind: 'scene', scene: exercise.scene, alt: exercise.alt },
					{ kind: 'text', text: exercise.context },
					{ kind: 'write', lines: 3 }
				],
				answers: [
					{ label: m.exercise_alt_model(), text: exercise.model },
					...exercise.notes.map((text) => ({ text }))
				]
			};
		case 'form-practice':
			return {
				how: m.teach_paper_choose(),
				parts: exercise.fields.map(({ label, hint, options }) => ({
					kind: 'boxes',
					label: [label, hint].filter(Boolean).join('. '),
					items: options.map(({ text }) => ({ text }))
				})),
				answers: exercise.fields.map(({ label, options }) => ({ label, text: goodOf(options) }))
			};
		case 'repair':
			return {
				how: m.teach_paper_choose(),
				parts: [
					{ kind: 'mock', mock: exercise.before },
					...exercise.parts.map(({ label, now, options }) => ({
						kind: 'boxes' as const,
						label: `${label}. ${m.teach_paper_now({ text: now })}`,
						items: options.map(({ text }) => ({ text }))
					}))
				],
				answers: exercise.parts.map(({ label, options }) => ({ label, text: goodOf(options) }))
			};
		case 'settings':
			return {
				how: m.teach_paper_choose(),
				parts: exercise.switches.map(({ label, options, start }) => ({
					kind: 'boxes',
					label: `${label}. ${m.teach_paper_now({ text: options[start]?.text ?? '' })}`,
					items: options.map(({ text }) => ({ text }))
				})),
				answers: exercise.switches.map(({ label, options }) => ({
					label,
					text: options
						.filter(({ good }) => good)
						.map(({ text, effect }) => `${text}: ${effect}`)
						.join(' ')
				}))
			};
		case 'plan':
			return {
				how: m.teach_paper_plan(),
				parts: [
					...exercise.parts.map((part): PaperPart => {
						const label = [part.label, part.hint].filter(Boolean).join('. ');
						return part.kind === 'pick'
							? { kind: 'boxes', label, items: part.choices.map((text) => ({ text })) }
							: {
									kind: 'write',
									label: `${label} (${m.teach_paper_from_to({ from: part.from, to: part.to, unit: part.unit })})`,
									lines: 1
								};
					}),
					...(exercise.lines ?? []).map((label) => ({ kind: 'write' as const, label, lines: 1 }))
				],
				answers: []
			};
		case 'claim': {
			const words = {
				holds: m.exercise_claim_holds(),
				stretched: m.exercise_claim_stretched(),
				false: m.exercise_claim_false()
			};
			return {
				how: m.teach_paper_claim(),
				parts: [
					{ kind: 'lines', items: exercise.claims.map(({ claim }) => claim), boxes: Object.values(words) }
				],
				answers: exercise.claims.map(({ claim, verdict, check }) => ({
					label: claim,
					text: `${words[verdict]}. ${check}`
				}))
			};
		}
		case 'tap':
			return {
				how: m.teach_paper_tap(),
				parts: exercise.rounds.flatMap(({ scene, alt, say, answers }): PaperPart[] => [
					{ kind: 'scene', scene, alt },
					{
						kind: 'boxes',
						label: say,
						items: answers.map(({ text, picture }) => ({ text, picture }))
					}
				]),
				answers: exercise.rounds.map(({ say, answers }) => ({
					label: say,
					text: answers
						.filter(({ good }) => good)
						.map((answer) => `${answer.text}. ${answer.say}`)
						.join(' ')
				}))
			};
		case 'queue': {
			const words = {
				approve: m.exercise_queue_approve(),
				change: m.exercise_queue_change(),
				refuse: m.exercise_queue_refuse()
			};
			return {
				how: m.teach_paper_queue(),
				parts: exercise.cases.flatMap(({ title, rows, findings }): PaperPart[] => [
					{ kind: 'rows', title, rows },
					{
						kind: 'boxes',
						label: m.exercise_queue_findings(),
						items: findings.map(({ text }) => ({ text }))
					},
					{
						kind: 'boxes',
						label: m.exercise_queue_decide(),
						items: Object.values(words).map((text) => ({ text }))
					}
				]),
				answers: exercise.cases.flatMap(({ title, findings, decision, why }) => [
					{ label: title, text: `${words[decision]}. ${why}` },
					...findings
						.filter(({ problem }) => problem)
						.map(({ text, feedback }) => ({ label: text, text: feedback }))
				])
			};
		}
	}
}

function goodOf(options: readonly { text: string; good: boolean; feedback: string }[]): string {
	return options
		.filter(({ good }) => good)
		.map(({ text, feedback }) => `${text}. ${feedback}`)
		.join(' ');
}
