import { certificationTitle, coursesFor } from '#lib/server/catalogue/catalogue.ts';
import type { LocalDates } from '#lib/server/catalogue/local-dates.ts';
import type { CourseView } from '#lib/server/certification/completions.ts';
import type { CourseInLanguage } from '#lib/server/certification/view-in-language.ts';

/** A course as its overview page shows it. */
export function courseOverview(view: CourseView & { course: CourseInLanguage }, say: LocalDates) {
	const { course, progress } = view;
	return {
		course: {
			slug: course.slug,
			language: course.language,
			title: course.title,
			short: course.short,
			summary: course.summary,
			minutes: course.minutes,
			version: course.version,
			passMark: course.quiz.pass_mark,
			items: course.items.length,
			critical: course.items.filter((item) => item.critical).length,
			cooldown: course.quiz.cooldown_minutes,
			validMonths: course.valid_months,
			path: course.path,
			readAloud: course.read_aloud
		},
		lessons: progress.lessons.map(({ slug, title, minutes, state, section }) => ({
			slug,
			title,
			minutes,
			state,
			section
		})),
		testOut: progress.testOut,
		quiz:
			progress.quiz.state === 'cooling-down'
				? { state: progress.quiz.state, until: say.time(progress.quiz.until) }
				: progress.quiz,
		acknowledgement: progress.acknowledgement,
		heldBack: view.heldBack,
		missing: view.missing.map((certification) => ({
			title: certificationTitle(certification),
			href: courseHref(certification)
		})),
		status: view.status.state,
		validThrough: view.status.validUntil && say.lastDay(view.status.validUntil),
		completedAt: view.completed && say.date(view.completed.at),
		renewalOpen: view.renewalOpen && !view.heldBack,
		results: progress.results.map(({ attempt, number, passed, score, total, at, outcome }) => ({
			attempt,
			number,
			passed,
			score,
			total,
			at: say.date(at),
			outcome
		}))
	};
}

/** Where a certification is earned; one's own page where each band has its own course. */
function courseHref(certification: string): string {
	const courses = coursesFor(certification);
	return courses.length === 1 ? `/learn/${courses[0]?.slug}` : '/learn';
}
