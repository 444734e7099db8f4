import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/**
 * A made district of any size as OneRoster 1.1, the same each time: six in ten people are students, one in twelve
 * works there, the others are guardians. Older students are in six classes each, younger ones in two.
 */
export type District = {
	users: number;
	/** What a file of changes holds, in people: of each thousand two leave, three are new and five are changed. */
	delta?: boolean;
};

const STUDENTS = 0.6;
const STAFF = 0.083;
const CLASS_SIZE = 25;
const SCHOOL_SIZE = 900;
const given =
	'Ana,Ben,Chidi,Dana,Émile,Fatima,Grace,Hana,Inés,Jordan,Kofi,Lucía,Maya,Noor,Omar,Priya,Quinn,Rosa,Sean,Tomás,Uma,Víctor,Wei,Ximena,Yuki,Zoë'.split(
		','
	);
const family =
	'Abara,Bell,Costa,Deng,Eriksen,Fontaine,García,Hughes,Ito,Jansen,Kim,Lee,Mensah,Nair,O’Brien,Petrova,Quist,Rivera,Stone,Tran,Underhill,Voss,Whitfield,Xu,Young,Zeman'.split(
		','
	);

const grades = ['KG', '01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'];
const classesOf = (grade: number) => (grade < 6 ? 2 : 6);

/** Counts of what a district of this size holds. */
export function sizes({ users }: District) {
	const students = Math.round(users * STUDENTS);
	const staff = Math.round(users * STAFF);
	const schools = Math.max(2, Math.round(students / SCHOOL_SIZE));
	return { students, staff, guardians: users - students - staff, schools };
}

/** The rows of each file, heading first. */
export function files(district: District): Record<string, () => Generator<string>> {
	const { students, staff, guardians, schools } = sizes(district);
	const isDelta = district.delta ?? false;
	const school = (n: number) => n % schools;
	// Students of one school and grade sit together: numbered through by school, then grade.
	const gradeOf = (n: number) => Math.floor(n / schools) % grades.length;
	const seatOf = (n: number) => Math.floor(n / schools / grades.length);
	const classId = (of: number, grade: number, subject: number, section: number) =>
		`c-${of}-${grade}-${subject}-${section}`;
	const sections = Math.max(1, Math.ceil(students / schools / grades.length / CLASS_SIZE));
	const status = (word = 'active') => (isDelta ? `${word},2026-11-02T00:00:00.000Z` : ',');
	const name = (n: number, salt: number) =>
		`${given[(n * 7 + salt) % given.length]},${family[(Math.floor(n / given.length) + salt * 3) % family.length]}-${(n % 997).toString(36)}`;
	// Those of the staff who are at this school, in turn.
	const staffOf = (of: number) => Math.max(1, Math.ceil((staff - of) / schools));
	const teacherOf = (of: number, index: number) => `t-${of + (index % staffOf(of)) * schools}`;
	/** What happens to a person in a file of changes; everybody is listed in a whole one. */
	const fate = (n: number): 'listed' | 'gone' | 'changed' | null => {
		if (!isDelta) return 'listed';
		if (n % 1_000 < 2) return 'gone';
		return n % 1_000 < 7 ? 'changed' : null;
	};

	function* users(): Generator<string> {
		yield 'sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password';
		for (let n = 0; n < staff; n++) {
			const now = fate(n);
			if (now === 'gone') yield `t-${n},${status('tobedeleted')},,,,,,,,,,,,,,,`;
			else if (now)
				yield `t-${n},${status()},true,s-${school(n)},${n % 40 === 0 ? 'administrator' : 'teacher'},t${n},,${name(n, now === 'changed' ? 1 : 0)},,E${n},t${n}@district.example,,,,,secret-${n}`;
		}
		for (let n = 0; n < students; n++) {
			const now = fate(n);
			if (now === 'gone') yield `u-${n},${status('tobedeleted')},,,,,,,,,,,,,,,`;
			else if (now) {
				const agents = n % 2 === 0 ? `"g-${n % guardians},g-${(n + 1) % guardians}"` : `g-${n % guardians}`;
				yield `u-${n},${status()},true,s-${school(now === 'changed' ? n + 1 : n)},student,u${n},,${name(n, 2)},,${n},,,,${agents},${grades[gradeOf(n)]},secret-${n}`;
			}
		}
		for (let n = 0; n < guardians; n++)
			if (fate(n) === 'listed')
				yield `g-${n},${status()},true,s-${school(n)},guardian,,,${name(n, 4)},,,family${n % Math.max(1, Math.floor(guardians * 0.8))}@mail.example,,,,,`;
		if (isDelta)
			for (let n = 0; n < students * 0.003; n++)
				yield `n-${n},${status()},true,s-${school(n)},student,,,${name(n, 9)},,,,,,,${grades[gradeOf(n)]},`;
	}

	function* classes(): Generator<string> {
		yield 'sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods';
		if (isDelta) return;
		for (let of = 0; of < schools; of++)
			for (const [grade, code] of grades.entries())
				for (let subject = 0; subject < classesOf(grade); subject++)
					for (let section = 0; section < sections; section++)
						yield `${classId(of, grade, subject, section)},,,"Grade ${code}, subject ${subject + 1}, section ${section + 1}",${code},k-${grade},,scheduled,,s-${of},year,,,`;
	}

	function* enrollments(): Generator<string> {
		yield 'sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate';
		if (isDelta) {
			for (let n = 0; n < students; n++)
				if (n % 1_000 === 1) yield `e-${n}-0,${status('tobedeleted')},,,,,,,`;
			return;
		}
		let index = 0;
		for (let of = 0; of < schools; of++)
			for (const grade of grades.keys())
				for (let subject = 0; subject < classesOf(grade); subject++)
					for (let section = 0; section < sections; section++)
						yield `et-${index},,,${classId(of, grade, subject, section)},s-${of},${teacherOf(of, index++)},teacher,true,,`;
		for (let n = 0; n < students; n++) {
			const grade = gradeOf(n);
			for (let subject = 0; subject < classesOf(grade); subject++)
				yield `e-${n}-${subject},,,${classId(school(n), grade, subject, seatOf(n) % sections)},s-${school(n)},u-${n},student,,2026-08-26,2027-07-01`;
		}
	}

	function* orgs(): Generator<string> {
		yield 'sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId';
		if (isDelta) return;
		yield 'd,,,Made District,district,,';
		for (let of = 0; of < schools; of++) yield `s-${of},,,Made School ${of + 1},school,,d`;
	}

	function* manifest(): Generator<string> {
		const mode = isDelta ? 'delta' : 'bulk';
		yield 'propertyName,value';
		yield 'manifest.version,1.0';
		yield 'oneroster.version,1.1';
		for (const name of ['orgs', 'academicSessions', 'courses', 'classes', 'users', 'enrollments'])
			yield `file.${name},${mode}`;
		yield 'file.demographics,absent';
	}

	return {
		'manifest.csv': manifest,
		'orgs.csv': orgs,
		'academicSessions.csv': function* () {
			yield 'sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear';
			if (!isDelta) yield 'year,,,2026-27,schoolYear,2026-08-26,2027-06-30,,2027';
		},
		'courses.csv': function* () {
			yield 'sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes';
			if (!isDelta)
				for (const [grade, code] of grades.entries()) yield `k-${grade},,,year,Grade ${code},,${code},d,,`;
		},
		'classes.csv': classes,
		'users.csv': users,
		'enrollments.csv': enrollments
	};
}

const PIECE = 65_536;

/** Lines as bytes, in pieces of some size. */
function* bytesOf(lines: Generator<string>): Generator<Buffer> {
	let piece = '';
	for (const line of lines) {
		piece += `${line}\r\n`;
		if (piece.length >= PIECE) {
			yield Buffer.from(piece);
			piece = '';
		}
	}
	if (piece !== '') yield Buffer.from(piece);
}

/** Writes the district as a OneRoster archive. */
export async function writeRoster(district: District, target: string): Promise<void> {
	const zip = new ZipFile();
	const written = pipeline(zip.outputStream, createWriteStream(target));
	for (const [name, lines] of Object.entries(files(district)))
		zip.addReadStream(Readable.from(bytesOf(lines()), { objectMode: false }), name);
	zip.end();
	await written;
}
