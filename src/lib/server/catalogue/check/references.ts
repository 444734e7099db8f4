import { listFolder } from '../content-files.ts';
import { versionOrdinal, type Catalogue, type Course } from '../read-catalogue.ts';
import { repeated, type ContentReport, type Place } from './content-report.ts';

/** What files say of each other: gates, types of official account, the district, the policy and the courses. */
export function checkReferences(report: ContentReport, catalogue: Catalogue, root: string): void {
	checkPolicies(report, catalogue, root);
	checkDistrict(report, catalogue);
	checkGates(report, catalogue);
	checkAccountTypes(report, catalogue);
	for (const course of Object.values(catalogue.courses)) checkCourse(report, catalogue, course);
}

/** The clauses of the policy that training rests on. */
function clausesOf({ policies, district }: Catalogue): Record<string, string> {
	return policies[district.policy]?.clauses ?? {};
}

function checkPolicies(report: ContentReport, { policies }: Catalogue, root: string): void {
	const files = listFolder(root, 'policies').filter((name) => name.endsWith('.md'));
	// A second file of the same id takes the place of the first, so that one is missing.
	if (files.length > Object.keys(policies).length)
		report.error(
			{ file: `policies/${files.at(-1)}`, line: 2 },
			'two files are the same policy.',
			'Give each policy its own “policy” id.'
		);
	for (const policy of Object.values(policies)) {
		const file = `policies/${files.find((name) => name === `${policy.policy}.md`) ?? files[0]}`;
		const ids = policy.blocks.flatMap((block) => block.runs).flatMap((run) => run.clause ?? []);
		for (const id of repeated(ids))
			report.error(
				{ file, line: clauseLine(policy.source, id) },
				`clause ${id} is there twice.`,
				'Give each clause its own id.'
			);
		for (const { text, clause } of policy.blocks.flatMap((block) => block.runs)) {
			if (clause === null && /[{}]/.test(text))
				report.error(
					{ file, line: clauseLine(policy.source, text.trim()) },
					'a brace that marks no clause.',
					'Write a clause as {III.5a its words}.'
				);
		}
	}
}

/** The line where a clause of a policy file begins. */
export function clauseLine(source: string, clause: string): number {
	const index = source
		.split('\n')
		.findLastIndex((line) => line.includes(`{${clause} `) || line.includes(clause));
	return index + 1;
}

function checkDistrict(report: ContentReport, catalogue: Catalogue): void {
	const file = 'district.yaml';
	const { district, policies, gates } = catalogue;
	if (!policies[district.policy])
		report.error(
			{ file, entry: ['policy'] },
			`there is no policy “${district.policy}”.`,
			'Use the “policy” id of a file in content/policies.'
		);
	district.readings.forEach((reading, index) => {
		if (!clausesOf(catalogue)[reading.clause])
			report.error(
				{ file, entry: ['readings', index] },
				`the policy has no clause “${reading.clause}”.`,
				'Use an id of content/policies.'
			);
	});
	for (const [audience, rule] of Object.entries(district.sign_up)) {
		if (rule.by !== 'gated') continue;
		const place: Place = { file, entry: ['sign_up', audience] };
		const gate = gates[rule.gate];
		if (!gate) report.error(place, `there is no gate “${rule.gate}”.`, 'Use a gate of gates.yaml.');
		else if (gate.audience !== audience)
			report.error(
				place,
				`the gate “${rule.gate}” is for ${gate.audience}, not ${audience}.`,
				'Use a gate of the same audience.'
			);
	}
	checkSingleSignOn(report, catalogue);
	for (const number of repeated(district.related_policies.map((related) => related.number)))
		report.error({ file, entry: ['related_policies'] }, `policy ${number} is listed twice.`, 'List it once.');
}

function checkSingleSignOn(report: ContentReport, { district }: Catalogue): void {
	const file = 'district.yaml';
	const entries = district.single_sign_on;
	for (const id of repeated(entries.map((entry) => entry.id)))
		report.error(
			{ file, entry: ['single_sign_on'] },
			`single sign-on “${id}” is there twice.`,
			'Give each entry its own id.'
		);
	// There, one person has another subject for each client, and a person is one subject at an issuer.
	const once = entries.flatMap((entry) =>
		entry.preset === 'entra' ? entry.tenant : entry.preset === 'oidc' ? entry.issuer : []
	);
	for (const name of repeated(once))
		report.error(
			{ file, entry: ['single_sign_on'] },
			`${name} vouches for people in two entries.`,
			'Keep one entry, and name all of its audiences there.'
		);
}

function checkGates(report: ContentReport, catalogue: Catalogue): void {
	const { gates, certifications, policies, courses } = catalogue;
	for (const gate of Object.values(gates)) {
		gate.asks.forEach((ask, index) => {
			const place: Place = { file: 'gates.yaml', entry: ['gates', gate.id, 'asks', index] };
			if ('certification' in ask && !Object.hasOwn(certifications, ask.certification))
				report.error(
					place,
					`there is no certification “${ask.certification}”.`,
					'Name it under “certifications” in gates.yaml.'
				);
			if ('acknowledgement' in ask && !policies[ask.acknowledgement])
				report.error(
					place,
					`there is no policy “${ask.acknowledgement}” to acknowledge.`,
					'Use the id of a policy in content/policies.'
				);
			if ('course' in ask && !courses[ask.course])
				report.error(
					place,
					`there is no course “${ask.course}”.`,
					'Use the name of a folder in content/courses.'
				);
		});
	}
	const earned = Object.values(courses).map((course) => course.certification);
	for (const certification of Object.keys(certifications)) {
		if (!earned.includes(certification))
			report.warning(
				{ file: 'gates.yaml', entry: ['certifications', certification] },
				`no course earns the certification “${certification}” yet.`,
				'Gates that ask for it stay shut until a course does.'
			);
	}
}

function checkAccountTypes(report: ContentReport, catalogue: Catalogue): void {
	const file = 'account-types.yaml';
	const { accountTypes, attestations, gates, goals, platforms } = catalogue;
	const clauses = clausesOf(catalogue);
	for (const type of Object.values(accountTypes)) {
		if (!gates[type.gate])
			report.error(
				{ file, entry: ['types', type.id, 'gate'] },
				`there is no gate “${type.gate}”.`,
				'Use a gate of gates.yaml.'
			);
		type.attestations.forEach((code, index) => {
			if (!attestations[code])
				report.error(
					{ file, entry: ['types', type.id, 'attestations', index] },
					`there is no attestation “${code}”.`,
					'Write it under “attestations”.'
				);
		});
		for (const code of repeated(type.attestations))
			report.error(
				{ file, entry: ['types', type.id, 'attestations'] },
				`attestation ${code} is listed twice.`,
				'List it once.'
			);
	}
	for (const attestation of Object.values(attestations)) {
		const place: Place = { file, entry: ['attestations', attestation.code] };
		for (const clause of attestation.clauses)
			if (!clauses[clause])
				report.error(place, `the policy has no clause “${clause}”.`, 'Use an id of content/policies.');
		if (attestation.clauses.length === 0 && !attestation.district)
			report.error(
				place,
				'it says neither which clause it rests on nor that it is the district’s.',
				'Add “clauses”, or “district: true”.'
			);
		if (!Object.values(accountTypes).some((type) => type.attestations.includes(attestation.code)))
			report.warning(
				place,
				`no type asks for attestation ${attestation.code}.`,
				'Add it to a type, or take it out.'
			);
	}
	goals.forEach((goal, index) => {
		if (!clauses[goal.id])
			report.error(
				{ file, entry: ['goals', index] },
				`the policy has no clause “${goal.id}”.`,
				'Use an id of content/policies.'
			);
	});
	for (const id of repeated(goals.map((goal) => goal.id)))
		report.error({ file, entry: ['goals'] }, `goal ${id} is listed twice.`, 'List it once.');
	for (const id of repeated(platforms.map((platform) => platform.id)))
		report.error({ file, entry: ['platforms'] }, `platform “${id}” is listed twice.`, 'List it once.');
}

function checkCourse(report: ContentReport, catalogue: Catalogue, course: Course): void {
	const file = `courses/${course.slug}/course.yaml`;
	const { certifications, policies } = catalogue;
	if (!Object.hasOwn(certifications, course.certification))
		report.error(
			{ file, entry: ['certification'] },
			`there is no certification “${course.certification}”.`,
			'Name it under “certifications” in gates.yaml.'
		);
	course.requires.forEach(({ certification, grace }, index) => {
		if (!Object.hasOwn(certifications, certification))
			report.error(
				{ file, entry: ['requires', index] },
				`there is no certification “${certification}” to require.`,
				'Use one of gates.yaml.'
			);
		else if (certification === course.certification && !grace)
			report.error(
				{ file, entry: ['requires', index] },
				'the course requires what it earns itself.',
				'Nobody could begin it; take it out.'
			);
	});
	if (course.acknowledges !== undefined && !policies[course.acknowledges])
		report.error(
			{ file, entry: ['acknowledges'] },
			`there is no policy “${course.acknowledges}” to acknowledge.`,
			'Use the id of a policy in content/policies.'
		);
	for (const slug of repeated(course.lessons.map((lesson) => lesson.slug))) {
		const second = course.lessons.findLast((lesson) => lesson.slug === slug);
		report.error(
			{ file: second?.file ?? file, line: 1 },
			`two lessons are called “${slug}”.`,
			'Rename one of the files.'
		);
	}
	course.lessons.forEach((lesson, index) => {
		if (lesson.number !== index + 1)
			report.error(
				{ file: lesson.file, line: 1 },
				`lesson ${index + 1} of the course has the number ${lesson.number}.`,
				'Number the files 01-, 02-, 03- … without gaps.'
			);
	});
	checkChanges(report, course, file);
}

/** Versions rise from edition to edition, by the part that their kind of change says; the newest is the course's. */
function checkChanges(report: ContentReport, { version, changes }: Course, file: string): void {
	if (changes.at(-1)?.version !== version)
		report.error(
			{ file, entry: ['version'] },
			`the newest change is ${changes.at(-1)?.version}, but the version is ${version}.`,
			'The last entry of “changes” describes the version.'
		);
	for (const [index, change] of changes.entries()) {
		const place: Place = { file, entry: ['changes', index] };
		if (change.version.split('.').some((part) => Number(part) > 999))
			report.error(place, `no part of ${change.version} may be above 999.`, 'Raise the part before it.');
		const before = changes[index - 1];
		if (!before) continue;
		if (versionOrdinal(change.version) <= versionOrdinal(before.version))
			report.error(
				place,
				`${change.version} does not come after ${before.version}.`,
				'List changes from the oldest to the newest, each with a higher version.'
			);
		else if (kindOf(before.version, change.version) !== change.kind)
			report.error(
				place,
				`from ${before.version} to ${change.version} is a ${kindOf(before.version, change.version)} change, not ${change.kind}.`,
				'A major change raises the first number, a minor one the second, a patch the third.'
			);
	}
}

function kindOf(before: string, after: string): 'major' | 'minor' | 'patch' {
	const [from, to] = [before.split('.'), after.split('.')];
	return from[0] !== to[0] ? 'major' : from[1] !== to[1] ? 'minor' : 'patch';
}
