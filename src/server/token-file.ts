import type {Logger} from 'pino';
import {readTokenFile} from '../config.ts';
import {ConfigError} from '../errors.ts';

/** How soon a changed token file counts. */
const POLL_MILLISECONDS = 5000;

/**
 * The tokens of a file as it stands, for as long as the process runs; a file that has become unusable leaves the
 * ones read before in force. Throws ConfigError where there are none to begin with.
 */
export function watchTokens(path: string, log: Logger): () => readonly string[] {
  let tokens = readTokenFile(path);
  let complaint = '';
  const look = () => {
    try {
      const found = readTokenFile(path);
      if (found.join('\n') !== tokens.join('\n')) log.info({file: path}, 'tokens loaded');
      tokens = found;
      complaint = '';
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      // Once, and not every five seconds.
      if (complaint !== error.message) log.error(`${error.message}; the tokens read before stay in force`);
      complaint = error.message;
    }
  };
  // The file is read, not watched: a mounted Secret is swapped by a link, and a change may come before the watch.
  setInterval(look, POLL_MILLISECONDS).unref();
  return () => tokens;
}
