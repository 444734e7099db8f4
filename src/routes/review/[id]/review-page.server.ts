import { formatDate } from '#lib/dates.ts';
import { m } from '#lib/messages/compiled/messages.js';
import type { Locale } from '#lib/messages/compiled/runtime.js';
import { pageTitle } from '#lib/register/describe.ts';
import { stateWord } from '#lib/register/states.ts';
import { mainPolicy } from '#lib/server/catalogue/catalogue.ts';
import { localDates } from '#lib/server/catalogue/local-dates.ts';
import type { LookAlike } from '#lib/server/register/look-alikes.ts';
import type { Opened } from '#lib/server/register/review.ts';
import {
	findingsInWords,
	missingWords,
	ownReasons,
	recordedInWords,
	waitingWords,
	whyNot
} from '../review-words.server.ts';

/** A registration as its reviewer reads it, in words of the page's language. */
export function reviewPage(opened: Opened, locale: Locale) {
	const { registration, owner, coOwner, time, may, reviewer } = opened;
	const { revision, type } = registration;
	const say = localDates(locale);
	const moment = (at: Date) => `${say.date(at)}, ${say.time(at)}`;
	const { number } = mainPolicy();
	return {
		id: registration.id,
		name: revision.body.display_name,
		type: type.title,
		school: registration.organisationName,
		state: registration.state,
		revision: revision.number,
		url: revision.body.url,
		start: formatDate(revision.body.start_date, locale, 'UTC'),
		reviewBy: formatDate(revision.body.review_date, locale, 'UTC'),
		submitted: moment(revision.submittedAt),
		/** Null where nothing waits for a decision. */
		waiting: time ? waitingWords(time) : null,
		refused: may.ok ? null : whyNot(may.reason),
		reasons: reviewer.allow ? [] : ownReasons(reviewer.findings),
		gateAllows: opened.gateAllows,
		people: [
			{
				part: m.review_owner(),
				name: owner.name ?? m.review_unnamed(),
				findings: findingsInWords(owner.findings, type.gate)
			},
			{
				part: m.review_co_owner(),
				name: coOwner.name ?? m.review_unnamed(),
				findings: findingsInWords(coOwner.findings, type.gate)
			}
		],
		missing: missingWords(opened.missing),
		mistakes: opened.mistakes.map(({ page, message }) => `${pageTitle(page)} ${message}`),
		lookAlikes: opened.lookAlikes.map((hint) => ({
			id: hint.id,
			own: hint.own,
			words: lookAlikeWords(hint)
		})),
		changes: opened.changes,
		statements: opened.statements.map(
			({ code, title, statement, clauses, district, evidence, ...signed }) => ({
				code,
				title,
				statement,
				clauses,
				number,
				voice: district ? ('district' as const) : ('policy' as const),
				evidence: evidence.map(({ label, value }) => ({ label, value })),
				signed: [
					{ part: m.review_owner(), when: signed.owner ? moment(signed.owner.at) : null },
					{ part: m.review_co_owner(), when: signed.coOwner ? moment(signed.coOwner.at) : null }
				]
			})
		),
		answers: opened.groups.map(({ page, title, rows }) => ({
			page,
			title,
			rows: rows.map(({ label, value }) => ({ label, value }))
		})),
		history: opened.history.map((entry) => ({
			key: entry.kind === 'move' ? `move-${entry.n}` : `${entry.kind}-${entry.at.getTime()}`,
			title: historyTitle(entry),
			when: moment(entry.at),
			by: entry.kind === 'move' ? (entry.actorName ?? m.review_unnamed()) : null,
			reason: entry.kind === 'move' ? entry.reason : null,
			reasons: recordedInWords(
				(entry.reasons ?? []).filter(({ met }) => entry.kind === 'move' || !met),
				type.gate
			)
		}))
	};
}

function historyTitle(entry: Opened['history'][number]): string {
	if (entry.kind === 'move') return stateWord(entry.to);
	return entry.kind === 'refused' ? m.register_state_refused() : m.review_history_refused();
}

function lookAlikeWords({ why, displayName, handle, school, state }: LookAlike): string {
	if (displayName === null || handle === null)
		return why === 'same-handle'
			? m.review_alike_handle_hidden({ school })
			: m.review_alike_name_hidden({ school });
	const told = { name: displayName, handle, school, state: stateWord(state) };
	return why === 'same-handle' ? m.review_alike_handle(told) : m.review_alike_name(told);
}
