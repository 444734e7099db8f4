import type { SingleSignOn } from '#lib/server/catalogue/read-catalogue.ts';

/** What an issuer says of somebody, as it came: nothing in it is believed before it is checked. */
export type Claims = Readonly<Record<string, unknown>>;

type Preset<Settings> = {
	issuer: (settings: Settings) => string;
	scope: (settings: Settings) => string;
	/** What else the person is sent there with. */
	hints: (settings: Settings) => Record<string, string>;
	/** Whether the issuer, which may vouch for many districts, speaks of somebody of this one. */
	isOfDistrict: (claims: Claims, settings: Settings) => boolean;
	/** Claims that some issuers put into the answer of their userinfo endpoint and not into the ID token. */
	wanted: (settings: Settings) => string[];
	isEmailVerified: (claims: Claims) => boolean;
	/** The claim that holds the roster's source id; null where none does. */
	sourceIdClaim: (settings: Settings) => string | null;
};

/** Some issuers write booleans as text. */
const isTrue = (claim: unknown) => claim === true || claim === 'true';
const saysVerified = (claims: Claims) => isTrue(claims.email_verified);
const named = (claim: string | boolean) => (typeof claim === 'string' ? claim : null);

/**
 * What is particular about each kind of issuer. Sources: Google, "OpenID Connect" (hd); Microsoft, "ID token claims
 * reference" and "Optional claims reference" (tid, xms_edov); Clever, "OIDC Implementation" (district) and "Users"
 * (sis_id); ClassLink, discovery document (classLink_…); OpenID Connect Core 1.0, section 5.
 */
const presets: {
	[Name in SingleSignOn['preset']]: Preset<Extract<SingleSignOn, { preset: Name }>>;
} = {
	google: {
		issuer: () => 'https://accounts.google.com',
		scope: () => 'openid email',
		hints: ({ hosted_domains: [domain = '', ...more] }) => ({
			// Only what Google shows first: whoever comes back with another domain is refused below.
			hd: more.length > 0 ? '*' : domain,
			prompt: 'select_account'
		}),
		isOfDistrict: ({ hd }, { hosted_domains }) =>
			typeof hd === 'string' && hosted_domains.includes(hd.toLowerCase()),
		wanted: () => [],
		isEmailVerified: saysVerified,
		sourceIdClaim: () => null
	},
	entra: {
		issuer: ({ tenant }) => `https://login.microsoftonline.com/${tenant}/v2.0`,
		scope: () => 'openid email',
		hints: () => ({ prompt: 'select_account' }),
		isOfDistrict: ({ tid }, { tenant }) => tid === tenant,
		wanted: () => [],
		// Whoever administers any tenant can write any address into `email`; this optional claim alone says that its
		// domain was verified.
		isEmailVerified: ({ xms_edov }) => isTrue(xms_edov) || xms_edov === 1 || xms_edov === '1',
		sourceIdClaim: ({ authoritative }) => named(authoritative.sourced_id)
	},
	clever: {
		issuer: () => 'https://clever.com',
		scope: () => 'openid',
		hints: ({ district }) => ({ district_id: district }),
		isOfDistrict: (claims, { district }) => claims.district === district,
		wanted: () => ['district', 'email'],
		isEmailVerified: saysVerified,
		// Source ids are asked for at Clever's own address: see source-ids.ts.
		sourceIdClaim: () => null
	},
	classlink: {
		issuer: () => 'https://launchpad.classlink.com',
		scope: () => 'openid profile email oneroster',
		hints: () => ({}),
		isOfDistrict: ({ classLink_tenant_id: id }, { tenant }) =>
			(typeof id === 'string' || typeof id === 'number') && String(id) === tenant,
		wanted: ({ authoritative }) => [
			'classLink_tenant_id',
			authoritative.sourced_id ? 'classLink_sourcedId' : 'email'
		],
		isEmailVerified: saysVerified,
		sourceIdClaim: ({ authoritative }) => (authoritative.sourced_id ? 'classLink_sourcedId' : null)
	},
	oidc: {
		issuer: ({ issuer }) => issuer,
		scope: ({ scope }) => scope ?? 'openid email',
		hints: () => ({}),
		isOfDistrict: () => true,
		wanted: ({ authoritative }) => [named(authoritative.sourced_id) ?? 'email'],
		isEmailVerified: saysVerified,
		sourceIdClaim: ({ authoritative }) => named(authoritative.sourced_id)
	}
};

/** What is particular about these settings' kind of issuer. */
export function presetOf<Settings extends SingleSignOn>({ preset }: Settings): Preset<Settings> {
	return presets[preset] as unknown as Preset<Settings>;
}
