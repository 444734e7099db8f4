import { m } from '#lib/messages/compiled/messages.js';
import type { Locale } from '#lib/messages/compiled/runtime.js';
import type { PlannedAction } from '#lib/server/db/schema.ts';
import type { Example, ImportView, Role } from '#lib/server/roster/history.ts';
import { hasRemedy, inWords } from '#lib/server/roster/problem-words.ts';
import type { FoundProblem } from '#lib/server/roster/problems.ts';
import { severityWord } from '#lib/server/roster/problems.ts';
import { roleWord } from '../../records/record-words.ts';

/** An import as its page shows it. */
export function importPage(
	found: ImportView,
	examples: Partial<Record<PlannedAction, Example[]>>,
	locale: Locale
) {
	const number = (value: number) => value.toLocaleString(locale);
	const { id, name, state, reason, plan, progress, fingerprint } = found;
	return {
		id,
		name,
		state,
		...stateWords(found, number),
		fingerprint,
		works: state === 'reading' || state === 'applying',
		progress: progressOf(progress, number),
		movedOn: state === 'planned' && reason === 'moved-on',
		suspended: state === 'planned' ? suspendedWords(found) : null,
		plan: plan && {
			groups: groupsOf(plan, examples, number),
			isEmpty: isEmpty(plan),
			besides: [
				{
					label: m.roster_plan_schools(),
					value: counted(
						plan.organisations.added,
						plan.organisations.changed,
						plan.organisations.ended,
						number
					)
				},
				{
					label: m.roster_plan_roles(),
					value: counted(plan.affiliations.begun, plan.affiliations.changed, plan.affiliations.ended, number)
				},
				{
					label: m.roster_plan_classes(),
					value: counted(plan.classes.added, plan.classes.changed, plan.classes.ended, number)
				},
				{
					label: m.roster_plan_members(),
					value: counted(plan.memberships.begun, plan.memberships.changed, plan.memberships.ended, number)
				},
				{
					label: m.roster_plan_guardians(),
					value:
						plan.links.begun + plan.links.ended === 0
							? m.roster_plan_unchanged()
							: m.roster_plan_links({ begun: number(plan.links.begun), ended: number(plan.links.ended) })
				}
			],
			guard: plan.guard.asks
				? {
						ended: number(plan.people.ended),
						share: number(plan.guard.share),
						percent: number(plan.guard.percent)
					}
				: null,
			leavesNoAdministrator: plan.leavesNoAdministrator
		}
	};
}

function isEmpty({
	organisations,
	people,
	affiliations,
	classes,
	memberships,
	links
}: NonNullable<ImportView['plan']>) {
	const { added, changed, ended, returned, held } = people;
	return [added, changed, ended, returned, held, organisations, affiliations, classes, memberships, links]
		.flatMap((part) => (typeof part === 'number' ? [part] : Object.values(part)))
		.every((count) => count === 0);
}

function counted(begun: number, changed: number, ended: number, number: (value: number) => string): string {
	if (begun + changed + ended === 0) return m.roster_plan_unchanged();
	return m.roster_plan_counts({ begun: number(begun), changed: number(changed), ended: number(ended) });
}

/** Rows that nobody could read: until they are put right, nobody is taken for gone. */
function suspendedWords({ reading }: ImportView): string | null {
	const isSuspended = Object.values(reading?.unreadable ?? {}).some((rows) => rows > 0);
	return isSuspended
		? `${m.roster_problem_endings_suspended()} ${m.roster_remedy_endings_suspended()}`
		: null;
}

/** The page's title and what is said below it. */
function stateWords(found: ImportView, number: (value: number) => string): { title: string; note: string } {
	const { name, state, reason, plan } = found;
	switch (state) {
		case 'reading':
			return { title: m.roster_import_reading({ name }), note: m.roster_progress_note() };
		case 'planned':
			return { title: m.roster_import_planned({ name }), note: m.roster_import_planned_lead() };
		case 'applying':
			return { title: m.roster_import_applying(), note: m.roster_progress_note() };
		case 'applied':
			return { title: m.roster_import_applied({ name }), note: m.roster_applied_note() };
		case 'refused':
			return {
				title: m.roster_import_refused({ name }),
				note: reason === 'busy' ? m.roster_refused_busy() : m.roster_refused_note()
			};
		case 'failed':
			return { title: m.roster_import_failed({ name }), note: m.roster_failed_note() };
		case 'discarded':
			return {
				title: m.roster_import_discarded({ name }),
				note:
					reason === 'newer-file'
						? m.roster_discarded_newer()
						: reason === 'ending-guard'
							? m.roster_discarded_guard({ ended: number(plan?.people.ended ?? 0) })
							: reason === 'no-administrator'
								? m.roster_no_administrator()
								: m.roster_discarded_note()
			};
	}
}

/** How much of the way to a plan is reading; what comes after it can't be measured. */
const READING_SHARE = 0.8;

function progressOf(progress: ImportView['progress'], number: (value: number) => string) {
	if (progress.stage === 'reading')
		return {
			value: Math.round(READING_SHARE * progress.bytes),
			max: Math.max(1, progress.total),
			text: m.roster_progress_rows({ file: progress.file, rows: number(progress.rows) })
		};
	if (progress.stage === 'checking')
		return { value: READING_SHARE, max: 1, text: m.roster_progress_checking() };
	if (progress.stage === 'applying')
		return {
			value: progress.step,
			max: progress.of,
			text: m.roster_progress_step({ step: number(progress.step), of: number(progress.of) })
		};
	return { value: 0, max: 1, text: m.roster_progress_begun() };
}

type Group = {
	key: string;
	title: string;
	count: string;
	tone: 'good' | 'note' | 'wait' | 'stop';
	note: string;
	examples: { name: string; detail: string }[];
	more: string | null;
};

function groupsOf(
	{ people, newSchools }: NonNullable<ImportView['plan']>,
	examples: Partial<Record<PlannedAction, Example[]>>,
	number: (value: number) => string
): Group[] {
	const group = (
		key: PlannedAction | 'left-out' | 'same',
		title: string,
		count: number,
		tone: Group['tone'],
		note = ''
	): Group[] => {
		if (count === 0) return [];
		const some = key === 'left-out' || key === 'same' ? [] : (examples[key] ?? []);
		return [
			{
				...{ key, title, tone, note, count: number(count) },
				examples: some.map((example) => ({ name: example.name, detail: detailOf(key, example) })),
				more: some.length > 0 ? moreThan(some.length, count, number) : null
			}
		];
	};
	return [
		...group('add', m.roster_plan_add(), people.added, 'good'),
		...group('change', m.roster_plan_change(), people.changed, 'note'),
		...group('return', m.roster_plan_return(), people.returned, 'good'),
		...group('end', m.roster_plan_end(), people.ended, 'stop', m.roster_plan_end_note()),
		...group('hold', m.roster_plan_hold(), people.held, 'wait', m.roster_plan_hold_note()),
		...schoolGroup(newSchools, number),
		...group('left-out', m.roster_plan_left_out(), people.leftOut, 'wait'),
		...group('same', m.roster_plan_same(), people.unchanged, 'note')
	];
}

/** New schools by name: one that is only misspelled in the file would stand in every list from then on. */
function schoolGroup(
	schools: NonNullable<ImportView['plan']>['newSchools'],
	number: (value: number) => string
): Group[] {
	if (!schools || schools.count === 0) return [];
	const { count, names } = schools;
	return [
		{
			...{ key: 'schools', title: m.roster_plan_new_schools(), tone: 'good', count: number(count) },
			note: m.roster_plan_new_schools_note(),
			examples: names.map((name) => ({ name, detail: '' })),
			more: moreThan(names.length, count, number)
		}
	];
}

function moreThan(shown: number, count: number, number: (value: number) => string): string | null {
	return count > shown ? m.roster_plan_more({ count: number(count - shown) }) : null;
}

const changeWords: Record<string, (before: string) => string> = {
	name: (before) => m.roster_change_name({ before }),
	email: () => m.roster_change_email(),
	'employee-id': () => m.roster_change_employee_id(),
	role: () => m.roster_change_role(),
	band: () => m.roster_change_band(),
	days: () => m.roster_change_days()
};

function detailOf(key: string, { before, changes, roles, rolesBefore }: Example): string {
	const inRoles = (list: Role[]) =>
		list.map(({ role, school }) => m.roster_role_at({ role: roleWord(role), school })).join('; ');
	if (key === 'end') return inRoles(rolesBefore);
	if (key !== 'change') return inRoles(roles);
	const words = changes.map((change) => changeWords[change]?.(before ?? '') ?? change).join(', ');
	const moved = changes.includes('role') && roles.length > 0;
	return moved ? `${words}: ${inRoles(rolesBefore)} → ${inRoles(roles)}` : words;
}

export type ProblemRow = {
	key: string;
	severity: { kind: 'stop' | 'wait' | 'note'; word: string };
	what: string;
	remedy: string;
	where: string;
	column: string;
	value: string;
	times: string;
};

export function problemRows(rows: FoundProblem[], locale: Locale): ProblemRow[] {
	const kinds = { stop: 'stop', row: 'wait', value: 'wait', note: 'note' } as const;
	return rows.map((row) => ({
		key: row.n,
		severity: { kind: kinds[row.severity], word: severityWord(row.severity, locale) },
		what: inWords(row, locale).what,
		remedy: hasRemedy(row) ? inWords(row, locale).remedy : '',
		where: row.line === null ? row.file : m.roster_problems_line({ file: row.file, line: row.line }),
		column: row.column ?? '',
		value: row.value ?? '',
		times: row.times > 1 ? m.roster_problems_times({ times: row.times.toLocaleString(locale) }) : ''
	}));
}
