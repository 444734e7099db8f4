import { formatDate } from '#lib/dates.ts';
import { m } from '#lib/messages/compiled/messages.js';
import { isLocale, baseLocale, type Locale } from '#lib/messages/compiled/runtime.js';

/**
 * What each mail tells. `content` is kept with the mail for some days; `secrets` (what opens something) only for as
 * long as it waits. Whatever is posted must be plain JSON.
 */
export type Mails = {
	/** For each sign-in of this address a link to a new password: a family may share one address. */
	'password-reset': {
		content: { people: { givenName: string; login: string }[] };
		secrets: { tokens: string[] };
	};
	/** Somebody asked for a new password, and nobody of this address has a sign-in. */
	'no-sign-in': {
		content: { people: { givenName: string; /** By single sign-on. */ elsewhere?: boolean }[] };
		secrets: null;
	};
	'password-changed': {
		content: { givenName: string; login: string; by: 'themselves' | 'e-mail' | 'office' };
		secrets: null;
	};
	/** `school`: where they belong; `until`: an instant as ISO text. */
	invitation: { content: { givenName: string; school: string; until: string }; secrets: { code: string } };
	/** The office has printed a way back in, for whoever stood before it. */
	'recovery-printed': { content: { givenName: string; school: string }; secrets: null };
};
export type MailTemplate = keyof Mails;

/** What every mail says of its sender. */
export type Letterhead = { origin: string; district: string; zone: string };

export type Block = { kind: 'text' | 'soft'; text: string } | { kind: 'link'; label: string; href: string };
/** A mail in words, before it is text or HTML. */
export type Letter = { locale: Locale; subject: string; blocks: Block[] };

type Writer<Template extends MailTemplate> = (
	content: Mails[Template]['content'],
	secrets: Mails[Template]['secrets'],
	head: Letterhead,
	locale: Locale
) => { subject: string; blocks: Block[] };

const text = (words: string): Block => ({ kind: 'text', text: words });
const soft = (words: string): Block => ({ kind: 'soft', text: words });

const writers: { [Template in MailTemplate]: Writer<Template> } = {
	'password-reset': ({ people }, { tokens }, { origin }, locale) => {
		const options = { locale };
		return {
			subject: m.mail_reset_subject({}, options),
			blocks: [
				text(m.mail_reset_asked({}, options)),
				...(people.length > 1 ? [text(m.mail_reset_several({}, options))] : []),
				...people.flatMap(({ givenName, login }, index): Block[] => [
					text(m.mail_reset_sign_in({ name: givenName, login }, options)),
					{
						kind: 'link',
						label: m.mail_reset_link({ name: givenName }, options),
						href: `${origin}/sign-in/reset/${tokens[index] ?? ''}`
					}
				]),
				soft(m.mail_reset_once({}, options)),
				soft(m.mail_reset_ignore({}, options))
			]
		};
	},
	'no-sign-in': ({ people }, _, __, locale) => {
		const options = { locale };
		const namesOf = (some: typeof people) =>
			new Intl.ListFormat(locale).format(some.map(({ givenName }) => givenName));
		const none = people.filter((person) => !person.elsewhere);
		const elsewhere = people.filter((person) => person.elsewhere);
		return {
			subject:
				none.length > 0 ? m.mail_no_sign_in_subject({}, options) : m.mail_elsewhere_subject({}, options),
			blocks: [
				text(m.mail_reset_asked({}, options)),
				...(elsewhere.length > 0 ? [text(m.mail_elsewhere({ names: namesOf(elsewhere) }, options))] : []),
				...(none.length > 0
					? [
							text(m.mail_no_sign_in({ names: namesOf(none) }, options)),
							text(m.mail_no_sign_in_next({}, options))
						]
					: []),
				soft(m.mail_reset_ignore({}, options))
			]
		};
	},
	'password-changed': ({ givenName, login, by }, _, { origin }, locale) => {
		const options = { locale };
		const how = {
			themselves: m.mail_changed_themselves,
			'e-mail': m.mail_changed_e_mail,
			office: m.mail_changed_office
		}[by];
		return {
			subject: m.mail_changed_subject({}, options),
			blocks: [
				text(m.mail_hello({ name: givenName }, options)),
				text(how({ login }, options)),
				text(m.mail_changed_not_you({}, options)),
				{ kind: 'link', label: m.mail_help_link({}, options), href: `${origin}/help` }
			]
		};
	},
	invitation: ({ givenName, school, until }, { code }, { origin, district, zone }, locale) => {
		const options = { locale };
		return {
			subject: m.mail_invitation_subject({ district }, options),
			blocks: [
				text(m.mail_hello({ name: givenName }, options)),
				text(m.mail_invitation_what({ school }, options)),
				text(m.mail_invitation_how({}, options)),
				{ kind: 'link', label: m.mail_invitation_link({}, options), href: `${origin}/invitation/${code}` },
				soft(m.mail_invitation_until({ date: lastDay(until, locale, zone) }, options)),
				soft(m.mail_invitation_free({}, options)),
				{ kind: 'link', label: m.mail_help_link({}, options), href: `${origin}/help` }
			]
		};
	},
	'recovery-printed': ({ givenName, school }, _, { origin }, locale) => {
		const options = { locale };
		return {
			subject: m.mail_recovery_subject({}, options),
			blocks: [
				text(m.mail_hello({ name: givenName }, options)),
				text(m.mail_recovery({ school }, options)),
				text(m.mail_recovery_not_you({}, options)),
				{ kind: 'link', label: m.mail_help_link({}, options), href: `${origin}/help` }
			]
		};
	}
};

/** Whether a mail that waits is one that this program can still write. */
export function isTemplate(name: string): name is MailTemplate {
	return Object.hasOwn(writers, name);
}

/** A language of ours; English where there is none for it. */
export function localeOf(text: string): Locale {
	return isLocale(text) ? text : baseLocale;
}

/** The words of a notice in its reader's language, without what only a mail says of itself. */
export function words<Template extends MailTemplate>(
	template: Template,
	content: Mails[Template]['content'],
	secrets: Mails[Template]['secrets'],
	head: Letterhead,
	locale: Locale
): Letter {
	const writer: Writer<Template> = writers[template];
	return { locale, ...writer(content, secrets, head, locale) };
}

/** Writes a mail in its reader's language. */
export function write<Template extends MailTemplate>(
	template: Template,
	content: Mails[Template]['content'],
	secrets: Mails[Template]['secrets'],
	head: Letterhead,
	locale: Locale
): Letter {
	const letter = words(template, content, secrets, head, locale);
	const options = { locale };
	return {
		...letter,
		blocks: [
			...letter.blocks,
			soft(m.mail_foot({ district: head.district }, options)),
			soft(m.mail_foot_no_answer({}, options))
		]
	};
}

/** The last day on which something that ends at `until` is still good. */
function lastDay(until: string, locale: Locale, zone: string): string {
	return formatDate(new Date(new Date(until).getTime() - 1), locale, zone);
}
