/**
 * What a young child signs in with: three pictures in their order, and a word. Easy to remember and to tap; only worth
 * something on a device that a teacher opened, and for lessons alone.
 */
export const signInPictures = [
	'sun',
	'moon',
	'star',
	'tree',
	'flower',
	'apple',
	'fish',
	'bird',
	'cat',
	'house',
	'boat',
	'car',
	'ball',
	'umbrella',
	'balloon',
	'cake'
] as const;
export type SignInPicture = (typeof signInPictures)[number];

/** By their English word; shown and read aloud in the page's language. None is the name of a picture. */
export const secretWords = [
	'milk',
	'rain',
	'jump',
	'blue',
	'frog',
	'nest',
	'drum',
	'snow',
	'ring',
	'bell',
	'sock',
	'lamp',
	'kite',
	'corn',
	'wind',
	'hand'
] as const;
export type SecretWord = (typeof secretWords)[number];

export type PictureSecret = { pictures: SignInPicture[]; word: SecretWord };

export const PICTURES_IN_SECRET = 3;

export function isSignInPicture(text: unknown): text is SignInPicture {
	return signInPictures.some((picture) => picture === text);
}

export function isSecretWord(text: unknown): text is SecretWord {
	return secretWords.some((word) => word === text);
}
