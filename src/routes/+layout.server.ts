import type { ShellData } from '#lib/components/shell.ts';
import { district } from '#lib/server/catalogue/catalogue.ts';
import { delivery } from '#lib/server/mail/delivery.ts';
import type { LayoutServerLoad } from './$types';
import { shellViewer } from './shell-viewer.server.ts';

export const load: LayoutServerLoad = ({ locals, url }): ShellData => {
	const { name, short } = district();
	return {
		locale: locals.locale,
		path: url.pathname,
		district: { name, short, demo: process.env.WAYPOST_DEMO === '1', mails: delivery().by === 'shown' },
		viewer: shellViewer(locals.actor),
		visitor: locals.actor.kind === 'visitor'
	};
};
