import { localDates } from '#lib/server/catalogue/local-dates.ts';
import { askedList } from './photo-list.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { list, school, schools, purpose, purposes } = await askedList(event);
	const say = localDates(event.locals.locale);
	return {
		schools,
		school,
		purpose,
		purposes,
		list: list && {
			date: say.date(list.at),
			time: say.time(list.at),
			asked: list.asked,
			students: list.students.map(({ person, familyName, givenName, band, classes, state }) => ({
				person,
				name: `${familyName}, ${givenName}`,
				band,
				classes: classes.join(', '),
				state
			}))
		}
	};
};
