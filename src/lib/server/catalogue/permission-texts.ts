import type { Band, PermissionReader } from '#lib/server/db/schema.ts';
import { contentHash } from './hash.ts';
import type { PermissionPurpose } from './read-catalogue.ts';

export type PermissionLanguage = keyof PermissionPurpose['words'];
export const permissionLanguages = ['en', 'es', 'pt-BR'] as const satisfies readonly PermissionLanguage[];
export const permissionReaders = ['guardian', 'student'] as const satisfies readonly PermissionReader[];

/** What one reader is shown in one language, with the hash that a signature names. */
export type PermissionText = {
	purpose: string;
	version: string;
	language: PermissionLanguage;
	reader: PermissionReader;
	title: string;
	question: string;
	text: string[];
	given: string;
	refused: string;
	hash: string;
};

/** The words of a permission for a reader in a language; English where the site speaks one that has none. */
export function permissionText(
	{ id, version, words }: PermissionPurpose,
	reader: PermissionReader,
	locale: string
): PermissionText {
	const language = permissionLanguages.find((known) => known === locale) ?? 'en';
	const shown = {
		purpose: id,
		version,
		language,
		reader,
		title: words[language].title,
		...words[language][reader]
	};
	return { ...shown, hash: contentHash(shown) };
}

/** The words of a permission in every language, for every reader. */
export function permissionTexts(purpose: PermissionPurpose): PermissionText[] {
	return permissionLanguages.flatMap((language) =>
		permissionReaders.map((reader) => permissionText(purpose, reader, language))
	);
}

/** Whether a permission is asked for a student of this band. */
export function isAskedFor({ bands }: Pick<PermissionPurpose, 'bands'>, band: Band | null): boolean {
	return !bands || (band !== null && bands.includes(band));
}
