/**
 * What a device shows of each child: the given name and the initial of the family name, and more letters only where
 * two would look alike ("Ana Ro." and "Ana Ri."). Sorted as a child looks for their name.
 */
export function childNames<Child extends { givenName: string; familyName: string }>(
	children: readonly Child[],
	locale: string
): (Child & { label: string })[] {
	const letters = children.map(({ familyName }) => [...familyName]);
	const label = (index: number, length: number) => {
		const initial = (letters[index] ?? []).slice(0, length).join('');
		const given = children[index]?.givenName ?? '';
		return initial === '' ? given : `${given} ${initial}.`;
	};
	return children
		.map((child, index) => {
			const longest = letters[index]?.length ?? 0;
			let length = Math.min(1, longest);
			const alike = () =>
				children.some(
					(other, place) =>
						place !== index &&
						other.givenName === child.givenName &&
						label(place, length) === label(index, length)
				);
			while (length < longest && alike()) length += 1;
			return { ...child, label: label(index, length) };
		})
		.sort((a, b) => a.label.localeCompare(b.label, locale));
}
