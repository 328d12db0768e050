import {execFileSync, spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {type ControlPlane, writeKubeconfig} from './control-plane/start.ts';

const README = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');

/** Whether the README's commands can be run here. */
export const HAS_KUBECTL = isThere('kubectl');

/** The shell blocks below a heading of the README, up to the next heading of any depth. */
export function commandsBelow(heading: string): string[] {
  const start = README.indexOf(`\n${heading}\n`);
  if (start === -1) throw new Error(`the README has no heading ${heading}`);
  const section = README.slice(start + heading.length + 2).split(/\n#{2,} /)[0] as string;
  const blocks = [...section.matchAll(/```sh\n(.*?)```/gs)].map(match => match[1] as string);
  if (blocks.length === 0) throw new Error(`there are no commands below ${heading}`);
  return blocks;
}

/** Runs commands as the cluster's admin would, and answers all that they print. */
export function runAsAdmin({folder, url, adminToken}: ControlPlane, script: string): string {
  const KUBECONFIG = writeKubeconfig(folder, 'kubectl', url, adminToken);
  const {stdout, stderr} = spawnSync('bash', ['-uc', script], {
    encoding: 'utf8',
    env: {PATH: process.env.PATH, HOME: folder, KUBECONFIG},
    timeout: 60_000,
  });
  return stdout + stderr;
}

function isThere(command: string): boolean {
  try {
    execFileSync(command, ['version', '--client'], {stdio: 'ignore'});
    return true;
  } catch {
    return false;
  }
}
