import {readFileSync} from 'node:fs';
import {ConfigError} from '../errors.ts';
import {parseTokens} from '../server/token.ts';
import {systemReason} from '../template/load.ts';

/** Reads a token file: one token a line, all accepted. Throws ConfigError. */
export function readTokenFile(path: string): string[] {
  const tokens = parseTokens(readBytes('TOKEN_FILE', path).toString('utf8'));
  if (tokens.length === 0) throw new ConfigError(`cannot use TOKEN_FILE ${path}: it holds no token`);
  return tokens;
}

/** Reads a file that a setting names. Throws ConfigError. */
export function readBytes(setting: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ConfigError(`cannot use ${setting} ${path}: ${systemReason(error)}`);
  }
}
