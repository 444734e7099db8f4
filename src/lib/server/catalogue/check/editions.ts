import type { Catalogue, Course } from '../read-catalogue.ts';
import type { ContentReport } from './content-report.ts';

/** A published edition never changes under its number (invariant 4): its hash is the one that was sealed. */
export function checkEdition(report: ContentReport, { editions }: Catalogue, course: Course): void {
	const place = { file: `courses/${course.slug}/course.yaml`, entry: ['version'] };
	const sealed = editions[course.slug]?.[course.version];
	if (sealed === undefined)
		report.warning(
			place,
			`version ${course.version} is not sealed yet.`,
			'Run “npm run waypost -- content seal” before it is published.'
		);
	else if (sealed !== course.hash)
		report.error(
			place,
			`the course has changed since version ${course.version} was sealed.`,
			`Raise the version in course.yaml and say in “changes” what changed, or run “npm run waypost -- content seal --again ${course.slug}” if this edition was never published.`
		);
}
