import { expect, type Locator, type Page } from '@playwright/test';
import * as keyboard from './keyboard.ts';

/** What differs between the classroom accounts that tests register. */
export type Account = { name: string; handle: string; coOwner: string };

/** How a person works a form. */
export type Hand = {
	write(field: Locator, text: string): Promise<void>;
	choose(group: Locator, answer: string): Promise<void>;
	tick(box: Locator): Promise<void>;
	press(target: Locator): Promise<void>;
};

const mouse: Hand = {
	write: (field, text) => field.fill(text),
	choose: (group, answer) => group.getByRole('radio', { name: answer, exact: true }).check(),
	tick: (box) => box.check(),
	press: (target) => target.click()
};

/** The hand of somebody who has no mouse. */
export function keysOf(page: Page): Hand {
	return {
		async write(field, text) {
			await keyboard.tabTo(page, field);
			await page.keyboard.type(text);
		},
		choose: (group, answer) => keyboard.choose(page, group, answer),
		tick: (box) => keyboard.tick(page, box),
		press: (target) => keyboard.press(page, target)
	};
}

/** Begins a draft of a classroom account and gives its id. */
export async function beginDraft(page: Page, hand = mouse): Promise<string> {
	await page.goto('/accounts/new');
	await hand.choose(page.getByRole('group', { name: 'What kind of account is it?' }), 'Classroom account');
	await hand.press(page.getByRole('button', { name: 'Begin a draft' }));
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('What is the account called?');
	return registrationOf(page);
}

/** The id of the registration that the page is at. */
export function registrationOf(page: Page): string {
	const id = /\/(?:accounts|review)\/([0-9a-f-]{36})/.exec(page.url())?.[1];
	if (!id) throw new Error(`${page.url()} is not inside a registration`);
	return id;
}

/** The pages of the form in their order, each with its heading and the right answers to it. */
export function formPages(page: Page, { name, handle, coOwner }: Account, hand = mouse) {
	const write = (label: string, text: string) => hand.write(page.getByRole('textbox', { name: label }), text);
	const choose = (question: string, answer: string) =>
		hand.choose(page.getByRole('group', { name: question }), answer);
	const tick = async (question: string, ...answers: (string | RegExp)[]) => {
		for (const answer of answers)
			await hand.tick(page.getByRole('group', { name: question }).getByRole('checkbox', { name: answer }));
	};
	return [
		{
			heading: 'What is the account called?',
			answer: async () => {
				await write('Name of the account', name);
				await write('Description shown on the account', 'What our class does, week by week.');
			}
		},
		{
			heading: 'Where is the account?',
			answer: async () => {
				await choose('Kind of platform', 'Photo and video app');
				await write('The account’s handle', `@${handle}`);
				await write('Web address of the account', `https://photos.example/${handle}`);
			}
		},
		{
			heading: 'What is the account for?',
			answer: async () => {
				await write(
					'What will you use it for?',
					'Show families what the class does, and invite questions about it.'
				);
				await tick('Which goals of the policy does it serve?', /\(II\.3\)$/, /\(II\.9\)$/);
			}
		},
		{
			heading: 'Who is it for?',
			answer: async () => {
				await tick('Audience', 'Families');
				await choose('Are children under 13 among the audience?', 'No');
			}
		},
		{
			heading: 'Who can see it, and who can write back?',
			answer: async () => {
				await choose('Who can see what is posted?', 'Followers whom you let in');
				await choose('Comments', 'Off');
				await choose('Direct messages', 'Off');
			}
		},
		{
			heading: 'Will it show students?',
			answer: async () => choose('Will pictures or videos of students be posted?', 'No')
		},
		{
			heading: 'Which e-mail address was the account set up with?',
			answer: async () => {
				await write('District e-mail address', `${handle}@wrsd.example`);
				await choose('How would the account be recovered', 'Through a district e-mail address or phone');
			}
		},
		{
			heading: 'How is the account set up?',
			answer: async () => {
				await tick(
					'Check the account’s settings',
					/not linked/,
					/does not share/,
					/Nothing is posted/,
					/No personal phone/
				);
				await choose('Two-step sign-in', 'It is on');
				await choose('Which devices will be used for it?', 'District devices');
				await choose('Whom does the account follow?', 'Nobody');
			}
		},
		{
			heading: 'Who looks after it, and how?',
			answer: async () => {
				await write('When do you look after it?', 'School days, 7:30 to 8:00');
				await write(
					'How are posts and messages kept as records?',
					'The platform’s export, each month, to the school’s drive.'
				);
				await write(
					'How can everybody read, see and hear it?',
					'Alternative text on each picture, checked captions.'
				);
				await write('With whom was the platform chosen?', 'Principal');
			}
		},
		{ heading: 'From when, and until when?', answer: async () => {} },
		{ heading: 'Who is the co-owner?', answer: async () => choose('Co-owner', coOwner) }
	];
}

/** Answers the form from its first page to its end, where the answers are checked. */
export async function fillForm(page: Page, account: Account, hand = mouse): Promise<void> {
	for (const { heading, answer } of formPages(page, account, hand)) {
		await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
		await answer();
		await hand.press(page.getByRole('button', { name: 'Save and continue' }));
	}
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Check your answers');
}

/** From “Check your answers” to the submitted registration. */
export async function signAndSubmit(page: Page, hand = mouse): Promise<void> {
	await hand.press(page.getByRole('link', { name: 'They are right: go on to sign' }));
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign the statements');
	await tickAll(page, hand);
	await hand.press(page.getByRole('button', { name: 'Sign and submit' }));
	await expect(page.getByText('Submitted. Your co-owner signs next')).toBeVisible();
}

/** Signs a registration as its co-owner, who is signed in. */
export async function signAsCoOwner(page: Page, registration: string, hand = mouse): Promise<void> {
	await page.goto(`/accounts/${registration}/co-owner`);
	await tickAll(page, hand);
	await hand.press(page.getByRole('button', { name: 'Sign as co-owner' }));
	await expect(page.getByText('You have signed every statement of this registration.')).toBeVisible();
}

/** Ticks every statement of the page. */
export async function tickAll(page: Page, hand = mouse): Promise<void> {
	await expect(page.getByRole('checkbox').first()).toBeVisible();
	for (const box of await page.getByRole('checkbox').all()) await hand.tick(box);
}
