import { requestCookie } from './cookies.ts';

/** By this cookie a visitor finds their lessons again; the token in it is one of visitors.ts. */
export const visitorCookie = requestCookie('visitor');
