import { redirect, type RequestEvent } from '@sveltejs/kit';
import { pathToComeBackTo } from '#lib/components/shell.ts';
import type { RequestActor } from '#lib/server/auth/actor.ts';

/**
 * Sends somebody whose rights over other people's records sleep to where a second factor is set up or used, and
 * from there back. Asked before a page says that it is not for them.
 */
export function secondFactorFirst({ url }: RequestEvent, actor: RequestActor): void {
	if (actor.kind !== 'person' || !actor.sleepingRights) return;
	redirect(303, `/second-factor?next=${encodeURIComponent(pathToComeBackTo(url))}`);
}
