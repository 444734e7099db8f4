import type { ServerInit } from '@sveltejs/kit';
import { sequence } from '@sveltejs/kit/hooks';
import carried from 'virtual:waypost-catalogue';
import { building } from '$app/environment';
import { use } from '#lib/server/catalogue/catalogue.ts';
import { actor } from './hooks/actor.ts';
import { bodySize } from './hooks/body-size.ts';
import { canonicalHost } from './hooks/canonical-host.ts';
import { reportError } from './hooks/error-report.ts';
import { securityHeaders } from './hooks/headers.ts';
import { lessonsOnly } from './hooks/lessons-only.ts';
import { locale } from './hooks/locale.ts';
import { plainAnswers } from './hooks/plain-answer.ts';
import { plainTexts } from './hooks/plain-text.ts';
import { requestLog } from './hooks/request-log.ts';
import { startServing } from './hooks/startup.ts';

// The site runs on the content that its build checked, wherever it was started from.
use(carried);

export const init: ServerInit = async () => {
	if (!building) await startServing();
};

/**
 * A request's way: an id and a log line, the headers of its answer, an answer to what is refused on the way, its host,
 * its language, how much it brings and what of it can be seen, who asks, and lessons only for whom pictures signed in.
 */
export const handle = sequence(
	requestLog,
	securityHeaders,
	plainAnswers,
	canonicalHost,
	locale,
	bodySize,
	plainTexts,
	actor,
	lessonsOnly
);

export const handleError = reportError;
