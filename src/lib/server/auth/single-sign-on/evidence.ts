import * as v from 'valibot';
import type { SingleSignOn } from '#lib/server/catalogue/read-catalogue.ts';
import { ask, type ExchangeRefusal, type Vouched } from './exchange.ts';
import { presetOf, type Claims } from './presets.ts';
import type { Provider } from './providers.ts';

/** By what somebody who comes for the first time is looked for in the roster. */
export type Evidence = { by: 'sourced-id'; ids: string[] } | { by: 'email'; email: string };

/**
 * What the provider says of somebody that it is authoritative for: the roster's source id where the district believes
 * it that, else a verified e-mail address in one of its domains. null when there is nothing to look by.
 */
export async function evidenceOf(
	provider: Provider,
	vouched: Vouched
): Promise<{ ok: true; evidence: Evidence | null } | ExchangeRefusal> {
	const { settings } = provider;
	if (settings.preset === 'clever' && settings.authoritative.sourced_id) {
		const address = new URL(encodeURIComponent(vouched.subject), provider.cleverUsers);
		const asked = await ask(provider, vouched.accessToken, address);
		if (!asked.ok) return asked;
		const ids = cleverSourceIds(asked.answer, settings.district);
		if (ids.length > 0) return { ok: true, evidence: { by: 'sourced-id', ids } };
	}
	return { ok: true, evidence: evidenceIn(vouched.claims, settings) };
}

/** The same of claims alone. A source id that is there decides by itself: an e-mail address is not tried as well. */
export function evidenceIn(claims: Claims, settings: SingleSignOn): Evidence | null {
	const preset = presetOf(settings);
	const claim = preset.sourceIdClaim(settings);
	const id = claim === null ? null : idIn(claims[claim]);
	if (id !== null) return { by: 'sourced-id', ids: [id] };
	const email = preset.isEmailVerified(claims) ? emailIn(claims.email) : null;
	const domain = email?.slice(email.lastIndexOf('@') + 1) ?? '';
	return email !== null && settings.authoritative.email_domains.includes(domain)
		? { by: 'email', email }
		: null;
}

/**
 * An address in small letters. Only plain ASCII with one @: there are other letters whose small ones are of ASCII, and
 * by them one address would pass for another.
 */
function emailIn(claim: unknown): string | null {
	return typeof claim === 'string' && /^[!-?A-~]+@[a-z0-9.-]+$/i.test(claim) && claim.length <= 254
		? claim.toLowerCase()
		: null;
}

function idIn(claim: unknown): string | null {
	if (typeof claim === 'number' && Number.isSafeInteger(claim)) return String(claim);
	if (typeof claim !== 'string' || claim.trim() === '' || claim.length > 255) return null;
	return /\p{Cc}/u.test(claim) ? null : claim;
}

const cleverRole = v.optional(
	v.nullable(v.object({ sis_id: v.optional(v.unknown()), staff_id: v.optional(v.unknown()) }))
);
const cleverUser = v.object({
	data: v.object({
		district: v.string(),
		roles: v.object({ student: cleverRole, teacher: cleverRole, staff: cleverRole, contact: cleverRole })
	})
});

/** The ids of one person's roles at Clever; none where the answer is of another district, or no answer of Clever's. */
function cleverSourceIds(answer: unknown, district: string): string[] {
	const parsed = v.safeParse(cleverUser, answer);
	if (!parsed.success || parsed.output.data.district !== district) return [];
	const roles = Object.values(parsed.output.data.roles);
	const ids = roles.flatMap((role) => [idIn(role?.sis_id), idIn(role?.staff_id)]);
	return [...new Set(ids.filter((id) => id !== null))];
}
