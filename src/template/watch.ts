import {type FSWatcher, readdirSync, statSync, watch} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import type {Logger} from 'pino';
import {formatProblem, TemplateError} from '../errors.ts';
import {isFile} from './load.ts';
import type {SetSources} from './sources.ts';

/** Editors and kubelet make several events of one change. */
const DEBOUNCE_MILLISECONDS = 200;

/** For what no event tells, such as a folder that was replaced as a whole. */
const POLL_MILLISECONDS = 30_000;

/** A folder, and which of the names in it matter. */
interface Watched {
  readonly folder: string;
  readonly matters: (name: string) => boolean;
}

/**
 * Calls `reload` when a template folder or the values file changes. Where it throws, the set in use stays: a bad
 * folder never replaces a good one.
 *
 * Shipped templates are part of the image and are not watched. Returns what ends the watching.
 */
export function watchSources(
  {templates = [], valuesFile, crdsFolder}: SetSources,
  log: Logger,
  report: (isCurrent: boolean) => void,
  reload: () => void,
): () => void {
  const all = [
    ...templates.map(path => (isFile(path) ? ofFile(path) : ofTemplates(path))),
    ...(valuesFile === undefined ? [] : [ofFile(valuesFile)]),
    ...(crdsFolder === undefined ? [] : [ofTemplates(crdsFolder)]),
  ];
  if (all.length === 0) return () => {};
  let timer: NodeJS.Timeout | undefined;
  let seen = fingerprint(all);
  let watchers = all.flatMap(watched => watchFolder(watched, schedule, log));
  const poll = setInterval(() => {
    if (fingerprint(all) !== seen) schedule();
  }, POLL_MILLISECONDS).unref();
  return () => {
    clearTimeout(timer);
    clearInterval(poll);
    close(watchers);
  };

  function schedule(): void {
    clearTimeout(timer);
    timer = setTimeout(attempt, DEBOUNCE_MILLISECONDS).unref();
  }

  function attempt(): void {
    // A folder that was replaced is another one to the operating system.
    close(watchers);
    watchers = all.flatMap(watched => watchFolder(watched, schedule, log));
    seen = fingerprint(all);
    report(tryReload(log, reload));
  }
}

// A mounted ConfigMap is swapped by the link `..data` in its folder.
function ofTemplates(folder: string): Watched {
  return {folder, matters: name => !name.startsWith('.') || name.startsWith('..')};
}

function ofFile(file: string): Watched {
  const own = basename(file);
  return {folder: dirname(file), matters: name => name === own || name.startsWith('..')};
}

function tryReload(log: Logger, reload: () => void): boolean {
  try {
    reload();
    log.info('templates and values loaded');
    return true;
  } catch (error) {
    if (error instanceof TemplateError)
      for (const problem of error.problems) log.error(formatProblem(problem));
    // Ending the hook for it would leave every tenant without an answer.
    else log.error({err: error}, 'cannot load templates: an error that nobody foresaw');
    log.error('templates or values refused: the ones loaded before stay in use');
    return false;
  }
}

function watchFolder({folder, matters}: Watched, schedule: () => void, log: Logger): FSWatcher[] {
  try {
    const watcher = watch(folder, {persistent: false}, (_, name) => {
      if (name === null || matters(name)) schedule();
    });
    watcher.on('error', () =>
      log.warn({folder}, 'folder cannot be watched any more; it is still looked at now and then'),
    );
    return [watcher];
  } catch {
    log.warn({folder}, 'folder cannot be watched; it is looked at now and then');
    return [];
  }
}

function close(watchers: readonly FSWatcher[]): void {
  for (const watcher of watchers) watcher.close();
}

/** Differs when a file that matters was written, added, removed or replaced. */
function fingerprint(all: readonly Watched[]): string {
  return all
    .flatMap(({folder, matters}) =>
      filesOf(folder)
        .filter(matters)
        .sort()
        .map(name => stamp(join(folder, name))),
    )
    .join('\n');
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // What is wrong with it is the reload's to say.
    return [];
  }
}

function stamp(path: string): string {
  try {
    const {ino, size, mtimeMs} = statSync(path);
    return `${path} ${ino} ${size} ${mtimeMs}`;
  } catch {
    return `${path} gone`;
  }
}
