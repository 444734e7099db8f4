import { Temporal } from 'temporal-polyfill';
import * as v from 'valibot';
import { m } from '#lib/messages/compiled/messages.js';
import { canonicalUrl, type UrlFault } from './canonical-url.ts';
import { isOfDistrict, personalInformation, type PersonalInformation } from './personal-information.ts';

/** What the district's content says that the form's rules need. `today` is a civil date in the district's zone. */
export type FormRules = {
	emailDomains: string[];
	goals: { id: string; label: string }[];
	platforms: { id: string; label: string }[];
	today: string;
};

// Messages are functions, so that they speak the language of the request that reads them.
type Say = () => string;
const line = (missing: Say, max = 200) =>
	v.pipe(
		v.string(),
		v.trim(),
		v.nonEmpty(missing),
		v.maxLength(max, () => m.register_error_long({ max }))
	);
const optionalLine = (max = 200) =>
	v.pipe(
		v.string(),
		v.trim(),
		v.maxLength(max, () => m.register_error_long({ max }))
	);
const sentences = (missing: Say, short: Say, min: number, max = 1000) =>
	v.pipe(line(missing, max), v.minLength(min, short));
const oneOf = <const T extends string>(options: readonly T[], missing: Say) => v.picklist(options, missing);
const severalOf = <const T extends string>(options: readonly T[], unknown: Say) =>
	v.array(v.picklist(options, unknown));

const personalWords: Record<PersonalInformation, Say> = {
	phone: m.register_error_personal_phone,
	street: m.register_error_personal_street,
	date: m.register_error_personal_date,
	mail: m.register_error_personal_mail
};
/** Refuses what looks like personal information in a text that the public sees (III.6). */
const withoutPersonalInformation = (rules: FormRules) =>
	v.check<string, (issue: v.CheckIssue<string>) => string>(
		(text) => personalInformation(text, rules.emailDomains) === null,
		({ input }) => personalWords[personalInformation(input, rules.emailDomains) ?? 'phone']()
	);

const urlWords: Record<UrlFault, Say> = {
	'no-address': m.register_error_url_form,
	'not-https': m.register_error_url_https,
	'carries-sign-in': m.register_error_url_sign_in,
	'not-public': m.register_error_url_public,
	'named-after-question-mark': m.register_error_url_query
};
const publicUrl = v.pipe(
	line(m.register_error_url_missing, 400),
	v.rawTransform<string, string>(({ dataset, addIssue, NEVER }) => {
		const canonical = canonicalUrl(dataset.value);
		if (canonical.ok) return canonical.url;
		addIssue({ message: urlWords[canonical.reason]() });
		return NEVER;
	})
);

function dayOf(text: string): Temporal.PlainDate | null {
	if (!/^\d{4}-\d\d-\d\d$/.test(text)) return null;
	try {
		return Temporal.PlainDate.from(text);
	} catch {
		return null;
	}
}
const civilDate = (missing: Say) =>
	v.pipe(
		line(missing),
		v.check((text) => dayOf(text) !== null, m.register_error_date)
	);

/** Whether `until` is so many days after `from`; true where one of them is no day, which is said of it already. */
function isAfter(from: string, until: string, fits: (days: number) => boolean): boolean {
	const [first, last] = [dayOf(from), dayOf(until)];
	return !first || !last || fits(first.until(last, { largestUnit: 'days' }).days);
}

export const audiences = ['public', 'families', 'students', 'members'] as const;
export const bands = ['K-2', '3-5', '6-8', '9-12'] as const;
export const separations = [
	'not_linked',
	'no_shared_sign_in',
	'no_cross_posting',
	'no_personal_phone'
] as const;

const name = (rules: FormRules) =>
	v.object({
		display_name: v.pipe(line(m.register_error_display_name, 80), withoutPersonalInformation(rules)),
		department: optionalLine(80),
		description: v.pipe(optionalLine(500), withoutPersonalInformation(rules))
	});

// As platforms have them: no spaces, no other signs, no web address, and not of signs alone.
const handleForm = /^@?(?=.*[\p{L}\p{N}])[\p{L}\p{N}._-]{1,60}$/u;

const platform = (rules: FormRules) =>
	v.pipe(
		v.object({
			platform: oneOf(
				rules.platforms.map(({ id }) => id),
				m.register_error_platform
			),
			platform_other: optionalLine(80),
			handle: v.pipe(
				line(m.register_error_handle, 100),
				withoutPersonalInformation(rules),
				v.regex(handleForm, m.register_error_handle_form)
			),
			url: publicUrl
		}),
		v.forward(
			v.partialCheck(
				[['platform'], ['platform_other']],
				(given) => given.platform !== 'other' || given.platform_other !== '',
				m.register_error_platform_other
			),
			['platform_other']
		)
	);

const purpose = (rules: FormRules) =>
	v.object({
		purpose: sentences(m.register_error_purpose, m.register_error_purpose_short, 40),
		goals: v.pipe(
			severalOf(
				rules.goals.map(({ id }) => id),
				m.register_error_goals
			),
			v.minLength(1, m.register_error_goals),
			v.maxLength(3, m.register_error_goals_many)
		)
	});

const audience = v.pipe(
	v.object({
		audience: v.pipe(
			severalOf(audiences, m.register_error_audience),
			v.minLength(1, m.register_error_audience)
		),
		bands: severalOf(bands, m.register_error_bands),
		under_13: v.pipe(
			oneOf(['no', 'looking_only', 'sign_ups'], m.register_error_under_13),
			v.notValue('sign_ups', m.register_error_under_13_sign_ups)
		)
	}),
	v.forward(
		v.partialCheck(
			[['audience'], ['bands']],
			(given) => !given.audience.includes('students') || given.bands.length > 0,
			m.register_error_bands
		),
		['bands']
	),
	v.forward(
		v.partialCheck(
			[['audience'], ['bands'], ['under_13']],
			(given) =>
				given.under_13 !== 'no' ||
				!given.audience.includes('students') ||
				!given.bands.some((band) => band === 'K-2' || band === '3-5'),
			m.register_error_under_13_bands
		),
		['under_13']
	)
);

const contact = v.object({
	visibility: oneOf(['public', 'followers', 'members'], m.register_error_visibility),
	comments: oneOf(['off', 'filtered', 'on'], m.register_error_comments),
	direct_messages: v.pipe(
		oneOf(['off', 'shared', 'open'], m.register_error_direct_messages),
		v.notValue('open', m.register_error_direct_messages_open)
	)
});

const photos = v.pipe(
	v.object({
		student_images: oneOf(['no', 'yes'], m.register_error_student_images),
		photo_list_holder: optionalLine(120),
		photo_check: optionalLine(600)
	}),
	v.forward(
		v.partialCheck(
			[['student_images'], ['photo_list_holder']],
			(given) => given.student_images !== 'yes' || given.photo_list_holder !== '',
			m.register_error_photo_list_holder
		),
		['photo_list_holder']
	),
	v.forward(
		v.partialCheck(
			[['student_images'], ['photo_check']],
			(given) => given.student_images !== 'yes' || given.photo_check !== '',
			m.register_error_photo_check
		),
		['photo_check']
	)
);

const email = (rules: FormRules) =>
	v.object({
		sign_up_email: v.pipe(
			line(m.register_error_email),
			v.toLowerCase(),
			v.email(m.register_error_email_form),
			v.check<string, (issue: v.CheckIssue<string>) => string>(
				(text) => isOfDistrict(text.slice(text.lastIndexOf('@') + 1), rules.emailDomains),
				({ input }) =>
					m.register_error_email_domain({ domain: `@${rules.emailDomains[0] ?? ''}`, email: input })
			)
		),
		recovery: v.pipe(
			oneOf(['district', 'personal'], m.register_error_recovery),
			v.notValue('personal', m.register_error_recovery_personal)
		)
	});

const setUp = v.pipe(
	v.object({
		separation: v.pipe(
			severalOf(separations, m.register_error_separation),
			v.check(
				(ticked) => separations.slice(0, 3).every((asked) => ticked.includes(asked)),
				m.register_error_separation
			)
		),
		separation_exception: optionalLine(400),
		two_step: v.pipe(
			oneOf(['yes', 'not_offered', 'no'], m.register_error_two_step),
			v.notValue('no', m.register_error_two_step_off)
		),
		device: oneOf(['district', 'own', 'both'], m.register_error_device),
		follows: v.pipe(
			oneOf(['nobody', 'no_students', 'students'], m.register_error_follows),
			v.notValue('students', m.register_error_follows_students)
		),
		follows_count: v.pipe(v.string(), v.trim(), v.regex(/^\d{0,6}$/, m.register_error_follows_count))
	}),
	v.forward(
		v.partialCheck(
			[['separation'], ['separation_exception']],
			(given) => given.separation.includes('no_personal_phone') || given.separation_exception.length >= 10,
			m.register_error_separation_exception
		),
		['separation_exception']
	),
	v.forward(
		v.partialCheck(
			[['follows'], ['follows_count']],
			(given) => given.follows !== 'no_students' || Number(given.follows_count) > 0,
			m.register_error_follows_count
		),
		['follows_count']
	)
);

const care = v.object({
	monitoring: sentences(m.register_error_monitoring, m.register_error_monitoring, 5, 300),
	archive: sentences(m.register_error_archive, m.register_error_archive, 10, 600),
	accessibility: sentences(m.register_error_accessibility, m.register_error_accessibility, 10, 600),
	chosen_with: line(m.register_error_chosen_with)
});

const dates = (rules: FormRules) =>
	v.pipe(
		v.object({
			start_date: civilDate(m.register_error_start),
			review_date: civilDate(m.register_error_review)
		}),
		v.forward(
			v.partialCheck(
				[['start_date'], ['review_date']],
				(given) => isAfter(given.start_date, given.review_date, (days) => days > 0),
				m.register_error_review_order
			),
			['review_date']
		),
		v.forward(
			v.partialCheck(
				[['start_date'], ['review_date']],
				(given) => isAfter(given.start_date, given.review_date, (days) => days <= 366),
				m.register_error_review_far
			),
			['review_date']
		),
		v.forward(
			v.partialCheck(
				[['review_date']],
				(given) => isAfter(rules.today, given.review_date, (days) => days > 0),
				m.register_error_review_past
			),
			['review_date']
		)
	);

const coOwner = v.object({
	co_owner: v.pipe(line(m.register_error_co_owner), v.uuid(m.register_error_co_owner))
});

/** The rules of each page, by the page's id. */
export function schemasOf(rules: FormRules) {
	return {
		name: name(rules),
		platform: platform(rules),
		purpose: purpose(rules),
		audience,
		contact,
		photos,
		email: email(rules),
		'set-up': setUp,
		care,
		dates: dates(rules),
		colleague: coOwner
	};
}
type Schemas = ReturnType<typeof schemasOf>;
export type PageId = keyof Schemas;

type Outputs = { [Page in PageId]: v.InferOutput<Schemas[Page]> }[PageId];
type Intersection<Union> = (Union extends unknown ? (one: Union) => void : never) extends (
	all: infer All
) => void
	? All
	: never;
/** A whole registration as it is submitted, stored with each revision. Every value is text or a list of texts. */
export type RegistrationBody = Intersection<Outputs>;
export type FieldName = keyof RegistrationBody;
