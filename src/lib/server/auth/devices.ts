const browsers: [RegExp, string][] = [
	[/\b(?:Edg|EdgA|EdgiOS)\//, 'Edge'],
	[/\bOPR\//, 'Opera'],
	[/\bSamsungBrowser\//, 'Samsung Internet'],
	[/\b(?:Firefox|FxiOS)\//, 'Firefox'],
	[/\b(?:Chrome|CriOS|Chromium)\//, 'Chrome'],
	[/\bSafari\//, 'Safari']
];
const machines: [RegExp, string][] = [
	[/\biPhone\b/, 'iPhone'],
	[/\biPad\b/, 'iPad'],
	[/\bAndroid\b/, 'Android'],
	[/\bCrOS\b/, 'Chromebook'],
	[/\bWindows\b/, 'Windows'],
	[/\bMacintosh\b/, 'Mac'],
	[/\bLinux\b/, 'Linux']
];

/**
 * What a browser calls itself, in words its owner recognises in a list of sessions ("Firefox · Chromebook"); empty
 * when it says nothing we know. The whole text is never kept: it is as good as a fingerprint.
 */
export function deviceLabel(userAgent: string | null): string {
	const named = (table: [RegExp, string][]) => table.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1];
	return [named(browsers), named(machines)].filter(Boolean).join(' · ');
}
