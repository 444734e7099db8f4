import * as v from 'valibot';
import { pictureNames } from '#lib/lesson/pictures/names.ts';
import { sceneNames } from '#lib/lesson/scenes/names.ts';

/** The shapes of the files in `content/`, as valibot schemas: what an author may write, and no more. */

const text = v.pipe(v.string('write text here'), v.trim(), v.minLength(1, 'is empty'));
const clauseId = v.pipe(v.string(), v.regex(/^(I|II|III)\.\d[a-c]?$/, 'is not a clause id like III.5a'));
const row = v.strictObject({ label: text, value: text });
const scene = v.picklist(sceneNames);
const picture = v.picklist(pictureNames);

export const mock = v.variant('kind', [
	v.strictObject({
		kind: v.literal('post'),
		by: text,
		place: v.optional(text),
		scene: v.optional(scene),
		alt: v.optional(text),
		overlay: v.optional(v.pipe(v.array(text), v.maxLength(4))),
		text,
		stamp: v.optional(text)
	}),
	v.strictObject({
		kind: v.literal('chat'),
		title: text,
		lines: v.pipe(v.array(v.strictObject({ from: text, text, me: v.optional(v.boolean()) })), v.minLength(1))
	}),
	v.strictObject({
		kind: v.literal('profile'),
		name: text,
		handle: v.optional(text),
		about: v.optional(text),
		rows: v.optional(v.array(row))
	}),
	v.strictObject({
		kind: v.literal('email'),
		from: text,
		address: v.optional(text),
		subject: text,
		text,
		button: v.optional(text)
	}),
	v.strictObject({ kind: v.literal('settings'), title: text, rows: v.pipe(v.array(row), v.minLength(1)) }),
	v.strictObject({ kind: v.literal('notice'), title: text, text })
]);

const common = {
	id: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)),
	title: text,
	prompt: text,
	done: v.optional(text)
};
const groups = v.pipe(
	v.array(v.strictObject({ id: text, label: text, picture: v.optional(picture) })),
	v.minLength(2),
	v.maxLength(5)
);
const options = v.array(v.strictObject({ text, good: v.boolean(), feedback: text }));
const spots = v.pipe(v.array(v.strictObject({ text, problem: v.boolean(), feedback: text })), v.minLength(3));
export const exercise = v.variant('type', [
	v.strictObject({
		...common,
		type: v.literal('sort'),
		groups,
		cards: v.pipe(v.array(v.strictObject({ text, group: text, feedback: text })), v.minLength(4))
	}),
	v.strictObject({
		...common,
		type: v.literal('order'),
		steps: v.pipe(v.array(v.strictObject({ text, why: text })), v.minLength(3))
	}),
	v.strictObject({
		...common,
		type: v.literal('spot'),
		mock,
		spots
	}),
	v.strictObject({
		...common,
		type: v.literal('branch'),
		start: text,
		scenes: v.record(
			v.string(),
			v.strictObject({
				text,
				choices: v.optional(
					v.array(
						v.strictObject({
							text,
							to: text,
							verdict: v.picklist(['best', 'fair', 'risky']),
							consequence: text
						})
					)
				)
			})
		)
	}),
	v.strictObject({
		...common,
		type: v.literal('reveal'),
		cards: v.pipe(v.array(v.strictObject({ front: text, back: text })), v.minLength(2))
	}),
	v.strictObject({
		...common,
		type: v.literal('checklist'),
		items: v.pipe(v.array(v.strictObject({ text, why: text })), v.minLength(3))
	}),
	v.strictObject({
		...common,
		type: v.literal('alt-text'),
		scene,
		alt: text,
		context: text,
		keywords: v.array(v.array(text)),
		avoid: v.array(text),
		model: text,
		notes: v.array(text)
	}),
	v.strictObject({
		...common,
		type: v.literal('form-practice'),
		fields: v.array(v.strictObject({ label: text, hint: text, options }))
	}),
	v.strictObject({
		...common,
		type: v.literal('repair'),
		before: mock,
		after: mock,
		parts: v.pipe(v.array(v.strictObject({ label: text, now: text, options })), v.minLength(2))
	}),
	v.strictObject({
		...common,
		type: v.literal('settings'),
		screen: text,
		switches: v.pipe(
			v.array(
				v.strictObject({
					label: text,
					start: v.pipe(v.number(), v.integer(), v.minValue(0)),
					options: v.pipe(v.array(v.strictObject({ text, good: v.boolean(), effect: text })), v.minLength(2))
				})
			),
			v.minLength(2)
		)
	}),
	v.strictObject({
		...common,
		type: v.literal('plan'),
		sheet: text,
		parts: v.pipe(
			v.array(
				v.variant('kind', [
					v.strictObject({
						kind: v.literal('pick'),
						label: text,
						hint: v.optional(text),
						choices: v.pipe(v.array(text), v.minLength(2))
					}),
					v.strictObject({
						kind: v.literal('amount'),
						label: text,
						hint: v.optional(text),
						from: v.number(),
						to: v.number(),
						step: v.pipe(v.number(), v.minValue(1)),
						start: v.number(),
						unit: text
					})
				])
			),
			v.minLength(2)
		),
		lines: v.optional(v.array(text))
	}),
	v.strictObject({
		...common,
		type: v.literal('claim'),
		claims: v.pipe(
			v.array(
				v.strictObject({
					claim: text,
					heard: v.optional(text),
					verdict: v.picklist(['holds', 'stretched', 'false']),
					check: text
				})
			),
			v.minLength(3)
		)
	}),
	v.strictObject({
		...common,
		type: v.literal('tap'),
		rounds: v.pipe(
			v.array(
				v.strictObject({
					scene,
					alt: text,
					say: text,
					answers: v.pipe(
						v.array(v.strictObject({ picture, text, good: v.boolean(), say: text })),
						v.minLength(2),
						v.maxLength(3)
					)
				})
			),
			v.minLength(1)
		)
	}),
	v.strictObject({
		...common,
		type: v.literal('queue'),
		cases: v.pipe(
			v.array(
				v.strictObject({
					title: text,
					rows: v.pipe(v.array(row), v.minLength(2)),
					findings: spots,
					decision: v.picklist(['approve', 'change', 'refuse']),
					why: text
				})
			),
			v.minLength(2)
		)
	})
]);

export const lessonFrontMatter = v.strictObject({
	title: text,
	summary: text,
	objectives: v.pipe(v.array(text), v.minLength(1)),
	clauses: v.pipe(v.array(clauseId), v.minLength(1)),
	facts: v.optional(v.array(v.pipe(v.string(), v.regex(/^F\d+$/))), []),
	minutes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(30)),
	exercises: v.optional(v.array(exercise), []),
	mocks: v.optional(v.record(v.string(), mock), {})
});

const variantBase = {
	stem: text,
	mock: v.optional(mock),
	/** A drawing beside the question, with what matters in it, for those who answer by picture. */
	scene: v.optional(scene),
	alt: v.optional(text),
	rationale: text
};
const choices = v.pipe(
	v.array(
		v.strictObject({
			text,
			picture: v.optional(picture),
			correct: v.optional(v.boolean()),
			feedback: text
		})
	),
	v.minLength(2),
	v.maxLength(6)
);
const itemBase = {
	id: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)),
	lesson: text,
	clauses: v.pipe(v.array(clauseId), v.minLength(1)),
	critical: v.optional(v.boolean(), false)
};
const variants = <T extends v.GenericSchema>(variant: T) =>
	v.pipe(
		v.array(variant),
		v.minLength(2, 'needs two or three variants'),
		v.maxLength(3, 'needs two or three variants')
	);
export const item = v.variant('type', [
	v.strictObject({
		...itemBase,
		type: v.picklist(['single-choice', 'multiple-choice', 'true-false', 'scenario', 'spot-the-problem']),
		variants: variants(v.strictObject({ ...variantBase, choices }))
	}),
	v.strictObject({
		...itemBase,
		type: v.literal('ordering'),
		variants: variants(
			v.strictObject({
				...variantBase,
				steps: v.pipe(v.array(v.strictObject({ text, feedback: text })), v.minLength(3))
			})
		)
	}),
	v.strictObject({
		...itemBase,
		type: v.literal('sorting'),
		variants: variants(
			v.strictObject({
				...variantBase,
				groups,
				cards: v.pipe(
					v.array(v.strictObject({ text, picture: v.optional(picture), group: text, feedback: text })),
					v.minLength(3)
				)
			})
		)
	})
]);
export const quizFile = v.strictObject({ items: v.pipe(v.array(item), v.minLength(1)) });

export const roleName = v.picklist([
	'teacher',
	'principal',
	'administrator',
	'counselor',
	'librarian',
	'aide',
	'coach',
	'communications',
	'technology',
	'student',
	'guardian',
	'volunteer'
]);
const version = v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+$/, 'is not a version like 1.0.0'));
const audience = v.picklist(['staff', 'student', 'family', 'partner']);
const band = v.picklist(['K-2', '3-5', '6-8', '9-12']);
export const courseFile = v.strictObject({
	title: text,
	short: text,
	summary: text,
	audience,
	band: v.optional(v.nullable(band)),
	/** A students’ course that is for several bands. */
	bands: v.optional(v.pipe(v.array(band), v.minLength(2, 'names several bands; for one there is `band`'))),
	certification: text,
	version,
	changes: v.pipe(
		v.array(v.strictObject({ version, kind: v.picklist(['patch', 'minor', 'major']), summary: text })),
		v.minLength(1)
	),
	minutes: v.pipe(v.number(), v.integer()),
	/** School grades after Flesch–Kincaid, from and to. */
	reading_level: v.pipe(
		v.tuple([v.number(), v.number()]),
		v.check(([from, to]) => from <= to, 'goes from the lower grade to the higher, like [9, 10]')
	),
	quiz: v.strictObject({
		pass_mark: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100)),
		cooldown_minutes: v.pipe(v.number(), v.integer(), v.minValue(0)),
		open_days: v.pipe(v.number(), v.integer(), v.minValue(1))
	}),
	path: v.picklist(['full', 'refresher', 'knowledge-check']),
	/** The quiz may be taken without the lessons, by this higher mark. */
	test_out: v.optional(v.strictObject({ pass_mark: v.pipe(v.number(), v.minValue(1), v.maxValue(100)) })),
	/** From the second time on: this many lessons, taking turns, and the quiz. */
	later_cycles: v.optional(v.strictObject({ lessons: v.pipe(v.number(), v.integer(), v.minValue(1)) })),
	/** A teacher may lead the course with a class. */
	led: v.optional(v.boolean(), false),
	read_aloud: v.optional(v.boolean(), false),
	acknowledges: v.optional(text),
	/** How long a certification holds: some months, to the end of the school year, or without an end (null). */
	valid_months: v.nullable(
		v.union([v.pipe(v.number(), v.integer(), v.minValue(1)), v.literal('school-year')])
	),
	required: v.optional(
		v.strictObject({ roles: v.array(roleName), within_days: v.pipe(v.number(), v.integer(), v.minValue(1)) })
	),
	offered: v.optional(v.strictObject({ roles: v.array(roleName) })),
	requires: v.array(
		v.union([
			v.pipe(
				text,
				v.transform((certification) => ({ certification, grace: false }))
			),
			v.strictObject({ certification: text, grace: v.literal(true) })
		])
	),
	visitors: v.boolean()
});

/** A course's own words in another language; `translates` is written by `waypost content translated`. */
export const translationFile = v.strictObject({
	title: text,
	short: text,
	summary: text,
	translates: v.optional(
		v.strictObject({ version, lessons: v.record(v.string(), v.string()), quiz: v.string() })
	)
});

export const factsFile = v.record(
	v.pipe(v.string(), v.regex(/^F\d+$/)),
	v.union([
		v.strictObject({ status: v.literal('U') }),
		v.strictObject({
			source: text,
			date: text,
			status: v.picklist(['V', 'V2']),
			says: v.picklist(['law', 'guidance'])
		})
	])
);

/** Course, version, and the hash of that published edition; written by `waypost content seal`. */
export const editionsFile = v.record(
	v.string(),
	v.record(version, v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'is not a content hash')))
);

const domain = v.pipe(
	v.string(),
	v.regex(
		/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/,
		'is not a domain in small letters like example.org'
	)
);
/** Claims that people choose themselves, or that pass from one to another. */
const unfitForSourceId = ['email', 'name', 'nickname', 'preferred_username', 'unique_name', 'upn'];
const sourceIdClaim = v.pipe(
	text,
	v.maxLength(120, 'is longer than 120 signs'),
	v.check((claim) => !unfitForSourceId.includes(claim), 'is a claim that never names one person for good')
);
/** What an issuer is believed when somebody comes from it for the first time, and of whom. */
const authority = <T extends v.GenericSchema<unknown, string | boolean>>(sourceId: T) =>
	v.pipe(
		v.strictObject({
			audiences: v.pipe(v.array(audience), v.minLength(1, 'names nobody')),
			email_domains: v.optional(v.array(domain), []),
			/** Whether it knows people by the roster’s source ids, and in which claim where that is not settled. */
			sourced_id: v.optional(sourceId, false)
		}),
		v.check(
			({ email_domains = [], sourced_id }) => email_domains.length > 0 || sourced_id !== false,
			'names neither e-mail domains nor a source id, so that nobody could be found in the roster'
		)
	);
const signOnBase = {
	id: v.pipe(
		v.string(),
		v.regex(/^[a-z][a-z0-9-]{0,29}$/, 'is not an id of small letters, digits and hyphens')
	),
	/** Ends “Sign in with …”. */
	label: v.pipe(text, v.maxLength(40, 'is longer than 40 signs')),
	client_id: text
};
/** Who else may say who somebody is. The client’s secret is in the environment: WAYPOST_SSO_<ID>_SECRET. */
export const singleSignOn = v.variant('preset', [
	v.strictObject({
		...signOnBase,
		preset: v.literal('google'),
		/** The Workspace domains whose people may come; without them everybody with a Gmail address could. */
		hosted_domains: v.pipe(v.array(domain), v.minLength(1, 'names no domain')),
		authoritative: authority(v.literal(false))
	}),
	v.strictObject({
		...signOnBase,
		preset: v.literal('entra'),
		/** The one directory whose people may come, by its id: a name could come to mean another. */
		tenant: v.pipe(
			v.string(),
			v.regex(
				/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
				'is not the id of a tenant in small letters (“common” and names are refused)'
			)
		),
		authoritative: authority(v.union([v.literal(false), sourceIdClaim]))
	}),
	v.strictObject({
		...signOnBase,
		preset: v.literal('clever'),
		/** The district’s id at Clever. */
		district: v.pipe(v.string(), v.regex(/^[0-9a-f]{24}$/, 'is not a district’s id at Clever')),
		authoritative: authority(v.boolean())
	}),
	v.strictObject({
		...signOnBase,
		preset: v.literal('classlink'),
		/** The district’s tenant id at ClassLink. */
		tenant: v.pipe(
			v.union([v.string(), v.number()]),
			v.transform(String),
			v.regex(/^\d{1,10}$/, 'is not a number')
		),
		authoritative: authority(v.boolean())
	}),
	v.strictObject({
		...signOnBase,
		preset: v.literal('oidc'),
		issuer: v.pipe(
			v.string(),
			v.url('is not an address'),
			v.regex(/^https:\/\/[^?#]+$/, 'is not an address that begins with https://, without ? and #')
		),
		scope: v.optional(v.pipe(text, v.regex(/^openid( \S+)*$/, 'does not begin with openid'))),
		authoritative: authority(v.union([v.literal(false), sourceIdClaim]))
	})
]);

const signUp = v.variant('by', [
	v.strictObject({ by: v.literal('closed') }),
	v.strictObject({ by: v.literal('invitation') }),
	v.strictObject({ by: v.literal('gated'), gate: text })
]);
export const districtFile = v.strictObject({
	name: text,
	short: text,
	email_domains: v.pipe(v.array(text), v.minLength(1)),
	time_zone: v.pipe(
		text,
		v.check(
			(zone) => Intl.supportedValuesOf('timeZone').includes(zone),
			'is not a time zone like America/New_York'
		)
	),
	school_year: v.strictObject({ starts: text, ends: text }),
	policy: text,
	contacts: v.strictObject({
		superintendent: text,
		records_officer: text,
		bullying_official: text,
		photo_list_holder: text,
		report_path: text,
		trusted_adult: text,
		office: text,
		technology: text
	}),
	help_lines: v.array(v.strictObject({ name: text, contact: text, note: v.optional(text) })),
	readings: v.array(v.strictObject({ term: text, clause: clauseId, reading: text })),
	related_policies: v.array(
		v.strictObject({ number: text, title: text, url: v.optional(v.pipe(v.string(), v.url())) })
	),
	sign_up: v.strictObject({ staff: signUp, student: signUp, family: signUp, partner: signUp }),
	single_sign_on: v.optional(v.array(singleSignOn), []),
	/** Of everybody who can see other people's records. */
	second_factor: v.optional(v.picklist(['offered', 'required']), 'offered'),
	// Whoever holds an invitation is known already: families are not asked for lessons first, unless a district wants it.
	invitations: v.optional(
		v.strictObject({
			days: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(365)), 30),
			lessons_first: v.optional(v.boolean(), false)
		}),
		{}
	),
	families: v.optional(
		v.strictObject({
			/** When a guardian sees a child: once the office confirmed the link, or as soon as the roster names it. */
			links_shown: v.optional(v.picklist(['confirmed', 'roster']), 'confirmed'),
			/** Whose yes a permission needs: one guardian's, or that of every confirmed one. */
			permission_signers: v.optional(v.picklist(['either', 'both']), 'either')
		}),
		{}
	),
	renewal: v.strictObject({
		opens_days_before: v.pipe(v.number(), v.integer()),
		grace_days: v.pipe(v.number(), v.integer())
	}),
	roster: v.optional(
		v.strictObject({
			ending_guard_percent: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100)), 5),
			nightly_at: v.optional(
				v.pipe(v.string(), v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'is not a time like "02:30"')),
				'02:30'
			)
		}),
		{}
	)
});

/** Words of the district and the policy in another language. The policy's are a courtesy: only the English bind. */
export const wordsFile = v.strictObject({
	clauses: v.record(clauseId, text),
	contacts: v.record(text, text),
	help_lines: v.array(v.strictObject({ name: text, note: v.optional(text) })),
	facts: v.record(v.string(), v.strictObject({ source: text, date: text })),
	related_policies: v.record(v.string(), text)
});

export const policyFrontMatter = v.strictObject({
	policy: text,
	number: text,
	title: text,
	series: v.optional(text),
	version: text,
	adopted: text,
	readings: v.array(text)
});

const ask = v.union([
	v.strictObject({ certification: text, accepts: v.optional(v.literal('credit')) }),
	v.strictObject({ acknowledgement: text }),
	v.strictObject({ course: text }),
	v.strictObject({ permission: text })
]);
export const gatesFile = v.strictObject({
	certifications: v.record(v.string(), text),
	gates: v.record(
		v.string(),
		v.strictObject({
			title: text,
			audience,
			roles: v.optional(v.array(roleName)),
			asks: v.pipe(v.array(ask), v.minLength(1))
		})
	)
});

const permissionWords = v.strictObject({
	question: text,
	text: v.pipe(v.array(text), v.minLength(1)),
	given: text,
	refused: text
});
/** The words of a permission in one language, for those who sign for a child and for a student who signs. */
const permissionLanguage = v.strictObject({
	title: text,
	guardian: permissionWords,
	student: permissionWords
});
export const permissionsFile = v.strictObject({
	purposes: v.record(
		v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/, 'is not a name like student-publication')),
		v.strictObject({
			version,
			clauses: v.pipe(v.array(clauseId), v.minLength(1)),
			/** The bands of students that it is asked for; all where none are named. */
			bands: v.optional(v.pipe(v.array(band), v.minLength(1))),
			words: v.strictObject({ en: permissionLanguage, es: permissionLanguage, 'pt-BR': permissionLanguage })
		})
	)
});

export const accountTypesFile = v.strictObject({
	types: v.record(
		v.string(),
		v.strictObject({
			title: text,
			summary: text,
			gate: text,
			attestations: v.array(text),
			review_school_days: v.number(),
			open: v.boolean()
		})
	),
	attestations: v.record(
		v.string(),
		v.strictObject({
			clauses: v.array(clauseId),
			district: v.optional(v.boolean(), false),
			title: text,
			statement: text,
			evidence: v.array(text)
		})
	),
	goals: v.array(v.strictObject({ id: clauseId, label: text })),
	platforms: v.array(v.strictObject({ id: text, label: text }))
});
