import { district } from '#lib/server/catalogue/catalogue.ts';
import type { RosterSettings } from './plan.ts';
import type { StagingDistrict } from './staging-context.ts';

/** What the district's own file says that a roster import has to know. */
export function rosterSettings(): RosterSettings & { district: StagingDistrict; nightlyAt: string } {
	const { name, emailDomains, time_zone: timeZone, roster } = district();
	return {
		timeZone,
		endingGuardPercent: roster.ending_guard_percent,
		nightlyAt: roster.nightly_at,
		district: { name, emailDomains }
	};
}
