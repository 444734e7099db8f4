import { m } from '#lib/messages/compiled/messages.js';
import type { ImportState } from '#lib/server/db/schema.ts';
import type { State } from '#lib/components/states.ts';

/** How an import stands, as a word with its colour. */
export function stateTag(state: ImportState, reason: string | null): { kind: State; word: string } {
	if (state === 'discarded' && reason === 'dry-run') return { kind: 'note', word: m.roster_state_dry_run() };
	const tags: Record<ImportState, { kind: State; word: string }> = {
		reading: { kind: 'wait', word: m.roster_state_reading() },
		planned: { kind: 'wait', word: m.roster_state_planned() },
		applying: { kind: 'wait', word: m.roster_state_applying() },
		applied: { kind: 'good', word: m.roster_state_applied() },
		refused: { kind: 'stop', word: m.roster_state_refused() },
		discarded: { kind: 'note', word: m.roster_state_discarded() },
		failed: { kind: 'stop', word: m.roster_state_failed() }
	};
	return tags[state];
}
