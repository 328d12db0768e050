import {type ChildProcess, spawn} from 'node:child_process';
import {createWriteStream} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import type {KubernetesObject} from '../../src/kubernetes/object.ts';
import type {ApplyStrategy} from '../metacontroller/apply-rows.ts';
import {createApiServerCluster} from '../support/metacontroller/api-server.ts';
import {startMetacontroller} from '../support/metacontroller/metacontroller.ts';
import {freePort} from '../support/port.ts';
import {openAudit} from './audit.ts';
import {createClient} from './client.ts';
import {type ControlPlane, writeKubeconfig} from './control-plane/start.ts';

/** Whichever Metacontroller serves a test. */
export interface Driver {
  readonly isReal: boolean;
  /** Resolves when nothing has been written or failed for a while. */
  readonly settled: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Time without any call of Metacontroller's after which it is taken to be done. */
const QUIET_MILLISECONDS = 600;

const TIMEOUT_MILLISECONDS = 60_000;

/** The real one where `METACONTROLLER` names its binary, the simulated one otherwise; both with its own role alone. */
export async function startDriver(controlPlane: ControlPlane, controller: KubernetesObject): Promise<Driver> {
  const binary = process.env.METACONTROLLER;
  return binary ? await startReal(binary, controlPlane) : await startSimulated(controlPlane, controller);
}

async function startSimulated(controlPlane: ControlPlane, controller: KubernetesObject): Promise<Driver> {
  const client = createClient({...controlPlane, token: controlPlane.metacontrollerToken});
  const cluster = createApiServerCluster(client, () => {});
  const metacontroller = await startMetacontroller({cluster, controller});
  return {
    isReal: false,
    settled: () => metacontroller.settled(QUIET_MILLISECONDS, TIMEOUT_MILLISECONDS),
    stop: async () => {
      metacontroller.stop();
      client.close();
    },
  };
}

/** What a Metacontroller of its own is told. */
interface RealOptions {
  readonly applyStrategy?: ApplyStrategy;
  /** Which controllers it serves; all unless given. */
  readonly targetLabelSelector?: string;
}

/** Starts the real one, whatever `METACONTROLLER` says. */
export async function startReal(
  binary: string,
  controlPlane: ControlPlane,
  {applyStrategy = 'server-side-apply', targetLabelSelector = ''}: RealOptions = {},
): Promise<Driver> {
  const {folder, url, metacontrollerToken} = controlPlane;
  const health = await freePort();
  const child = spawn(
    binary,
    [
      `--kubeconfig=${writeKubeconfig(folder, 'metacontroller', url, metacontrollerToken)}`,
      `--apply-strategy=${applyStrategy}`,
      `--target-label-selector=${targetLabelSelector}`,
      '--metrics-address=0',
      `--health-probe-bind-address=127.0.0.1:${health}`,
      '--discovery-interval=2s',
      '--client-go-qps=500',
      '--client-go-burst=500',
    ],
    // API servers before 1.34 do not stream lists: its role has to do for them as well.
    {stdio: ['ignore', 'pipe', 'pipe'], env: {...process.env, KUBE_FEATURE_WatchListClient: 'false'}},
  );
  const log = createWriteStream(join(folder, `metacontroller-${applyStrategy}.log`));
  child.stdout.pipe(log, {end: false});
  child.stderr.pipe(log);
  return {isReal: true, settled: () => untilQuiet(controlPlane, child), stop: () => end(child)};
}

async function untilQuiet({auditLog}: ControlPlane, child: ChildProcess): Promise<void> {
  const audit = openAudit(auditLog);
  const until = Date.now() + TIMEOUT_MILLISECONDS;
  let quietSince = Date.now();
  // A second at least: its queue waits for nobody, but its informers take a moment to see a change.
  while (Date.now() - quietSince < 2 * QUIET_MILLISECONDS) {
    if (child.exitCode !== null) throw new Error('Metacontroller has ended');
    if (Date.now() > until) throw new Error('Metacontroller does not come to rest');
    await sleep(50);
    if (audit.read().length > 0) quietSince = Date.now();
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise(resolve => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}
