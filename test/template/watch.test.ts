import {
  type FSWatcher,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  watch as watchFolder,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {isMainThread} from 'node:worker_threads';
import {pino} from 'pino';
import {afterEach, beforeEach, describe, expect, onTestFinished, test, vi} from 'vitest';
import {loadSet, type SetSources} from '../../src/template/sources.ts';
import {watchSources} from '../../src/template/watch.ts';
import {makeFolder} from './folder.ts';
import {configMap, inputFor} from './support.ts';

vi.mock('node:fs', async importOriginal => {
  const fs = await importOriginal<typeof import('node:fs')>();
  return {...fs, watch: vi.fn(fs.watch)};
});

describe('a change is seen', () => {
  test('of a template, once for several writes', async () => {
    const folder = makeFolder({'a.yaml': 'x'});
    const watched = watch({templates: [folder]});
    for (const text of ['a', 'b', 'c']) writeFileSync(join(folder, 'a.yaml'), text);
    writeFileSync(join(folder, 'b.yaml'), 'd');
    await watched.reloads(1);
    await wait(300);
    expect(watched.count()).toBe(1);
  });

  test('of a mounted ConfigMap, whose data are swapped by a link', async () => {
    const folder = makeFolder({'..1/a.yaml': '1', '..2/a.yaml': '2'});
    symlinkSync('..1', join(folder, '..data'));
    symlinkSync(join('..data', 'a.yaml'), join(folder, 'a.yaml'));
    const read: string[] = [];
    const watched = watch({templates: [folder]}, () =>
      read.push(readFileSync(join(folder, 'a.yaml'), 'utf8')),
    );
    symlinkSync('..2', join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    await watched.reloads(1);
    expect(read.at(-1)).toBe('2');
  });

  test('of the values file alone among its folder', async () => {
    const folder = makeFolder({'values.yaml': '', 'log.txt': ''});
    const watched = watch({valuesFile: join(folder, 'values.yaml')});
    writeFileSync(join(folder, 'log.txt'), 'x');
    await wait(300);
    expect(watched.count()).toBe(0);
    writeFileSync(join(folder, 'values.yaml'), 'x');
    await watched.reloads(1);
  });

  // A worker thread, as mutation tests use them, cannot change its folder.
  test.runIf(isMainThread)('of a values file given by its name alone', async () => {
    const folder = makeFolder({'values.yaml': ''});
    const before = process.cwd();
    onTestFinished(() => process.chdir(before));
    process.chdir(folder);
    const watched = watch({valuesFile: 'values.yaml'});
    writeFileSync(join(folder, 'values.yaml'), 'x');
    await watched.reloads(1);
  });

  test('not of an editor’s own files, and not of what is no longer watched', async () => {
    const folder = makeFolder({'a.yaml': 'x'});
    const watched = watch({templates: [folder]});
    writeFileSync(join(folder, '.a.yaml.swp'), 'x');
    await wait(300);
    expect(watched.count()).toBe(0);
    writeFileSync(join(folder, 'a.yaml'), 'y');
    await wait(50);
    watched.stop();
    await wait(300);
    expect(watched.count()).toBe(0);
  });
});

describe('what no event tells is found by looking now and then:', () => {
  beforeEach(() => {
    vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval']});
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('a folder that was replaced, and then a file in the new one', async () => {
    const folder = join(makeFolder({'t/a.yaml': 'x'}), 't');
    const watched = watch({templates: [folder]});
    renameSync(folder, `${folder}-old`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'a.yaml'), 'x');
    vi.advanceTimersByTime(30_200);
    expect(watched.count()).toBe(1);
    vi.useRealTimers();
    writeFileSync(join(folder, 'a.yaml'), 'y');
    await watched.reloads(2);
  });

  test('a folder that was not there, that comes and that goes', () => {
    const folder = join(makeFolder(), 'later');
    const watched = watch({templates: [folder]});
    expect(watched.log()).toContain('folder cannot be watched; it is looked at now and then');
    vi.advanceTimersByTime(60_000);
    expect(watched.count()).toBe(0);
    mkdirSync(folder);
    writeFileSync(join(folder, 'a.yaml'), 'x');
    vi.advanceTimersByTime(30_200);
    expect(watched.count()).toBe(1);
    rmSync(folder, {recursive: true});
    vi.advanceTimersByTime(30_200);
    expect(watched.count()).toBe(2);
    vi.advanceTimersByTime(120_000);
    expect(watched.count()).toBe(2);
  });

  test('a change in a folder that the system stopped watching', () => {
    const folder = makeFolder({'a.yaml': 'x'});
    const watched = watch({templates: [folder]});
    const watcher = vi.mocked(watchFolder).mock.results.at(-1)?.value as FSWatcher;
    watcher.emit('error', new Error('EMFILE'));
    watcher.close();
    expect(watched.log()).toContain('folder cannot be watched any more; it is still looked at now and then');
    writeFileSync(join(folder, 'a.yaml'), 'longer');
    vi.advanceTimersByTime(30_200);
    expect(watched.count()).toBe(1);
  });

  test('a file behind a link that leads elsewhere', () => {
    const elsewhere = makeFolder({'a.yaml': 'x'});
    const folder = makeFolder();
    symlinkSync(join(elsewhere, 'a.yaml'), join(folder, 'a.yaml'));
    const watched = watch({templates: [folder]});
    writeFileSync(join(elsewhere, 'a.yaml'), 'longer');
    vi.advanceTimersByTime(30_200);
    expect(watched.count()).toBe(1);
    unlinkSync(join(elsewhere, 'a.yaml'));
    vi.advanceTimersByTime(30_200);
    expect(watched.count()).toBe(2);
  });
});

describe('a reload', () => {
  test('that finds mistakes keeps the set in use, says what is wrong and that it is not current', async () => {
    const folder = makeFolder({'a.yaml': configMap('')});
    let set = loadSet('companion', {templates: [folder]});
    const watched = watch({templates: [folder]}, () => {
      set = loadSet('companion', {templates: [folder]});
    });
    writeFileSync(join(folder, 'a.yaml'), configMap('data: ${x}\n'));
    await watched.reloads(1);
    expect(watched.reports).toEqual([false]);
    expect(watched.log()).toContain(
      `${folder}/a.yaml:5:9: data: cannot compile expression: unknown variable \\"x\\"`,
    );
    expect(watched.log()).toContain('templates or values refused: the ones loaded before stay in use');
    expect(set.render(inputFor(set))).toHaveLength(1);

    writeFileSync(join(folder, 'a.yaml'), configMap('data: {a: b}\n'));
    await watched.reloads(2);
    expect(watched.reports).toEqual([false, true]);
    expect(watched.log()).toContain('templates and values loaded');
    expect(set.render(inputFor(set))[0]?.object.data).toEqual({a: 'b'});
  });

  test('that fails for a bug ends nothing', async () => {
    const folder = makeFolder({'a.yaml': ''});
    const watched = watch({templates: [folder]}, () => {
      throw new RangeError('a bug');
    });
    writeFileSync(join(folder, 'a.yaml'), 'x');
    await watched.reloads(1);
    expect(watched.reports).toEqual([false]);
    expect(watched.log()).toContain('a bug');
  });

  test('never happens for the shipped templates, which are part of the image', () => {
    const intervals = vi.spyOn(globalThis, 'setInterval');
    watch({});
    expect(intervals).not.toHaveBeenCalled();
    intervals.mockRestore();
  });
});

/** Watches until the test ends. */
function watch(sources: SetSources, reload: () => void = () => {}) {
  const lines: string[] = [];
  const reports: boolean[] = [];
  let count = 0;
  const log = pino({base: null}, {write: line => void lines.push(line)});
  const stop = watchSources(
    sources,
    log,
    isCurrent => void reports.push(isCurrent),
    () => {
      count++;
      reload();
    },
  );
  onTestFinished(stop);
  return {
    reports,
    stop,
    count: () => count,
    log: () => lines.join(''),
    reloads: (wanted: number) =>
      vi.waitFor(() => expect(reports.length).toBeGreaterThanOrEqual(wanted), {timeout: 5000}),
  };
}
