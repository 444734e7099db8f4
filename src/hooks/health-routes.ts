/** What a load balancer asks: under any host, without a sign-in, without a database. */
export function isHealthRoute(pathname: string): boolean {
	return pathname === '/healthz' || pathname === '/readyz';
}
