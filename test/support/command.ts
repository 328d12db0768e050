import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {onTestFinished, vi} from 'vitest';
import {main} from '../../src/main.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export const MAIN = `${ROOT}src/main.ts`;

/** Of the version that runs TypeScript, whichever runs the tests. */
export const NODE = `${ROOT}node_modules/.bin/node`;

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command in this process. */
export async function runHere(...args: string[]): Promise<Outcome> {
  const written = {stdout: '', stderr: ''};
  const spies = (['stdout', 'stderr'] as const).map(name =>
    vi.spyOn(process[name], 'write').mockImplementation(text => {
      written[name] += text;
      return true;
    }),
  );
  try {
    return {status: await main(args), ...written};
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** A process of its own, which ends with the test. */
export interface Child {
  readonly process: ChildProcess;
  readonly output: {stdout: string; stderr: string};
  readonly exit: Promise<Outcome>;
}

export function start(args: readonly string[], env: {[name: string]: string} = {}): Child {
  const child = spawn(NODE, [MAIN, ...args], {env: {PATH: process.env.PATH, ...env}});
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = {stdout: '', stderr: ''};
  for (const name of ['stdout', 'stderr'] as const) child[name].on('data', text => (output[name] += text));
  const exit = once(child, 'close').then(([status]) => ({status, ...output}) as Outcome);
  return {process: child, output, exit};
}

/** Files in a folder that goes with the test. */
export function folderWith(files: {readonly [name: string]: string}): string {
  const folder = mkdtempSync(join(tmpdir(), 'command-'));
  onTestFinished(() => rmSync(folder, {recursive: true}));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}
