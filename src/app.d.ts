import type { RequestActor } from '#lib/server/auth/actor.ts';
import type { Locale } from '#lib/messages/compiled/runtime.js';

declare global {
	namespace App {
		interface Error {
			message: string;
			/** What to do next, in plain words. */
			hint?: string;
			/** Reference to quote to the district's help, also in the log. */
			reference?: string;
		}
		interface Locals {
			/** Who asks: a signed-in person, a visitor with evidence, or nobody. */
			actor: RequestActor;
			locale: Locale;
			requestId: string;
		}
		interface PageData {
			title?: string;
			/** The page has the whole screen: no masthead, no footer. */
			bare?: boolean;
		}
	}
}
export {};
