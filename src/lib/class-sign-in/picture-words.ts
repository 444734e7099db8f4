import { m } from '#lib/messages/compiled/messages.js';
import type { SecretWord, SignInPicture } from './picture-secret.ts';

/** What each picture is called, in the page's language. */
export const pictureWords: Record<SignInPicture, () => string> = {
	sun: m.classin_picture_sun,
	moon: m.classin_picture_moon,
	star: m.classin_picture_star,
	tree: m.classin_picture_tree,
	flower: m.classin_picture_flower,
	apple: m.classin_picture_apple,
	fish: m.classin_picture_fish,
	bird: m.classin_picture_bird,
	cat: m.classin_picture_cat,
	house: m.classin_picture_house,
	boat: m.classin_picture_boat,
	car: m.classin_picture_car,
	ball: m.classin_picture_ball,
	umbrella: m.classin_picture_umbrella,
	balloon: m.classin_picture_balloon,
	cake: m.classin_picture_cake
};

/** Each secret word, in the page's language. */
export const wordWords: Record<SecretWord, () => string> = {
	milk: m.classin_word_milk,
	rain: m.classin_word_rain,
	jump: m.classin_word_jump,
	blue: m.classin_word_blue,
	frog: m.classin_word_frog,
	nest: m.classin_word_nest,
	drum: m.classin_word_drum,
	snow: m.classin_word_snow,
	ring: m.classin_word_ring,
	bell: m.classin_word_bell,
	sock: m.classin_word_sock,
	lamp: m.classin_word_lamp,
	kite: m.classin_word_kite,
	corn: m.classin_word_corn,
	wind: m.classin_word_wind,
	hand: m.classin_word_hand
};

/** A device's two pictures in words. */
export function markWords([one, two]: readonly [SignInPicture, SignInPicture]): string {
	return m.classin_mark_alt({ one: pictureWords[one](), two: pictureWords[two]() });
}
