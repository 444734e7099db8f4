/** Up to two letters for a round picture: “Room 6B Robotics” gives “6B”, “Ms. Alvarez” gives “A”. */
export function initials(name: string): string {
	const [first = name] = name.split(/\s*[·–—|]\s*/);
	const words = first
		.split(/[\s-]+/)
		.filter((word) => /[\p{L}\p{N}]/u.test(word) && !/^(Mrs?|Ms|Mx|Dr|Sr|Sra|the)\.?$/i.test(word));
	const numbered = words.find((word) => /^\d{1,2}\p{L}?$/u.test(word));
	if (numbered) return numbered;
	return words
		.slice(0, 2)
		.map((word) => /[\p{L}\p{N}]/u.exec(word)?.[0] ?? '')
		.join('')
		.toUpperCase();
}
