/**
 * Small drawings on the answers of the youngest, who choose by picture and by ear; each is a component of this
 * folder.
 */
export const pictureNames = [
	'grown-up',
	'hide',
	'keep-looking',
	'stop-hand',
	'yes',
	'no',
	'ask-first',
	'snap-photo',
	'say-sorry',
	'kind-note',
	'laugh-face',
	'copy-others',
	'happy-face',
	'sad-face',
	'keep-safe',
	'okay-to-share',
	'whisper',
	'street-house',
	'password-key',
	'school-building',
	'favorite-color',
	'favorite-animal',
	'promise-pinky',
	'wave-hello',
	'shout',
	'go-outside',
	'sleep',
	'more-screen',
	'show-friends',
	'turn-over',
	'answer-back',
	'family-hug',
	'teacher',
	'phone-number',
	'my-tablet'
] as const;

export type PictureName = (typeof pictureNames)[number];
