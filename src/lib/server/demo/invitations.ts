import type { PersonActor } from '#lib/server/auth/actor.ts';
import { inviteAll } from '#lib/server/auth/invitations.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import type { Cast, Scene, Stage } from './seed.ts';

/** A guardian without a sign-in, whose invitation lies among the demo's mails. */
export function seedInvitations(cast: Cast, { app }: Stage): Scene[] {
	const [admin, guardian] = [cast['admin'], cast['carol.marsh']];
	if (!admin || !guardian) throw new Error('the demo has nobody to invite');
	const actor: PersonActor = {
		kind: 'person',
		person: admin.person,
		learner: admin.learner,
		givenName: '',
		familyName: '',
		email: null,
		affiliations: [],
		rights: [{ right: 'district-administrator', organisation: admin.organisation, districtWide: true }],
		session: '',
		assurance: 'password'
	};
	return [
		{
			days: 0.02,
			play: async () => {
				const { days } = district().invitations;
				const { made } = await inviteAll(app, actor, [guardian.person], {
					way: 'e-mail',
					days,
					mails: 'shown'
				});
				if (made.length !== 1) throw new Error('the demo’s guardian was not invited');
			}
		}
	];
}
