import { redirect } from '@sveltejs/kit';
import { readCode, showCode } from '#lib/server/certification/certificate-code.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ url }) => {
	const typed = url.searchParams.get('code');
	if (typed === null) return { typed: '', problem: null };
	// The certificate tells people to share its link: whoever pastes that means the code in it.
	const read = readCode(typed.trim().replace(/^.*\/verify\//, ''));
	if (read.ok) redirect(303, `/verify/${showCode(read.code)}`);
	return { typed: typed.slice(0, 100), problem: read };
};
