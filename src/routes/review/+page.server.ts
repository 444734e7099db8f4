import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { serving } from '#lib/server/db/serving.ts';
import * as review from '#lib/server/register/review.ts';
import { reviewerGate } from '#lib/server/register/verdict.ts';
import { ownReasons, waitingWords } from './review-words.server.ts';
import { reviewerOnly } from './reviewer.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const actor = reviewerOnly(event);
	const [waiting, gate] = await Promise.all([review.queue(serving(), actor), reviewerGate(serving(), actor)]);
	const say = localDates(event.locals.locale);
	return {
		reasons: gate.allow ? [] : ownReasons(gate.findings),
		waiting: waiting.map(({ registration, owner, coOwner, coOwnerSigned, time, may }) => ({
			id: registration.id,
			name: registration.revision?.body.display_name ?? '',
			type: registration.type.title,
			school: registration.organisationName,
			state: registration.state,
			owner,
			coOwner,
			coOwnerSigned,
			submitted: say.date(time.submittedAt),
			time: waitingWords(time),
			mine: !may.ok
		}))
	};
};
