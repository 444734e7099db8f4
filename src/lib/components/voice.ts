/** Who is speaking on screen: [P] [L] [G] [D] of the curriculum, never mixed. */
export type Voice = 'policy' | 'law' | 'guidance' | 'district';

export const voices: readonly Voice[] = ['policy', 'law', 'guidance', 'district'];
