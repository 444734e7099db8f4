import { m } from '#lib/messages/compiled/messages.js';
import type { ShellViewer } from './shell.ts';

export interface NavigationLink {
	href: string;
	label: string;
}

/** The main navigation for whoever asks. It shows what is likely wanted; what is allowed, each page decides. */
export function mainNavigation(viewer: ShellViewer | null, visitor: boolean): NavigationLink[] {
	const policy = { href: '/policy', label: m.shell_nav_policy() };
	const help = { href: '/help', label: m.shell_nav_help() };
	const register = { href: '/official-accounts', label: m.shell_nav_official_accounts() };
	if (!viewer) {
		const families = { href: '/join', label: visitor ? m.shell_nav_join_on() : m.shell_nav_join() };
		return [register, policy, families, help];
	}
	const training = { href: '/learn', label: m.shell_nav_learn() };
	if (viewer.lessonsOnly) return [training, help];
	const family = viewer.hasFamily ? [{ href: '/family', label: m.family_nav() }] : [];
	if (viewer.kind === 'student' || viewer.kind === 'guardian')
		return [training, ...family, register, policy, help];
	const links = [training, ...family];
	if (viewer.rightsSleep) links.push({ href: '/second-factor', label: m.factor_nav() });
	if (viewer.hasClasses) links.push({ href: '/teach', label: m.teach_nav() });
	links.push({ href: '/accounts', label: m.shell_nav_official_accounts() });
	if (viewer.canReview) links.push({ href: '/review', label: m.shell_nav_review() });
	if (viewer.canManage) links.push({ href: '/manage', label: m.people_manage_title() });
	return [...links, policy, help];
}
