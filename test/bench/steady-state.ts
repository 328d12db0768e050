import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {groupKey, type Json, type JsonObject, type KubernetesObject} from '../../src/kubernetes/object.ts';
import {NAMESPACES, ROLE_BINDINGS} from '../../src/metacontroller/customize.ts';
import {parseYaml, toJson} from '../../src/yaml.ts';
import {observe} from './observed.ts';

/** What Metacontroller sends again and again once nothing is left to do, and what we answer. */
export interface SteadyState {
  readonly request: string;
  readonly answer: string;
  readonly children: number;
}

/** Stands for the revision of the Profile, which tells nothing that is rendered. */
export const REVISION = '313131';

/** Stands wherever the Profile's name or uid does, and nowhere else. */
export const TENANT_NUMBER = '424242';

const OWNER = `tenant-${TENANT_NUMBER}@example.com`;

const PROFILE: KubernetesObject = {
  apiVersion: 'kubeflow.org/v1',
  kind: 'Profile',
  metadata: {
    creationTimestamp: '2026-11-22T17:53:44Z',
    finalizers: ['metacontroller.io/compositecontroller-profile-sync'],
    generation: 1,
    name: `tenant-${TENANT_NUMBER}`,
    resourceVersion: REVISION,
    uid: `6a1c5a7e-0000-4000-8000-000000${TENANT_NUMBER}`,
  },
  spec: {
    owner: {kind: 'User', name: OWNER},
    resourceQuotaSpec: {hard: {cpu: '4', 'requests.memory': '16Gi'}},
  },
};

/** Births take three turns; what is not settled after so many never will be. */
const MAX_TURNS = 10;

interface Answer {
  readonly status?: JsonObject;
  readonly children: readonly KubernetesObject[];
}

/** Plays Metacontroller for one Profile until the same request gets the same answer, and that says Ready. */
export async function reachSteadyState(port: number): Promise<SteadyState> {
  const controller = loadController();
  let known: Answer = {children: []};
  let request = '';
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const next = JSON.stringify({controller, ...requestFor(known)});
    const answer = await post(port, next);
    known = JSON.parse(answer) as Answer;
    if (next === request && isReady(known)) return {request, answer, children: known.children.length};
    request = next;
  }
  throw new Error(
    `cannot measure: no steady state after ${MAX_TURNS} turns: ${JSON.stringify(known.status)}`,
  );
}

function requestFor({status, children}: Answer): JsonObject {
  const observed = children.map((child, index) => observe(child, PROFILE, index));
  const groups: {[group: string]: JsonObject} = {[NAMESPACES]: {}, [ROLE_BINDINGS]: {}};
  for (const object of observed) {
    // Nobody watches Secrets by default, so no request shows one.
    if (object.kind === 'Secret') continue;
    const {name, namespace} = object.metadata;
    const key = namespace ? `${namespace}/${name}` : name;
    groups[groupKey(object)] = {...groups[groupKey(object)], [key]: object as Json};
  }
  const related = {[NAMESPACES]: groups[NAMESPACES], [ROLE_BINDINGS]: groups[ROLE_BINDINGS]} as JsonObject;
  return {
    parent: {...PROFILE, ...(status && {status})} as Json,
    children: groups,
    related,
    finalizing: false,
  };
}

function isReady({status}: Answer): boolean {
  const conditions = (status?.conditions ?? []) as JsonObject[];
  return conditions.some(({type, status}) => type === 'Ready' && status === 'True');
}

function loadController(): Json {
  const path = fileURLToPath(new URL('../../manifests/standalone/metacontroller.yaml', import.meta.url));
  const objects = parseYaml(readFileSync(path, 'utf8'), path).documents.map(toJson) as JsonObject[];
  const controller = objects.find(({kind}) => kind === 'CompositeController');
  if (!controller) throw new Error('cannot measure: the standalone controller is not there');
  const applied = {'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify(controller)}\n`};
  return {...controller, metadata: {...(controller.metadata as JsonObject), annotations: applied}};
}

async function post(port: number, body: string): Promise<string> {
  const headers = {'content-type': 'application/json'};
  const response = await fetch(`http://127.0.0.1:${port}/sync`, {method: 'POST', headers, body});
  const text = await response.text();
  if (response.status !== 200) throw new Error(`cannot measure: ${response.status} ${text}`);
  return text;
}
