import {readdirSync, readFileSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {loadAll} from 'js-yaml';
import type {Mode} from '../../src/guard/tenancy.ts';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {buildManifests} from '../../src/manifests/manifests.ts';
import {readNeeds} from '../../src/manifests/needs.ts';
import type {ManifestOptions} from '../../src/manifests/options.ts';
import {dependencies, type HookOptions} from '../support/hook.ts';
import {type Audit, openAudit} from './audit.ts';
import {type Client, createClient, pathOf} from './client.ts';
import {findBinaries} from './control-plane/binaries.ts';
import {type ControlPlane, startControlPlane} from './control-plane/start.ts';
import {type RunningHook, startHook} from './hook.ts';
import {type Driver, startDriver} from './metacontroller.ts';
import {type Objects, objectsIn} from './objects.ts';

export interface SystemOptions extends HookOptions {
  readonly mode: Mode;
  readonly manifests?: Partial<ManifestOptions>;
  /** Changes what is installed, to see what happens without it. */
  readonly install?: (objects: readonly KubernetesObject[]) => readonly KubernetesObject[];
}

/** A control plane with the hook, what `manifests` prints for it, and Metacontroller with only that. */
export interface System extends Objects {
  readonly mode: Mode;
  readonly controlPlane: ControlPlane;
  readonly admin: Client;
  /** With Metacontroller's identity. */
  readonly metacontroller: Client;
  readonly hook: RunningHook;
  /** Replaced by `restart`. */
  readonly driver: Driver;
  /** The controller as `manifests` printed it. */
  readonly controller: KubernetesObject;
  /** Ends Metacontroller, and starts it with this controller. */
  readonly restart: (controller: KubernetesObject) => Promise<void>;
  readonly audit: Audit;
  /** What `manifests` printed. */
  readonly manifests: readonly KubernetesObject[];
  readonly stop: () => Promise<void>;
}

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** Namespaces that every Kubeflow has. */
const PLATFORM = ['kubeflow', 'istio-system', 'knative-serving', 'profile-sync'];

const SERVICE_ACCOUNT = {namespace: 'kubeflow', name: 'meta-controller-service'};

/** A control plane with the kinds and ClusterRoles of a Kubeflow, and nothing of ours. */
export interface Cluster {
  readonly controlPlane: ControlPlane;
  readonly admin: Client;
  readonly objects: Objects;
  readonly stop: () => Promise<void>;
}

export async function startCluster(): Promise<Cluster> {
  const {controlPlane, stop} = await startControlPlane(await findBinaries(line => console.log(line)));
  const admin = createClient({...controlPlane, token: controlPlane.adminToken});
  const objects = objectsIn(admin);
  for (const file of readdirSync(`${FOLDER}crds`)) await objects.applyAll(readYaml(`crds/${file}`));
  for (const name of PLATFORM) await objects.apply({apiVersion: 'v1', kind: 'Namespace', metadata: {name}});
  await objects.applyAll(readYaml('cluster-roles.yaml'));
  await untilServed(admin);
  return {
    controlPlane,
    admin,
    objects,
    stop: async () => {
      admin.close();
      await stop();
    },
  };
}

/** Starts all of it. `stop` ends every process. */
export async function startSystem(options: SystemOptions): Promise<System> {
  return await installSystem(await startCluster(), options);
}

/** Adds what is ours to a cluster in which others may have been before. `stop` ends the cluster too. */
export async function installSystem(cluster: Cluster, options: SystemOptions): Promise<System> {
  const {mode, install = all => all} = options;
  const {controlPlane, admin, objects} = cluster;
  const hook = await startHook(options);
  const manifests = manifestsFor(hook, options);
  const metacontroller = createClient({...controlPlane, token: controlPlane.metacontrollerToken});
  const installed = install(manifests);
  await objects.applyAll(installed);
  if (installed.some(({kind}) => kind === 'ValidatingAdmissionPolicyBinding'))
    await untilPolicyHolds(metacontroller);
  const audit = openAudit(controlPlane.auditLog);
  const controller = manifests.find(({kind}) => kind.endsWith('Controller')) as KubernetesObject;
  let driver = await startDriver(controlPlane, controller);
  return {
    ...objects,
    mode,
    controlPlane,
    admin,
    metacontroller,
    hook,
    get driver() {
      return driver;
    },
    controller,
    restart: async changed => {
      await driver.stop();
      await objects.apply(changed as JsonObject);
      driver = await startDriver(controlPlane, changed);
    },
    audit,
    manifests,
    stop: async () => {
      await driver.stop();
      metacontroller.close();
      await hook.close();
      await cluster.stop();
    },
  };
}

/** What `manifests` prints for a hook. */
export function manifestsFor(hook: RunningHook, options: SystemOptions): KubernetesObject[] {
  const url = new URL(hook.url);
  url.username = 'metacontroller';
  url.password = hook.token;
  const needs = readNeeds(dependencies(options).templates(options.mode));
  return buildManifests(needs, {
    url: url.href.replace(/\/$/, ''),
    serviceAccount: SERVICE_ACCOUNT,
    observeSecrets: false,
    ...options.manifests,
  }).map(({object}) => object);
}

/** The objects of a YAML file beside this one. */
export function readYaml(file: string): KubernetesObject[] {
  return loadAll(readFileSync(`${FOLDER}${file}`, 'utf8')) as KubernetesObject[];
}

// A new kind is served a moment after its definition was accepted.
async function untilServed(admin: Client): Promise<void> {
  const paths = [
    pathOf('kubeflow.org/v1', 'profiles'),
    pathOf('kubeflow.org/v1alpha1', 'poddefaults'),
    pathOf('security.istio.io/v1', 'authorizationpolicies'),
    ...['compositecontrollers', 'controllerrevisions', 'decoratorcontrollers'].map(resource =>
      pathOf('metacontroller.k8s.io/v1alpha1', resource),
    ),
  ];
  await until(async () => {
    const answers = await Promise.all(paths.map(path => admin.request('GET', path)));
    return answers.every(({status}) => status === 200);
  });
}

// A policy is in force a moment after it was accepted: until then this write is refused by RBAC alone, or not at all.
async function untilPolicyHolds(metacontroller: Client): Promise<void> {
  await until(async () => {
    const probe = {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'probe', namespace: 'default'}};
    const path = pathOf('v1', 'configmaps', probe.metadata);
    const query = '?fieldManager=probe&dryRun=All';
    const {status, body} = await metacontroller.request(
      'PATCH',
      path + query,
      probe,
      'application/apply-patch+yaml',
    );
    return status === 403 && isByPolicy(body);
  });
}

/** Whether a refusal is the admission policy's, and not RBAC's. */
export function isByPolicy(body: JsonObject): boolean {
  return String(body.message).includes('ValidatingAdmissionPolicy');
}

/** Asks until it holds. Fails after half a minute. */
export async function until(holds: () => Promise<boolean>, what = holds.toString()): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`never came true: ${what}`);
    await sleep(50);
  }
}
