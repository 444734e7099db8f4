import { permissionLanguages, permissionReaders } from '../permission-texts.ts';
import type { Catalogue } from '../read-catalogue.ts';
import type { ContentReport, Place } from './content-report.ts';
import { grade, wordCount } from './reading-level.ts';

const file = 'permissions.yaml';
/** Families with little schooling sign these: grade 6, and one grade that the formula can’t tell. */
const HARDEST = 7;
const FEWEST_WORDS = 40;

/** What families are asked to permit: clauses that the policy has, languages that say the same, plain English. */
export function checkPermissions(
	report: ContentReport,
	{ permissions, policies, district, gates }: Catalogue
): void {
	const clauses = policies[district.policy]?.clauses ?? {};
	for (const { id, words, ...purpose } of Object.values(permissions)) {
		purpose.clauses.forEach((clause, index) => {
			if (!clauses[clause])
				report.error(
					{ file, entry: ['purposes', id, 'clauses', index] },
					`the policy has no clause “${clause}”.`,
					'Use an id of content/policies.'
				);
		});
		for (const reader of permissionReaders) {
			const { text } = words.en[reader];
			for (const language of permissionLanguages)
				if (words[language][reader].text.length !== text.length)
					report.error(
						{ file, entry: ['purposes', id, 'words', language, reader, 'text'] },
						`it has ${words[language][reader].text.length} paragraphs, the English text ${text.length}.`,
						'Say the same in every language, paragraph by paragraph.'
					);
			const level = grade(text.join('\n'));
			if (wordCount(text.join('\n')) >= FEWEST_WORDS && level > HARDEST)
				report.warning(
					{ file, entry: ['purposes', id, 'words', 'en', reader, 'text'] },
					`the text reads like grade ${level.toFixed(1)}; families should meet grade 6.`,
					'Use shorter sentences and plainer words.'
				);
		}
	}
	for (const gate of Object.values(gates))
		gate.asks.forEach((ask, index) => {
			const place: Place = { file: 'gates.yaml', entry: ['gates', gate.id, 'asks', index] };
			if (!('permission' in ask)) return;
			if (!permissions[ask.permission])
				report.error(
					place,
					`there is no permission “${ask.permission}”.`,
					'Write it under “purposes” in permissions.yaml.'
				);
			if (gate.audience !== 'student')
				report.error(
					place,
					'only students have a permission.',
					'Take it out, or make the gate one for students.'
				);
		});
}
