import {existsSync, type FSWatcher, statSync, watch} from 'node:fs';
import {dirname} from 'node:path';
import type {Logger} from 'pino';
import {formatProblem, TemplateError} from '../errors.ts';
import type {SetSources} from './sources.ts';

/** Editors and kubelet make several events of one change. */
const DEBOUNCE_MILLISECONDS = 200;

/** For what no event tells, such as a folder that was replaced as a whole. */
const POLL_MILLISECONDS = 30_000;

/**
 * Calls `reload` when a template folder or the values file changes. Where it throws TemplateError the set in
 * use stays: a bad folder never replaces a good one.
 *
 * Shipped templates are part of the image and are not watched. Returns what ends the watching.
 */
export function watchSources(
  {templates = [], valuesFile}: SetSources,
  log: Logger,
  report: (isCurrent: boolean) => void,
  reload: () => void,
): () => void {
  // A mounted ConfigMap is swapped by a link in its folder, so the values file's folder is watched too.
  const folders = [...new Set([...templates, ...(valuesFile ? [dirname(valuesFile)] : [])])];
  if (folders.length === 0) return () => {};
  let timer: NodeJS.Timeout | undefined;
  let seen = fingerprint(folders);
  const attempt = () => {
    seen = fingerprint(folders);
    report(tryReload(log, reload));
  };
  const schedule = () => {
    clearTimeout(timer);
    timer = setTimeout(attempt, DEBOUNCE_MILLISECONDS).unref();
  };
  const watchers = folders.flatMap(folder => watchFolder(folder, schedule, log));
  const poll = setInterval(() => {
    if (fingerprint(folders) !== seen) schedule();
  }, POLL_MILLISECONDS).unref();
  return () => {
    clearTimeout(timer);
    clearInterval(poll);
    for (const watcher of watchers) watcher.close();
  };
}

function tryReload(log: Logger, reload: () => void): boolean {
  try {
    reload();
    log.info('templates and values loaded');
    return true;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    for (const problem of error.problems) log.error(formatProblem(problem));
    log.error('templates or values refused: the ones loaded before stay in use');
    return false;
  }
}

function watchFolder(folder: string, schedule: () => void, log: Logger): FSWatcher[] {
  try {
    const watcher = watch(folder, {persistent: false}, schedule);
    watcher.on('error', () =>
      log.warn({folder}, 'folder cannot be watched any more; it is still looked at now and then'),
    );
    return [watcher];
  } catch {
    log.warn({folder}, 'folder cannot be watched; it is looked at now and then');
    return [];
  }
}

function fingerprint(folders: readonly string[]): string {
  return folders
    .map(folder => (existsSync(folder) ? `${statSync(folder).ino} ${statSync(folder).mtimeMs}` : 'gone'))
    .join();
}
