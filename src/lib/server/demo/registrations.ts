import { Temporal } from 'temporal-polyfill';
import type { Answers } from '#lib/register/form.ts';
import type { RegistrationState } from '#lib/register/states.ts';
import type { PersonActor } from '#lib/server/auth/actor.ts';
import { catalogue, district } from '#lib/server/catalogue/catalogue.ts';
import { now } from '#lib/server/db/clock.ts';
import type { Db, Trx } from '#lib/server/db/database.ts';
import { civilDate } from '#lib/server/db/instants.ts';
import { within } from '#lib/server/db/scope.ts';
import { signAs } from '#lib/server/register/co-owner.ts';
import * as drafts from '#lib/server/register/drafts.ts';
import { record } from '#lib/server/register/moves.ts';
import * as ownerView from '#lib/server/register/owner-view.ts';
import { submit } from '#lib/server/register/submit.ts';
import { decide, type Verdict } from '#lib/server/register/verdict.ts';
import { demoAccounts, type DemoAccount, type Step } from './accounts.ts';
import { actorIn } from './actors.ts';
import type { Cast, Scene, Stage } from './seed.ts';

/**
 * The register of the demo district: every account's story is lived through the functions that serve real people. The
 * side states that have no page yet are moved to directly, under the same table of legal moves.
 */
export function seedRegistrations(cast: Cast, { app }: Stage): Scene[] {
	return demoAccounts.flatMap((account) => {
		const story = new Story(app, cast, account);
		return account.steps.map((step) => ({ days: step.days, play: () => story.play(step) }));
	});
}

class Story {
	readonly #db: Db;
	readonly #cast: Cast;
	readonly #account: DemoAccount;
	#registration = '';
	#revision = 0;

	constructor(db: Db, cast: Cast, account: DemoAccount) {
		this.#db = db;
		this.#cast = cast;
		this.#account = account;
	}

	async play(step: Step): Promise<void> {
		const { owner, coOwner, reviewer } = this.#account;
		switch (step.does) {
			case 'draft':
				return this.#draft();
			case 'submit':
				await this.#draft(await this.#answers(step.reviewIn ?? 200));
				return this.#submit();
			case 'sign':
				return done(
					await signAs(
						this.#db,
						this.#actor(coOwner),
						this.#registration,
						this.#revision,
						this.#statements()
					),
					this.#account.name
				);
			case 'approve':
			case 'change':
			case 'reject':
				return this.#decide(step.does, this.#actor(reviewer), step.reason ?? '');
			case 'close':
				return done(
					await ownerView.withdraw(this.#db, this.#actor(owner), this.#registration, step.reason),
					this.#account.name
				);
			case 'move':
				return this.#move(step.to, step.by, step.reason);
		}
	}

	/** Somebody begins a registration; without answers they leave it after the first page. */
	async #draft(
		answers: Answers = { display_name: this.#account.name, description: this.#account.description }
	) {
		const actor = this.#actor(this.#account.owner);
		const organisation = actor.affiliations[0]?.organisation ?? '';
		const begun = await drafts.create(this.#db, actor, { type: 'classroom', organisation });
		if (!begun.ok) throw new Error(`${this.#account.name}: ${begun.reason}`);
		this.#registration = begun.id;
		await drafts.save(this.#db, actor, begun.id, answers);
	}

	async #submit() {
		const actor = this.#actor(this.#account.owner);
		const draft = await drafts.load(this.#db, actor, this.#registration);
		const sent = await submit(this.#db, actor, this.#registration, this.#statements(), draft?.rev ?? 0);
		if (!sent.ok) throw new Error(`${this.#account.name} was not submitted: ${JSON.stringify(sent)}`);
		this.#revision = sent.revision;
	}

	async #decide(verdict: Verdict, actor: PersonActor, reason: string) {
		const input = { registration: this.#registration, revision: this.#revision, verdict, reason };
		done(await decide(this.#db, actor, input), this.#account.name);
	}

	/** What an administrator decides, or (without `by`) what follows by itself from a day that has come. */
	async #move(to: RegistrationState, by?: string, reason?: string) {
		await within(this.#db, { kind: 'system', purpose: 'seed' }, async (trx) => {
			const actor = by ? this.#person(by).person : await theSystem(trx);
			await record(trx, { registration: this.#registration, to, actor, ...(reason ? { reason } : {}) });
		});
	}

	#statements(): string[] {
		return catalogue().accountTypes['classroom']?.attestations ?? [];
	}

	async #answers(reviewIn: number): Promise<Answers> {
		const {
			name,
			handle,
			description,
			purpose,
			platform,
			goals,
			audience,
			coOwner,
			bands = []
		} = this.#account;
		const today = Temporal.PlainDate.from(civilDate(await now(this.#db), district().time_zone));
		const address = { 'photo-app': 'photos', 'video-site': 'videos', blog: 'blogs' }[platform];
		return {
			display_name: name,
			department: '',
			description,
			platform,
			platform_other: '',
			handle: `@${handle}`,
			url: `https://${address}.example/${handle}`,
			purpose,
			goals,
			audience,
			bands,
			under_13: 'no',
			visibility: 'public',
			comments: 'filtered',
			direct_messages: 'off',
			student_images: 'yes',
			photo_list_holder: 'School office',
			photo_check:
				'Each picture is compared with the office’s list before it is posted. Who is not on it is left out.',
			sign_up_email: `${handle.replaceAll('_', '.')}@${district().email_domains[0] ?? ''}`,
			recovery: 'district',
			separation: ['not_linked', 'no_shared_sign_in', 'no_cross_posting', 'no_personal_phone'],
			separation_exception: '',
			two_step: 'yes',
			device: 'district',
			follows: 'no_students',
			follows_count: '12',
			monitoring: 'School days, 7:30 to 8:00 and 3:00 to 3:30',
			archive: 'The platform’s export, each month, to the school’s drive.',
			accessibility:
				'Alternative text on every picture, captions checked by hand, the text of flyers beside them.',
			chosen_with: 'Principal',
			start_date: today.add({ days: 7 }).toString(),
			review_date: today.add({ days: reviewIn }).toString(),
			co_owner: this.#person(coOwner).person
		};
	}

	#person(key: string) {
		const known = this.#cast[key];
		if (!known) throw new Error(`${key} is not in the cast`);
		return known;
	}

	/** The person as a request of theirs would see them. */
	#actor(key: string): PersonActor {
		return actorIn(this.#cast, key);
	}
}

async function theSystem(trx: Trx): Promise<string> {
	return (await trx.selectFrom('person').select('id').where('kind', '=', 'system').executeTakeFirstOrThrow())
		.id;
}

function done(result: { ok: true } | { ok: false; reason: string }, name: string): void {
	if (!result.ok) throw new Error(`${name}: ${JSON.stringify(result)}`);
}
