import { certificationTitle } from '#lib/server/catalogue/catalogue.ts';
import type { LocalDates } from '#lib/server/catalogue/local-dates.ts';
import type { CourseView } from '#lib/server/certification/completions.ts';

/** The one thing to do next in a course, as data; pages put it into words. */
export type NextStep =
	| {
			kind: 'lesson';
			href: string;
			number: number;
			title: string;
			section: string;
			minutesLeft: number;
			resumed: boolean;
	  }
	| { kind: 'review'; href: string; lesson: string; left: number }
	| { kind: 'quiz'; href: string; items: number; running: boolean }
	| { kind: 'cooling-down'; href: string; until: string }
	| { kind: 'acknowledge'; href: string; policy: string }
	| { kind: 'held-back'; href: string; missing: string[] }
	| { kind: 'done'; href: string; certificate: string | null; validThrough: string | null };

/** What comes next for a learner in this course. */
export function nextStep(view: CourseView, say: LocalDates): NextStep {
	const { course, progress } = view;
	const base = `/learn/${course.slug}`;
	if (view.completed) {
		const certificate =
			view.held.periods
				.filter((period) => period.certification === course.certification)
				.sort((a, b) => a.from.getTime() - b.from.getTime())
				.at(-1)?.certificate ?? null;
		return {
			kind: 'done',
			href: base,
			certificate,
			validThrough: view.status.validUntil && say.lastDay(view.status.validUntil)
		};
	}
	if (view.heldBack)
		return {
			kind: 'held-back',
			href: base,
			missing: view.missing.map((missing) => certificationTitle(missing))
		};
	const quiz = progress.quiz;
	const toQuiz: NextStep = {
		kind: 'quiz',
		href: `${base}/quiz`,
		items: course.items.length,
		running: quiz.state === 'in-progress'
	};
	// Before the lessons: who tests out has begun the questions, or passed them, without having read any.
	if (quiz.state === 'in-progress') return toQuiz;
	const taken = quiz.state === 'passed' || quiz.state === 'led';
	if (taken && progress.acknowledgement && !progress.acknowledgement.given)
		return {
			kind: 'acknowledge',
			href: `/policy/acknowledge?course=${course.slug}`,
			policy: progress.acknowledgement.policy
		};
	if (progress.next) {
		const at = progress.next;
		const lesson = course.lessons.find((entry) => entry.slug === at.slug);
		return {
			kind: 'lesson',
			href: `${base}/${at.slug}/${at.section}`,
			number: progress.lessons.indexOf(at) + 1,
			title: at.title,
			section: lesson?.sections[at.section - 1]?.title ?? '',
			minutesLeft: Math.max(1, Math.round((at.minutes * (at.sections - at.section + 1)) / at.sections)),
			resumed: at.section > 1
		};
	}
	if (quiz.state === 'review-first') {
		const slug = quiz.lessons[0] ?? '';
		const title = course.lessons.find((entry) => entry.slug === slug)?.title ?? slug;
		return { kind: 'review', href: `${base}/${slug}/1`, lesson: title, left: quiz.lessons.length };
	}
	if (quiz.state === 'cooling-down')
		return { kind: 'cooling-down', href: `${base}/quiz`, until: say.time(quiz.until) };
	return toQuiz;
}
