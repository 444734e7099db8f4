/** Tones of skin and hair. People keep theirs in light and dark alike, so these are not tokens. */
export const skins = ['#f2cda8', '#e0b28a', '#c98b5f', '#a9734a', '#8a5a3c', '#5f3d29'] as const;
export const hairs = ['#2b1a12', '#4a2f1d', '#7a4a24', '#c2934d', '#9a4a2a', '#9b9a97'] as const;

export type Tone = 0 | 1 | 2 | 3 | 4 | 5;
export type HairStyle = 'short' | 'long' | 'bun' | 'curls' | 'puffs' | 'scarf' | 'locs' | 'none';
export type Mood = 'happy' | 'calm' | 'worried' | 'cheer';
export type Arms = 'down' | 'raised' | 'wave' | 'hold';
/** Clothes are of the design's colours, and follow light and dark. */
export type Wear = 'evergreen' | 'note' | 'stop' | 'wait' | 'says-law' | 'hill-near' | 'ink-soft';
