/** Who is who in the stories of the youngest: the same child looks the same in every picture. */
export const mia = { skin: 4, hair: 'puffs', wear: 'evergreen' } as const;
export const kai = { skin: 3, hair: 'curls', wear: 'wait' } as const;
export const leo = { skin: 0, hair: 'short', hairTone: 4, wear: 'note' } as const;
export const ana = { skin: 2, hair: 'long', hairTone: 1, wear: 'says-law' } as const;
export const nana = { skin: 4, hair: 'bun', hairTone: 5, wear: 'stop', glasses: true } as const;
export const msNoor = { skin: 2, hair: 'scarf', scarf: 'says-law', wear: 'evergreen' } as const;
export const sam = { skin: 5, hair: 'short', wear: 'says-law' } as const;
/** Leo’s. */
export const dad = { skin: 1, hair: 'short', hairTone: 4, wear: 'hill-near', glasses: true } as const;
/** Kai’s. */
export const mom = { skin: 4, hair: 'locs', wear: 'note' } as const;
