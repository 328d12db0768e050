import {type ChildProcess, execFile, spawn} from 'node:child_process';
import {createWriteStream, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';

/** Processes that end together, with a folder that goes with them. */
export interface Processes {
  readonly folder: string;
  readonly start: (path: string, args: readonly string[], environment?: {[name: string]: string}) => void;
  /** Runs one to its end with this on its standard input, and returns what it says. */
  readonly run: (path: string, args: readonly string[], input: string) => Promise<string>;
  /** Asks until it holds. Fails with the logs after a minute, or when a process has ended. */
  readonly until: (holds: () => Promise<boolean>) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const READY_MILLISECONDS = 60_000;

export function openProcesses(name: string): Processes {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const log = join(folder, 'log');
  const children: ChildProcess[] = [];
  const isEnded = () => children.some(({exitCode}) => exitCode !== null);
  return {
    folder,
    start: (path, args, environment = {}) => {
      const child = spawn(path, args, {cwd: folder, env: {...process.env, ...environment}});
      for (const stream of [child.stdout, child.stderr])
        stream.pipe(createWriteStream(log, {flags: 'a'}), {end: false});
      children.push(child);
    },
    run: runToEnd,
    until: async holds => {
      const end = Date.now() + READY_MILLISECONDS;
      while (!(await holds().catch(() => false))) {
        if (isEnded() || Date.now() > end)
          throw new Error(`cannot start ${name}: ${readFileSync(log, 'utf8').slice(-3000)}`);
        await sleep(100);
      }
    },
    stop: async () => {
      for (const child of children.reverse()) await endProcess(child);
      rmSync(folder, {recursive: true, force: true});
    },
  };
}

/** Asks until it holds. Fails after ten seconds. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`never came true: ${holds}`);
    await sleep(100);
  }
}

async function runToEnd(path: string, args: readonly string[], input: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    const child = execFile(path, args, {timeout: 20_000}, (error, stdout, stderr) =>
      error ? reject(error) : resolve(stdout + stderr),
    );
    child.stdin?.end(input);
  });
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise(resolve => child.once('exit', resolve));
  child.kill('SIGTERM');
  // Nothing in these stores is to be kept.
  const late = setTimeout(() => child.kill('SIGKILL'), 2000);
  await gone;
  clearTimeout(late);
}
