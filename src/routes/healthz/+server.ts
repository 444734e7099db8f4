import type { RequestHandler } from './$types';

/** The process is alive. Says nothing of the database: restarting us would not mend that. */
export const GET: RequestHandler = () => new Response('ok\n', { headers: { 'cache-control': 'no-store' } });
