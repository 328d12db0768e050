import {type ChildProcess, spawn} from 'node:child_process';
import {generateKeyPairSync, randomBytes} from 'node:crypto';
import {createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {freePort} from '../../support/port.ts';
import {createClient} from '../client.ts';
import type {Binaries} from './binaries.ts';

/** A running control plane, as plain data: test workers are processes of their own. */
export interface ControlPlane {
  readonly url: string;
  /** PEM of the certificate that the API server made for itself. */
  readonly ca: string;
  /** Of a user in `system:masters`. */
  readonly adminToken: string;
  /** Of Metacontroller's ServiceAccount, which has no permission but what a test gives it. */
  readonly metacontrollerToken: string;
  /** One JSON event a line, for every write and every refusal, and for Metacontroller's reads. */
  readonly auditLog: string;
  /** Logs of the processes, kept when something fails. */
  readonly folder: string;
}

/** Metacontroller's identity, as Kubeflow Pipelines installs it. */
export const METACONTROLLER = 'system:serviceaccount:kubeflow:meta-controller-service';

const READY_MILLISECONDS = 60_000;

const CONTROLLERS = [
  'namespace-controller',
  'garbage-collector-controller',
  'serviceaccount-controller',
  'resourcequota-controller',
  'clusterrole-aggregation-controller',
  'deployment-controller',
  'replicaset-controller',
  'validatingadmissionpolicy-status-controller',
];

// Reads by others fill the log; Metacontroller's are what the role is proved by.
const AUDIT_POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    {level: 'Metadata', users: [METACONTROLLER]},
    {level: 'None', verbs: ['get', 'list', 'watch']},
    {level: 'Metadata'},
  ],
};

/** Starts etcd, kube-apiserver (RBAC, audit log) and kube-controller-manager on free loopback ports. */
export async function startControlPlane(
  binaries: Binaries,
): Promise<{controlPlane: ControlPlane; stop: () => Promise<void>}> {
  const folder = mkdtempSync(join(tmpdir(), 'control-plane-'));
  const processes: ChildProcess[] = [];
  const run = (name: string, path: string, args: readonly string[]) =>
    processes.push(runLogged(name, path, args, folder));
  const stop = async () => {
    for (const process of processes.reverse()) await end(process);
    rmSync(folder, {recursive: true, force: true});
  };
  try {
    const [etcdPort, peerPort, port] = await Promise.all([freePort(), freePort(), freePort()]);
    run('etcd', binaries.etcd, etcdArguments(folder, etcdPort, peerPort));
    const tokens = writeAccess(folder);
    run('kube-apiserver', binaries.apiserver, apiserverArguments(folder, etcdPort, port));
    const url = `https://127.0.0.1:${port}`;
    const controlPlane = await waitUntilReady(folder, url, tokens, processes);
    const kubeconfig = writeKubeconfig(folder, 'admin', url, tokens.adminToken);
    run('kube-controller-manager', binaries.controllerManager, managerArguments(folder, kubeconfig));
    return {controlPlane, stop};
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Writes a kubeconfig for a token, and returns its path. */
export function writeKubeconfig(folder: string, name: string, server: string, token: string): string {
  const path = join(folder, `${name}.kubeconfig`);
  const entry = <T>(value: T) => [{name: 'test', ...value}];
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: entry({cluster: {server, 'certificate-authority': join(folder, 'certificates/apiserver.crt')}}),
    users: entry({user: {token}}),
    contexts: entry({context: {cluster: 'test', user: 'test'}}),
  };
  writeFileSync(path, JSON.stringify(config), {mode: 0o600});
  return path;
}

function writeAccess(folder: string): {adminToken: string; metacontrollerToken: string} {
  const [adminToken, metacontrollerToken] = [newToken(), newToken()];
  const groups = 'system:serviceaccounts,system:serviceaccounts:kubeflow';
  const lines = [
    `${adminToken},admin,admin,"system:masters"`,
    `${metacontrollerToken},${METACONTROLLER},metacontroller,"${groups}"`,
  ];
  writeFileSync(join(folder, 'tokens.csv'), lines.join('\n'), {mode: 0o600});
  const {privateKey, publicKey} = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: {type: 'pkcs8', format: 'pem'},
    publicKeyEncoding: {type: 'spki', format: 'pem'},
  });
  writeFileSync(join(folder, 'service-account.key'), privateKey, {mode: 0o600});
  writeFileSync(join(folder, 'service-account.pub'), publicKey);
  writeFileSync(join(folder, 'audit-policy.json'), JSON.stringify(AUDIT_POLICY));
  return {adminToken, metacontrollerToken};
}

function newToken(): string {
  return randomBytes(16).toString('hex');
}

function etcdArguments(folder: string, port: number, peerPort: number): string[] {
  const url = `http://127.0.0.1:${port}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--unsafe-no-fsync',
  ];
}

function apiserverArguments(folder: string, etcdPort: number, port: number): string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${join(folder, 'certificates')}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--enable-admission-plugins=OwnerReferencesPermissionEnforcement',
    `--audit-policy-file=${join(folder, 'audit-policy.json')}`,
    `--audit-log-path=${join(folder, 'audit.log')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(folder, 'service-account.pub')}`,
    `--service-account-signing-key-file=${join(folder, 'service-account.key')}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    // Nothing routes here, and the API server would look for an address of its own.
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    // As in every cluster: what refuses privileged pods is Pod Security.
    '--allow-privileged=true',
    '--profiling=false',
  ];
}

function managerArguments(folder: string, kubeconfig: string): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--controllers=${CONTROLLERS.join()}`,
    `--service-account-private-key-file=${join(folder, 'service-account.key')}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
    // A namespace without objects goes at the next look.
    '--namespace-sync-period=5s',
    '--profiling=false',
  ];
}

function runLogged(name: string, path: string, args: readonly string[], folder: string): ChildProcess {
  const log = createWriteStream(join(folder, `${name}.log`));
  const child = spawn(path, args, {stdio: ['ignore', 'pipe', 'pipe']});
  child.stdout.pipe(log);
  child.stderr.pipe(log, {end: false});
  child.on('error', error => log.write(String(error)));
  return child;
}

async function waitUntilReady(
  folder: string,
  url: string,
  tokens: {adminToken: string; metacontrollerToken: string},
  processes: readonly ChildProcess[],
): Promise<ControlPlane> {
  const until = Date.now() + READY_MILLISECONDS;
  for (;;) {
    const failed = processes.find(({exitCode}) => exitCode !== null);
    if (failed) throw new Error(`cannot start ${failed.spawnfile}: ${tailOf(folder)}`);
    const ca = readIfThere(join(folder, 'certificates/apiserver.crt'));
    if (ca && (await isReady(url, ca, tokens.adminToken)))
      return {url, ca, ...tokens, auditLog: join(folder, 'audit.log'), folder};
    if (Date.now() > until) throw new Error(`cannot start the control plane: ${tailOf(folder)}`);
    await sleep(100);
  }
}

async function isReady(url: string, ca: string, token: string): Promise<boolean> {
  const client = createClient({url, ca, token});
  try {
    return (await client.request('GET', '/readyz')).status === 200;
  } catch {
    // Not listening yet; the deadline ends this.
    return false;
  } finally {
    client.close();
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function tailOf(folder: string): string {
  return ['etcd', 'kube-apiserver']
    .map(name => `${name}: ${readIfThere(join(folder, `${name}.log`))?.slice(-1500)}`)
    .join('\n');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise(resolve => child.once('exit', resolve));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(late);
}
