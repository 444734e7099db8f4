/** A certificate ready to be shown: dates in words, code in groups. */
export interface ShownCertificate {
	code: string;
	title: string;
	audience: 'staff' | 'student' | 'family' | 'partner';
	course: string;
	edition: string;
	earned: string;
	validFrom: string;
	/** Null when it never ends. */
	validThrough: string | null;
	district: string;
	policy: { number: string; title: string };
	state: 'valid' | 'not_started' | 'in_grace' | 'expired' | 'revoked';
	/** While in grace: the last day of it. */
	graceThrough: string | null;
}
