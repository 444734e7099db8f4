import path from 'node:path';
import { PlainError } from './plain-error.mjs';
import { ROOT } from './project.mjs';
import { isSecretKey } from './secret-key.mjs';

/**
 * @typedef {{
 *   port: number,
 *   host: string,
 *   origin: string,
 *   dataDir: string,
 *   databaseUrl: string | null,
 *   ownerUrl: string | null,
 *   secretKey: string | null,
 *   demo: boolean,
 *   now: Date | null
 * }} Settings
 * `databaseUrl`: null means the embedded database. `ownerUrl`: who migrates; the same as `databaseUrl` where a
 * managed database gives one role only. `secretKey`: seals authenticator secrets; null means the one that the data
 * folder of the embedded database holds. `now`: what Waypost's clock shall show from the start on.
 */

/**
 * Reads the settings from the environment (PORT, HOST, ORIGIN, DATA_DIR, DATABASE_URL, WAYPOST_OWNER_URL,
 * WAYPOST_SECRET_KEY, DEMO, WAYPOST_NOW). Throws a PlainError that names the variable when a value can't be meant.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Settings}
 */
export function readSettings(env) {
	const port = env['PORT'] ? Number(env['PORT']) : 3000;
	if (!Number.isInteger(port) || port < 1 || port > 65_535) {
		throw new PlainError(
			`PORT is “${env['PORT']}”.`,
			'Give a number from 1 to 65535, for example PORT=3001 npm start'
		);
	}
	const databaseUrl = postgresUrl(env, 'DATABASE_URL');
	const ownerUrl = postgresUrl(env, 'WAYPOST_OWNER_URL') ?? databaseUrl;
	if (ownerUrl && !databaseUrl) {
		throw new PlainError(
			'WAYPOST_OWNER_URL is set and DATABASE_URL is not.',
			'Set both, or neither for the database that Waypost brings along.'
		);
	}
	return {
		port,
		host: env['HOST'] || '127.0.0.1',
		origin: origin(env['ORIGIN']) ?? `http://localhost:${port}`,
		dataDir: path.resolve(ROOT, env['DATA_DIR'] || '.data'),
		databaseUrl,
		ownerUrl,
		secretKey: secretKey(env['WAYPOST_SECRET_KEY']),
		demo: databaseUrl ? env['DEMO'] === '1' : env['DEMO'] !== '0',
		now: instant(env['WAYPOST_NOW'], databaseUrl !== null)
	};
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} name
 */
function postgresUrl(env, name) {
	const value = env[name];
	if (!value) return null;
	if (!URL.canParse(value) || !/^postgres(ql)?:$/.test(new URL(value).protocol)) {
		throw new PlainError(
			`${name} is not the address of a PostgreSQL database.`,
			'It reads postgresql://user:password@host:5432/database; a special character in the password is written as its %-code.'
		);
	}
	return value;
}

/** @param {string | undefined} value */
function origin(value) {
	if (!value) return null;
	if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
		throw new PlainError(
			`ORIGIN is “${value}”.`,
			'Give the address that people type, for example ORIGIN=https://waypost.example.org'
		);
	}
	return new URL(value).origin;
}

/** @param {string | undefined} value */
function secretKey(value) {
	if (!value) return null;
	if (!isSecretKey(value)) {
		throw new PlainError(
			'WAYPOST_SECRET_KEY is not a key.',
			'It is 32 random bytes in base64, such as this makes: openssl rand -base64 32'
		);
	}
	return value;
}

/**
 * @param {string | undefined} value
 * @param {boolean} ownDatabase
 */
function instant(value, ownDatabase) {
	if (!value) return null;
	const date = new Date(value);
	if (Number.isNaN(date.getTime())) {
		throw new PlainError(
			`WAYPOST_NOW is “${value}”.`,
			'Give an instant, for example WAYPOST_NOW=2026-12-01T12:00:00Z'
		);
	}
	if (ownDatabase) {
		throw new PlainError(
			'WAYPOST_NOW works with the embedded database only.',
			'Evidence in a real database is never recorded by a clock that was moved: leave WAYPOST_NOW out.'
		);
	}
	return date;
}
