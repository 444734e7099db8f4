import { fileURLToPath } from 'node:url';
import path from 'node:path';

/** The repository's root folder; every path of the command line counts from here. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * An absolute path inside the repository.
 * @param {string[]} parts
 */
export function inProject(...parts) {
	return path.join(ROOT, ...parts);
}
