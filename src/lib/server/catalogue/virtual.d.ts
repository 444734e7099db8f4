/** The checked `content/`, carried by the server's build (see `vite-catalogue.ts`). Server only: it holds quiz keys. */
declare module 'virtual:waypost-catalogue' {
	import type { Catalogue } from '#lib/server/catalogue/read-catalogue.ts';
	const catalogue: Catalogue;
	export default catalogue;
}
