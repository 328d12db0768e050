import {readdirSync, readFileSync} from 'node:fs';
import {ConfigError} from '../errors.ts';
import {parseTokens} from '../server/token.ts';
import {systemReason} from '../template/load.ts';

/** Reads a token file: one token a line, all accepted. Throws ConfigError. */
export function readTokenFile(path: string): string[] {
  const tokens = parseTokens(readBytes('TOKEN_FILE', path).toString('utf8'));
  if (tokens.length === 0) throw new ConfigError(`cannot use TOKEN_FILE ${path}: it holds no token`);
  return tokens;
}

/** Bytes of a key that seals records. */
const RECORD_KEY_BYTES = 32;

/** Reads RECORD_KEY_FILE: 32 bytes in base64 a line; the first key seals, all open. Throws ConfigError. */
export function readRecordKeys(path: string | undefined): Buffer[] {
  if (!path) throw new ConfigError('cannot keep records: RECORD_KEY_FILE is missing');
  const lines = readBytes('RECORD_KEY_FILE', path).toString('utf8').split('\n');
  const keys = lines
    .map(line => line.trim())
    .filter(Boolean)
    .map(line => Buffer.from(line, 'base64'));
  if (keys.length > 0 && keys.every(({length}) => length === RECORD_KEY_BYTES)) return keys;
  throw new ConfigError(
    `cannot use RECORD_KEY_FILE ${path}: each line has to be ${RECORD_KEY_BYTES} bytes in base64 (openssl rand -base64 32)`,
  );
}

/** The folder that a setting names, where it can be read. Throws ConfigError. */
export function requireFolder(setting: string, path: string): string {
  try {
    readdirSync(path);
    return path;
  } catch (error) {
    throw new ConfigError(`cannot use ${setting} ${path}: ${systemReason(error)}`);
  }
}

/** Reads a file that a setting names. Throws ConfigError. */
export function readBytes(setting: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ConfigError(`cannot use ${setting} ${path}: ${systemReason(error)}`);
  }
}
