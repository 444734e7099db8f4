import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import type { CleanRows, RowKind } from '../clean-rows.ts';
import type { Problem } from '../problem.ts';
import type { RosterSource } from '../read-archive.ts';
import { readRoster, type RosterRead } from '../read-roster.ts';

/** A ZIP with these files. */
export async function zipOf(files: Record<string, string | Buffer>): Promise<Buffer> {
	const zip = new ZipFile();
	for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name);
	zip.end();
	return buffer(zip.outputStream as NodeJS.ReadableStream & AsyncIterable<Buffer>);
}

export function csv(...lines: string[]): string {
	return lines.map((line) => `${line}\r\n`).join('');
}

const properties = [
	'academicSessions',
	'classes',
	'courses',
	'enrollments',
	'orgs',
	'roles',
	'users',
	'demographics'
];

/** A manifest that names the files given as bulk or delta, and all others as absent. */
export function manifest(version: string, modes: Record<string, 'bulk' | 'delta'>): string {
	return csv(
		'propertyName,value',
		'manifest.version,1.0',
		`oneroster.version,${version}`,
		...properties.map((name) => `file.${name},${modes[name] ?? 'absent'}`),
		'source.systemName,Test',
		'source.systemCode,test'
	);
}

export type Files = Record<string, string | Buffer>;

/** OneRoster 1.1 of a small district: two schools, a principal, two teachers, three students, two guardians. */
export function oneRoster11(over: Files = {}): Files {
	return {
		'manifest.csv': manifest('1.1', {
			orgs: 'bulk',
			academicSessions: 'bulk',
			courses: 'bulk',
			classes: 'bulk',
			users: 'bulk',
			enrollments: 'bulk'
		}),
		'orgs.csv': csv(
			'sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId',
			'd1,,,Test District,district,,',
			's1,,,North School,school,N,d1',
			's2,,,South School,school,S,d1'
		),
		'academicSessions.csv': csv(
			'sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear',
			'y1,,,2026-27,schoolYear,2026-08-26,2027-06-30,,2027'
		),
		'courses.csv': csv(
			'sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes',
			'k1,,,y1,Grade 1,G1,01,s1,,'
		),
		'classes.csv': csv(
			'sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods',
			'c1,,,"Grade 1, Room 4",01,k1,,homeroom,,s1,y1,,,',
			'c2,,,Biology,,k2,BIO,scheduled,,s2,y1,,,'
		),
		'users.csv': csv(
			users11,
			'u1,,,true,s1,administrator,apark,,Ada,Park,,E1,ada.park@wrsd.example,,,,,',
			'u2,,,true,s1,teacher,bcole,,Ben,Cole,,E2,ben.cole@wrsd.example,,,,,',
			'u3,,,true,"s1,s2",teacher,cdiaz,,Cleo,Diaz,,E3,cleo.diaz@wrsd.example,,,,,',
			'u4,,,true,s1,student,dcole,,Dan,Cole,,1001,,,,"u7,u8",01,',
			'u5,,,true,s1,student,efox,,Eve,Fox,,1002,,,,u8,01,',
			'u6,,,true,s2,student,fgray,,Finn,Gray,,1003,finn@wrsd.example,,,,10,',
			'u7,,,true,s1,parent,,,Gail,Cole,,,family.cole@mail.example,,,,,',
			'u8,,,true,s1,guardian,,,Hugo,Fox,,,,,,,,'
		),
		'enrollments.csv': csv(
			'sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate',
			'e1,,,c1,s1,u2,teacher,true,,',
			'e2,,,c1,s1,u4,student,,2026-08-26,2027-07-01',
			'e3,,,c1,s1,u5,student,,,',
			'e4,,,c2,s2,u3,teacher,true,,',
			'e5,,,c2,s2,u6,student,,,'
		),
		...over
	};
}

export const users11 =
	'sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password';
export const users12 =
	'sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns';

/** The same district as OneRoster 1.2, with its roles in a file of their own. */
export function oneRoster12(over: Files = {}): Files {
	return {
		...oneRoster11(),
		'manifest.csv': manifest('1.2', {
			orgs: 'bulk',
			academicSessions: 'bulk',
			courses: 'bulk',
			classes: 'bulk',
			users: 'bulk',
			roles: 'bulk',
			enrollments: 'bulk'
		}),
		'users.csv': csv(
			users12,
			'u1,,,true,apark,,Ada,Park,,E1,ada.park@wrsd.example,,,,,,,,,,,s1,',
			'u2,,,true,bcole,,Benjamin,Cole,,E2,ben.cole@wrsd.example,,,,,,,,Ben,,,s1,',
			'u3,,,true,cdiaz,,Cleo,Diaz,,E3,cleo.diaz@wrsd.example,,,,,,,,,,,s1,',
			'u4,,,true,dcole,,Dan,Cole,,1001,,,,"u7,u8",01,,,,,,,s1,',
			'u5,,,true,efox,,Eve,Fox,,1002,,,,u8,01,,,,,,,s1,',
			'u6,,,true,fgray,,Finn,Gray,,1003,finn@wrsd.example,,,,10,,,,,,,s2,',
			'u7,,,true,,,Gail,Cole,,,family.cole@mail.example,,,,,,,,,,,,',
			'u8,,,true,,,Hugo,Fox,,,,,,,,,,,,,,,'
		),
		'roles.csv': csv(
			'sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId',
			'r1,,,u1,primary,principal,2024-07-01,,s1,',
			'r2,,,u2,primary,teacher,,,s1,',
			'r3,,,u3,primary,teacher,,,s1,',
			'r3b,,,u3,secondary,teacher,,,s2,',
			'r4,,,u4,primary,student,2026-08-26,2027-07-01,s1,',
			'r5,,,u5,primary,student,,,s1,',
			'r6,,,u6,primary,student,,,s2,',
			'r7,,,u7,primary,parent,,,s1,',
			'r8,,,u8,primary,guardian,,,s1,'
		),
		...over
	};
}

export type Collected = RosterRead & {
	all: Problem[];
	rows: { [Kind in RowKind]: CleanRows[Kind][] };
};

/** Reads a file and keeps everything that comes out of it. */
export async function collect(source: RosterSource): Promise<Collected> {
	const rows: Collected['rows'] = {
		organisation: [],
		session: [],
		course: [],
		class: [],
		person: [],
		role: [],
		member: [],
		plain: []
	};
	const all: Problem[] = [];
	const answer = await readRoster(source, {
		async rows(kind, _file, more) {
			(rows[kind] as typeof more).push(...more);
		},
		async problems(more) {
			all.push(...more);
		},
		progress() {}
	});
	return { ...answer, all, rows };
}

export async function collectZip(files: Files): Promise<Collected> {
	return collect({ name: 'roster.zip', bytes: await zipOf(files) });
}

export function collectText(text: string | Buffer, name = 'roster.csv'): Promise<Collected> {
	return collect({ name, bytes: Buffer.from(text) });
}

/** What was found, as `code file:line column=value`. */
export function told(problems: Problem[]): string[] {
	return problems.map(
		({ code, file, line, column, value }) =>
			`${code} ${file}:${line ?? '-'}${column ? ` ${column}` : ''}${value === null ? '' : `=${value}`}`
	);
}
