import { error, json } from '@sveltejs/kit';
import * as v from 'valibot';
import { serving } from '#lib/server/db/serving.ts';
import * as attempts from '#lib/server/learning/attempts.ts';
import { ownAttempt } from '../attempt.server.ts';
import type { RequestHandler } from './$types';

const whole = v.pipe(v.number(), v.integer());
const body = v.strictObject({
	rev: v.pipe(whole, v.minValue(1), v.maxValue(100_000)),
	answer: v.union([
		v.strictObject({ choices: v.pipe(v.array(whole), v.maxLength(20)) }),
		v.strictObject({ sequence: v.pipe(v.array(whole), v.maxLength(20)) }),
		v.strictObject({
			groups: v.pipe(v.array(v.nullable(v.pipe(v.string(), v.maxLength(60)))), v.maxLength(20))
		})
	])
});

/** Autosave: keeps one answer as it is given. 409 when the attempt is closed or a newer answer is stored. */
export const PUT: RequestHandler = async (event) => {
	const attempt = await ownAttempt(event);
	const parsed = v.safeParse(body, await event.request.json().catch(() => null));
	const draw = attempt.draw[Number(event.params.item) - 1];
	if (!parsed.success || !draw) error(400);
	const saved = await attempts.saveAnswer(
		serving(),
		attempt,
		draw.item,
		parsed.output.answer,
		parsed.output.rev
	);
	return json(saved, { status: saved.ok ? 200 : saved.reason === 'unfit' ? 400 : 409 });
};
