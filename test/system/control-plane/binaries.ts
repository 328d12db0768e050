import {execFile} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';

/** Paths of the control plane's programs. */
export interface Binaries {
  readonly etcd: string;
  readonly apiserver: string;
  readonly controllerManager: string;
}

/** The control plane cannot be had on this machine; the message says why. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
}

const MODULE = fileURLToPath(new URL('.', import.meta.url));
const SOURCES = ['go.mod', 'go.sum', 'etcd/main.go', 'kubernetes/main.go'];
const NAMES = {etcd: 'etcd', apiserver: 'kube-apiserver', controllerManager: 'kube-controller-manager'};

/**
 * Finds the programs in `KUBEBUILDER_ASSETS`, as envtest does, and builds what is missing there from Kubernetes'
 * published Go modules: 5 to 7 minutes on 2 cores, once. Throws UnavailableError.
 */
export async function findBinaries(say: (line: string) => void): Promise<Binaries> {
  const given = process.env.KUBEBUILDER_ASSETS;
  const isGiven = (name: string) => given !== undefined && existsSync(join(given, name));
  const missing = Object.values(NAMES).filter(name => !isGiven(name));
  const built = missing.length === 0 ? '' : await build(missing, say);
  const pathOf = (name: string) => join(isGiven(name) ? (given as string) : built, name);
  return {
    etcd: pathOf(NAMES.etcd),
    apiserver: pathOf(NAMES.apiserver),
    controllerManager: pathOf(NAMES.controllerManager),
  };
}

async function build(missing: readonly string[], say: (line: string) => void): Promise<string> {
  const folder = join(cacheFolder(), await fingerprint());
  if (existsSync(folder)) return folder;
  say(`building ${missing.join(', ')} into ${folder}: 5 to 7 minutes, once`);
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, {recursive: true});
  try {
    await go('build', '-trimpath', '-ldflags=-s -w', '-o', `${unfinished}/`, './etcd', './kubernetes');
    for (const name of [NAMES.apiserver, NAMES.controllerManager])
      symlinkSync('kubernetes', join(unfinished, name));
    // At once and whole: a build that was ended half-way must not be found.
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, {recursive: true, force: true});
  }
  return folder;
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'profile-sync', 'control-plane');
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256').update(await go('env', 'GOVERSION'));
  for (const file of SOURCES) hash.update(readFileSync(join(MODULE, file)));
  return hash.digest('hex').slice(0, 16);
}

async function go(...args: string[]): Promise<string> {
  try {
    const {stdout} = await promisify(execFile)('go', args, {cwd: MODULE, maxBuffer: 64 * 1024 * 1024});
    return stdout;
  } catch (error) {
    const {code, stderr} = error as NodeJS.ErrnoException & {stderr?: string};
    const reason =
      code === 'ENOENT'
        ? 'Go is not on the PATH and KUBEBUILDER_ASSETS names no folder with them'
        : `go ${args[0]} failed: ${stderr?.slice(-2000)}`;
    throw new UnavailableError(`cannot build kube-apiserver, kube-controller-manager and etcd: ${reason}`);
  }
}
