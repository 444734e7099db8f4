import { wordsIn } from '#lib/server/catalogue/catalogue.ts';
import type { HelpData } from '#lib/components/shell.ts';
import { m } from '#lib/messages/compiled/messages.js';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }): { help: HelpData; language: string } => {
	const { contacts, helpLines, language } = wordsIn(locals.locale);
	return {
		language,
		help: {
			lines: helpLines.map(({ name, contact, note = '' }) => ({ name, contact, note })),
			people: [
				{ who: m.shell_help_who_worry(), contact: contacts.report_path },
				{ who: m.shell_help_who_photos(), contact: contacts.photo_list_holder },
				{ who: m.shell_help_who_record(), contact: contacts.records_officer },
				{ who: m.shell_help_who_sign_in(), contact: contacts.technology }
			],
			families: {
				photos: contacts.photo_list_holder,
				permissions: contacts.office,
				record: contacts.records_officer,
				report: contacts.report_path
			}
		}
	};
};
