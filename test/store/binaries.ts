import {existsSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';

/** A program, or why there is none. */
export type Binary = {readonly path: string} | {readonly missing: string};

/** Where .ci/run installs moto; the version is told there and here. */
const MOTO_VENV = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'profile-sync', 'moto-5.2.5');

/** `MOTO_SERVER`, or the one that .ci/run has installed; others answer otherwise. */
export function findMoto(): Binary {
  const given = process.env.MOTO_SERVER;
  if (given) return found(given, 'MOTO_SERVER');
  const installed = join(MOTO_VENV, 'bin', 'moto_server');
  if (existsSync(installed)) return {path: installed};
  return {missing: 'MOTO_SERVER names no moto_server, and .ci/run has installed none'};
}

/** `WEED`: SeaweedFS has no package to install. */
export function findWeed(): Binary {
  const given = process.env.WEED;
  return given ? found(given, 'WEED') : {missing: 'WEED names no weed of SeaweedFS'};
}

function found(path: string, variable: string): Binary {
  return existsSync(path) ? {path} : {missing: `${variable} is ${path}, which does not exist`};
}
