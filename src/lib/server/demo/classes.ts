import { course as findCourse } from '#lib/server/catalogue/catalogue.ts';
import { tookPart } from '#lib/server/certification/class-lessons.ts';
import { now } from '#lib/server/db/clock.ts';
import { within } from '#lib/server/db/scope.ts';
import * as led from '#lib/server/learning/led-lessons.ts';
import * as classes from '#lib/server/people/classes.ts';
import { demoClasses } from './people.ts';
import type { Cast, Scene, Stage } from './seed.ts';

const yearBegan = 84;
const minutesPerDay = 24 * 60;

/** Two classes of one teacher; the younger one has had its first lesson, with one child away. */
export function seedClasses(cast: Cast, { app }: Stage): Scene[] {
	const teacher = cast['elementary'];
	if (!teacher) throw new Error('the demo has no elementary teacher');
	const rooms = new Map<string, string>();
	const member = (key: string) => {
		const known = cast[key];
		if (!known) throw new Error(`${key} is not in the cast`);
		return known;
	};
	const makeClasses = async () => {
		const from = await now(app);
		await within(app, { kind: 'system', purpose: 'seed' }, async (trx) => {
			for (const { title, band, sourcedId, children } of demoClasses) {
				const id = await classes.make(trx, {
					organisation: teacher.organisation,
					title,
					band,
					sourcedId,
					from
				});
				rooms.set(sourcedId, id);
				await classes.join(trx, { class: id, person: teacher.person, part: 'teacher', from });
				for (const key of children)
					await classes.join(trx, { class: id, person: member(key).person, part: 'student', from });
			}
		});
	};
	const [younger] = demoClasses;
	const course = findCourse('student-k2');
	const lesson = course?.lessons[0];
	if (!younger || !course || !lesson) throw new Error('the demo has no lesson to lead');
	const place = () => ({
		class: rooms.get(younger.sourcedId) ?? '',
		course: course.slug,
		lesson: lesson.slug
	});
	return [
		{ days: yearBegan, play: makeClasses },
		{
			days: 6 + (lesson.minutes + 4) / minutesPerDay,
			play: async () => {
				const begun = await led.begin(app, teacher.person, place());
				if (!begun.ok) throw new Error(`the lesson was not begun: ${begun.reason}`);
			}
		},
		{
			days: 6,
			play: async () => {
				const learners = younger.children.slice(0, -1).map((key) => member(key).learner);
				const recorded = await tookPart(app, teacher.person, { ...place(), learners, language: 'en' });
				if (!recorded.ok) throw new Error(`the lesson was not recorded: ${recorded.reason}`);
			}
		}
	];
}
