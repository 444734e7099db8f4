import type { CleanRows, RowKind } from './clean-rows.ts';
import { Cleaning } from './cleaning.ts';
import { limits } from './limits.ts';
import { Refusal, type ProblemLog } from './problem.ts';
import { openArchive, type Archive, type ArchiveFile, type RosterSource } from './read-archive.ts';
import type { ColumnSpec } from './read-header.ts';
import { readTable, type TableReading } from './read-table.ts';
import { keyOf, readRole } from './read-values.ts';
import { emptyReading, type Mode, type Reading, type RosterSink } from './reading.ts';

/**
 * OneRoster 1.1 and 1.2 CSV (1EdTech): a ZIP with manifest.csv and one file for each kind of thing. `demographics` and
 * everything else that is not named here is never opened. Roles and memberships end on the first day on which they are
 * not held any more; the days of a session are its first and its last.
 */
const column = <Name extends string>(
	name: Name,
	how: Omit<ColumnSpec<Name>, 'name' | 'use'> = {}
): ColumnSpec<Name> => ({ name, use: true, ...how });
const needed = <Name extends string>(name: Name, ...aliases: string[]): ColumnSpec<Name> =>
	column(name, { required: true, aliases });
/** Known to the standard, and not read. */
const unread = (names: string): ColumnSpec<never>[] =>
	names.split(' ').map((name) => ({ name: name as never }));

const files = {
	academicSessions: {
		kind: 'session',
		columns: [
			needed('sourcedId'),
			column('status'),
			needed('startDate'),
			needed('endDate'),
			...unread('dateLastModified title type parentSourcedId schoolYear')
		]
	},
	orgs: {
		kind: 'organisation',
		columns: [
			needed('sourcedId'),
			column('status'),
			needed('name'),
			needed('type'),
			column('parentSourcedId'),
			...unread('dateLastModified identifier')
		]
	},
	courses: {
		kind: 'course',
		columns: [
			needed('sourcedId'),
			column('grades'),
			...unread(
				'status dateLastModified schoolYearSourcedId title courseCode orgSourcedId subjects subjectCodes'
			)
		]
	},
	classes: {
		kind: 'class',
		columns: [
			needed('sourcedId'),
			column('status'),
			needed('title'),
			column('classCode'),
			column('grades'),
			column('courseSourcedId'),
			needed('schoolSourcedId'),
			column('termSourcedIds', { aliases: ['terms'] }),
			...unread('dateLastModified classType location subjects subjectCodes periods resources')
		]
	},
	users: {
		kind: 'person',
		columns: [
			needed('sourcedId'),
			column('status'),
			column('enabledUser'),
			column('orgSourcedIds'),
			column('role'),
			needed('givenName'),
			needed('familyName'),
			column('preferredGivenName', { aliases: ['preferredFirstName'] }),
			column('preferredFamilyName', { aliases: ['preferredLastName'] }),
			column('identifier'),
			column('email'),
			column('agentSourcedIds', { aliases: ['agents'] }),
			column('grades'),
			...unread(
				'dateLastModified username userIds middleName sms phone password userMasterIdentifier resourceSourcedIds preferredMiddleName primaryOrgSourcedId pronouns'
			)
		]
	},
	roles: {
		kind: 'role',
		columns: [
			column('sourcedId'),
			column('status'),
			needed('userSourcedId'),
			needed('role'),
			column('beginDate'),
			column('endDate'),
			needed('orgSourcedId'),
			...unread('dateLastModified roleType userProfileSourcedId')
		]
	},
	enrollments: {
		kind: 'member',
		columns: [
			column('sourcedId'),
			column('status'),
			needed('classSourcedId'),
			needed('userSourcedId'),
			needed('role'),
			column('beginDate'),
			column('endDate'),
			...unread('dateLastModified schoolSourcedId primary')
		]
	}
} as const satisfies Record<string, { kind: RowKind; columns: readonly ColumnSpec[] }>;

type FileName = keyof typeof files;
type ColumnOf<Name extends FileName> = (typeof files)[Name]['columns'][number]['name'];
const fileNames = Object.keys(files) as FileName[];

const manifestColumns = [needed('propertyName'), needed('value')];
const wanted = new Set(['manifest', ...fileNames.map((name) => name.toLowerCase())]);

/** Reads a OneRoster archive. Throws a Refusal when it can't be taken as one. */
export async function readOneRoster(
	source: RosterSource,
	sink: RosterSink,
	log: ProblemLog
): Promise<Reading> {
	const archive = await openArchive(source, wanted);
	try {
		const manifest = await readManifest(archive, source.name, log);
		const parts = partsOf(archive, manifest, source.name, log);
		const reading = emptyReading('oneroster', manifest?.get('oneroster.version') ?? null);
		for (const name of fileNames) reading.modes[files[name].kind] = parts.get(name)?.mode ?? 'absent';

		const total = [...parts.values()].reduce((sum, { file }) => sum + file.bytes, 0);
		let read = 0;
		const part = async <Name extends FileName>(
			name: Name,
			clean: (row: Cleaning<ColumnOf<Name>>) => CleanRows[(typeof files)[Name]['kind']] | null
		): Promise<TableReading<string> | null> => {
			const found = parts.get(name);
			if (!found) return null;
			const table = await readPart(name, found.file, clean, sink, log, (bytes, rows) =>
				sink.progress({ file: found.file.name, rows, bytes: read + bytes, total })
			);
			read += found.file.bytes;
			reading.rows[files[name].kind] = table.rows;
			reading.unreadable[files[name].kind] = table.unreadable;
			reading.files[files[name].kind] = found.file.name;
			return table;
		};
		await part('orgs', cleanOrganisation);
		await part('academicSessions', cleanSession);
		await part('courses', cleanCourse);
		await part('classes', cleanClass);
		const rolesApart = parts.has('roles');
		const people = await part('users', (row) => cleanPerson(row, rolesApart));
		reading.namesGuardians = people?.columns.has('agentSourcedIds') ?? false;
		reading.rolesFrom =
			!rolesApart && people?.columns.has('role') && people.columns.has('orgSourcedIds') ? 'people' : 'roles';
		if (parts.get('users')?.mode === 'bulk' && !rolesApart && reading.rolesFrom === 'roles')
			throw new Refusal('file-missing', { file: source.name, value: 'roles.csv' });
		// OneRoster 1.1: who is listed says at once in which roles.
		if (reading.rolesFrom === 'people') {
			reading.modes.role = reading.modes.person;
			reading.files.role = reading.files.person;
		}
		await part('roles', cleanRole);
		await part('enrollments', cleanMember);
		return reading;
	} finally {
		archive.close();
	}
}

async function readPart<Name extends FileName>(
	name: Name,
	file: ArchiveFile,
	clean: (row: Cleaning<ColumnOf<Name>>) => CleanRows[(typeof files)[Name]['kind']] | null,
	sink: RosterSink,
	log: ProblemLog,
	progress: (bytes: number, rows: number) => void
): Promise<TableReading<ColumnOf<Name>>> {
	const { kind } = files[name];
	const columns: readonly ColumnSpec<ColumnOf<Name>>[] = files[name].columns;
	let rows: CleanRows[(typeof files)[Name]['kind']][] = [];
	let bytes = 0;
	let count = 0;
	let nameless = 0;
	async function* counted(): AsyncGenerator<Uint8Array> {
		for await (const piece of await file.open()) {
			bytes += piece.length;
			yield piece;
		}
	}
	const table = await readTable<ColumnOf<Name>>(
		counted(),
		{ columns, shortRows: 'refused' },
		file.name,
		log,
		(row) => {
			const cleaned = clean(new Cleaning(row, file.name, log));
			if (cleaned) rows.push(cleaned);
			else nameless += 1;
		},
		async () => {
			count += rows.length;
			await sink.rows(kind, file.name, rows);
			rows = [];
			await sink.problems(log.take());
			progress(bytes, count);
		}
	);
	return { ...table, unreadable: table.unreadable + nameless };
}

async function readManifest(
	archive: Archive,
	name: string,
	log: ProblemLog
): Promise<ReadonlyMap<string, string> | null> {
	const file = archive.files.get('manifest');
	if (!file && archive.files.size === 0) throw new Refusal('not-a-roster', { file: name });
	if (!file) {
		log.add('manifest-missing', { file: name });
		return null;
	}
	const properties = new Map<string, string>();
	await readTable(
		await file.open(),
		{ columns: manifestColumns, shortRows: 'filled' },
		file.name,
		log,
		(row) => {
			if (properties.size < limits.columns)
				properties.set(row.cell('propertyName').toLowerCase(), row.cell('value'));
		}
	);
	const version = properties.get('oneroster.version') ?? '';
	if (!/^1\.[12](?:\.\d+)?$/.test(version))
		log.add('manifest-version', { file: file.name, column: 'oneroster.version', value: version });
	return properties;
}

/** Which files are read and how: as a whole, or as changes. What the manifest says counts, where it says something. */
function partsOf(
	archive: Archive,
	manifest: ReadonlyMap<string, string> | null,
	archiveName: string,
	log: ProblemLog
): Map<FileName, { file: ArchiveFile; mode: Exclude<Mode, 'absent'> }> {
	const parts = new Map<FileName, { file: ArchiveFile; mode: Exclude<Mode, 'absent'> }>();
	for (const name of fileNames) {
		const file = archive.files.get(name.toLowerCase());
		const property = `file.${name}`;
		const said = manifest?.get(property.toLowerCase());
		const mode = said === undefined || said === '' ? (file ? 'bulk' : 'absent') : keyOf(said);
		if (mode !== 'bulk' && mode !== 'delta' && mode !== 'absent')
			throw new Refusal('manifest-value', { file: 'manifest.csv', column: property, value: said ?? '' });
		if (mode === 'absent') {
			if (file) log.add('file-not-announced', { file: file.name });
			continue;
		}
		if (!file) throw new Refusal('file-missing', { file: archiveName, value: `${name}.csv` });
		parts.set(name, { file, mode });
	}
	if (parts.size === 0) throw new Refusal('not-a-roster', { file: archiveName });
	return parts;
}

const organisationKinds = {
	school: 'school',
	district: 'district',
	department: 'department',
	local: 'other',
	state: 'other',
	national: 'other'
} as const;

function cleanOrganisation(row: Cleaning<ColumnOf<'orgs'>>): CleanRows['organisation'] | null {
	const id = row.id('sourcedId');
	if (id === null) return null;
	const state = row.state('status');
	const name = row.words('name', limits.titleLength);
	if (name === null && !row.failed && state === 'listed') row.fail('name-missing', 'name');
	const written = row.cell('type');
	const kind = Object.entries(organisationKinds).find(([known]) => known === keyOf(written))?.[1];
	if (!kind && state === 'listed')
		row.fail('kind-unknown', 'type', Object.keys(organisationKinds).join(', '));
	else if (kind && written !== keyOf(written)) row.say('value-corrected', 'type', keyOf(written));
	if (kind === 'other' && state === 'listed') row.say('organisation-unused', 'type');
	return {
		line: row.line,
		id,
		kind: kind ?? 'other',
		name,
		parent: row.reference('parentSourcedId', { optional: true }),
		state: row.failed ? 'left-out' : state
	};
}

function cleanSession(row: Cleaning<ColumnOf<'academicSessions'>>): CleanRows['session'] | null {
	const id = row.id('sourcedId');
	if (id === null) return null;
	const { from, until } = row.term(row.day('startDate'), row.day('endDate'), 'endDate');
	return row.failed
		? { line: row.line, id, from: null, through: null }
		: { line: row.line, id, from, through: until };
}

function cleanCourse(row: Cleaning<ColumnOf<'courses'>>): CleanRows['course'] | null {
	const id = row.id('sourcedId');
	return id === null ? null : { line: row.line, id, band: row.grades('grades').band };
}

function cleanClass(row: Cleaning<ColumnOf<'classes'>>): CleanRows['class'] | null {
	const id = row.id('sourcedId');
	if (id === null) return null;
	const state = row.state('status');
	if (state !== 'listed')
		return {
			...{ line: row.line, id, state, title: null, band: null },
			...{ organisation: null, course: null, sessions: null }
		};
	const title = row.words('title', limits.titleLength) ?? row.words('classCode', limits.titleLength);
	if (title === null && !row.failed) row.fail('name-missing', 'title');
	return {
		line: row.line,
		id,
		title,
		band: row.grades('grades').band,
		organisation: row.reference('schoolSourcedId'),
		course: row.reference('courseSourcedId', { optional: true }),
		sessions: row.list('termSourcedIds'),
		state: row.failed ? 'left-out' : 'listed'
	};
}

function cleanPerson(row: Cleaning<ColumnOf<'users'>>, rolesApart: boolean): CleanRows['person'] | null {
	const id = row.id('sourcedId');
	if (id === null) return null;
	const state = row.state('status');
	if (state !== 'listed')
		return {
			...{ line: row.line, id, state, familyName: null, givenName: null, email: null, employeeId: null },
			...{ enabled: true, band: null, gradeFault: null, grade: null },
			...{ role: null, unused: false, organisations: null, agents: null }
		};
	const family = row.words('preferredFamilyName') ?? row.words('familyName');
	const given = row.words('preferredGivenName') ?? row.words('givenName');
	const names = row.names(family, given, 'familyName');
	const role = rolesApart || row.cell('role') === '' ? null : row.role('role');
	return {
		line: row.line,
		id,
		...names,
		email: row.email('email'),
		employeeId: row.words('identifier', limits.idLength),
		enabled: row.boolean('enabledUser', true),
		...row.grades('grades'),
		role,
		unused: row.unused,
		organisations: rolesApart ? null : row.list('orgSourcedIds'),
		agents: row.list('agentSourcedIds'),
		state: row.failed ? 'left-out' : 'listed'
	};
}

function cleanRole(row: Cleaning<ColumnOf<'roles'>>): CleanRows['role'] | null {
	const state = row.state('status');
	const id = row.cell('sourcedId');
	const person = row.reference('userSourcedId', { optional: state !== 'listed' && id !== '' });
	if (person === null && (state === 'listed' || id === '')) return null;
	const organisation = row.reference('orgSourcedId', { optional: state !== 'listed' });
	const role = state === 'listed' ? row.role('role') : roleOrNull(row.cell('role'));
	const term = row.term(row.day('beginDate'), row.day('endDate'), 'endDate');
	return {
		line: row.line,
		id: id === '' || id.length > limits.idLength ? `${person} ${role} ${organisation}` : id,
		person,
		organisation,
		role,
		...term,
		state: row.failed ? 'left-out' : row.unused ? 'gone' : state
	};
}

function roleOrNull(written: string): CleanRows['role']['role'] {
	const { role } = readRole(written);
	return role === 'unused' || role === 'unknown' ? null : role;
}

function cleanMember(row: Cleaning<ColumnOf<'enrollments'>>): CleanRows['member'] | null {
	const state = row.state('status');
	const gone = state !== 'listed';
	const inClass = row.reference('classSourcedId', { optional: gone });
	const person = row.reference('userSourcedId', { optional: gone });
	const id = row.cell('sourcedId');
	if (id === '' && (inClass === null || person === null)) return null;
	return {
		line: row.line,
		id: id === '' || id.length > limits.idLength ? `${inClass} ${person}` : id,
		class: inClass,
		person,
		part: gone ? null : partOf(row),
		...row.term(row.day('beginDate'), row.day('endDate'), 'endDate'),
		state: row.failed ? 'left-out' : state
	};
}

/** Who is in the class as something else than its teacher or student is not in it for Waypost. */
function partOf(row: Cleaning<ColumnOf<'enrollments'>>): 'teacher' | 'student' | null {
	const written = row.cell('role');
	const part = keyOf(written);
	if (part === 'teacher' || part === 'student') {
		if (written !== part) row.say('value-corrected', 'role', part);
		return part;
	}
	if (part === 'administrator' || part === 'proctor' || part === 'aide') row.say('part-unused', 'role');
	else row.fail('part-unknown', 'role', 'teacher, student, administrator, proctor');
	return null;
}
