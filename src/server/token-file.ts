import {watchFile} from 'node:fs';
import type {Logger} from 'pino';
import {readTokenFile} from '../config.ts';
import {ConfigError} from '../errors.ts';

/** How soon a changed token file counts. */
const POLL_MILLISECONDS = 5000;

/**
 * The tokens of a file as it stands, for as long as the process runs; a file that has become unusable leaves the
 * ones read before in force. Throws ConfigError where there are none to begin with.
 */
export function watchTokens(
  path: string,
  log: Logger,
  pollMilliseconds = POLL_MILLISECONDS,
): () => readonly string[] {
  let tokens = readTokenFile(path);
  watchFile(path, {interval: pollMilliseconds, persistent: false}, () => {
    try {
      tokens = readTokenFile(path);
      log.info({file: path}, 'tokens loaded');
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      log.error(`${error.message}; the tokens read before stay in force`);
    }
  });
  return () => tokens;
}
