import {readdirSync, readFileSync} from 'node:fs';
import {loadAll} from 'js-yaml';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {checkPods} from '../../src/guard/pods.ts';
import {canonical} from '../../src/kubernetes/canonical.ts';
import type {Json, JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {guardContext} from '../support/guard.ts';
import type {Response} from './client.ts';
import {NAMESPACE, pathTo, SERVICE_ACCOUNT} from './objects.ts';
import {type Cluster, startCluster, until} from './system.ts';

const FOLDER = `${import.meta.dirname}/pod-security`;

/** Each pod's name ends in the highest level that it meets: `….meets-nothing`, `….meets-baseline`, `….meets-restricted`. */
const PODS = readdirSync(FOLDER).map(file => ({
  file,
  pods: loadAll(readFileSync(`${FOLDER}/${file}`, 'utf8')) as KubernetesObject[],
}));

const LEVELS = ['baseline', 'restricted'] as const;
type Level = (typeof LEVELS)[number];

/** Pods of which the two name other controls, and why that is right. */
const DISAGREEMENTS: {readonly [name: string]: string} = {
  'host-network-gives-every-port-of-the-host.meets-nothing':
    'the API server fills in the ports of the host first, and so counts one mistake as two',
  'volume-that-istio-would-add-by-annotation.meets-restricted':
    'the API server judges the pod after Istio has changed it, and the guard before, which cannot read the text',
};

/** What the API server calls the controls that Kubernetes' documentation and the guard call so. */
const CONTROLS: readonly (readonly [reason: string, control: string])[] = [
  ['host namespaces', 'Host Namespaces'],
  ['privileged', 'Privileged Containers'],
  ['hostProcess', 'HostProcess'],
  ['non-default capabilities', 'Capabilities'],
  ['unrestricted capabilities', 'Capabilities'],
  ['hostPath volumes', 'HostPath Volumes'],
  ['restricted volume types', 'Volume Types'],
  ['hostPort', 'Host Ports'],
  ['probe or lifecycle host', 'Host Probes / Lifecycle Hooks'],
  ['forbidden AppArmor profile', 'AppArmor'],
  ['forbidden AppArmor profiles', 'AppArmor'],
  ['seLinuxOptions', 'SELinux'],
  ['procMount', '/proc Mount Type'],
  ['seccompProfile', 'Seccomp'],
  ['forbidden sysctls', 'Sysctls'],
  ['allowPrivilegeEscalation != false', 'Privilege Escalation'],
  ['runAsNonRoot != true', 'Running as Non-root'],
  ['runAsUser=0', 'Running as Non-root user'],
];

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster();
  for (const level of LEVELS) await startNamespace(level);
});
afterAll(async () => await cluster?.stop());

test('there are enough pods, of every verdict', () => {
  const names = PODS.flatMap(({pods}) => pods.map(nameOf));
  expect(names.length).toBeGreaterThan(200);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(Object.keys(DISAGREEMENTS)));
  for (const {file, pods} of PODS)
    expect({file, levels: new Set(pods.map(levelMet)).size}).not.toEqual({file, levels: 1});
});

describe.each(PODS)('the guard and the API server refuse the same controls: $file', ({pods}) => {
  test.each(pods.flatMap(pod => LEVELS.map(level => ({name: nameOf(pod), level, pod}))))(
    '$name at $level',
    async ({name, level, pod}) => {
      const byServer = await refusedByServer(pod, level);
      expect(byServer.length === 0).toBe(meets(pod, level));
      if (name in DISAGREEMENTS) expect(refusedByGuard(pod, level)).not.toEqual(byServer);
      else expect(refusedByGuard(pod, level)).toEqual(byServer);
    },
  );
});

function nameOf({metadata: {name}}: KubernetesObject): string {
  return name;
}

function levelMet(pod: KubernetesObject): string {
  return nameOf(pod).split('.meets-')[1] as string;
}

function meets(pod: KubernetesObject, level: Level): boolean {
  return ['restricted', level].includes(levelMet(pod));
}

/** The controls that the guard names, sorted. */
function refusedByGuard(pod: KubernetesObject, level: Level): string[] {
  const sent = canonical(pod as JsonObject) as KubernetesObject;
  const violations = checkPods(sent, guardContext({guards: {podSecurity: level}}));
  const messages = violations.filter(({rule}) => rule === 'pods/security').map(({message}) => message);
  const controls = messages.map(message => /\(Pod Security \w+: (.*)\)$/.exec(message)?.[1] ?? message);
  // The API server's restricted counts it among the types of volumes.
  return sortedSet(
    controls.map(control =>
      level === 'restricted' && control === 'HostPath Volumes' ? 'Volume Types' : control,
    ),
  );
}

/** The controls that Pod Security admission names, sorted. Fails for any other refusal. */
async function refusedByServer(pod: KubernetesObject, level: Level): Promise<string[]> {
  const {status, body} = await dryRun(pod, level);
  if (status < 300) return [];
  const message = String(body.message);
  expect({status, message}).toEqual({
    status: 403,
    message: expect.stringContaining(`violates PodSecurity "${level}:latest": `),
  });
  const controls = CONTROLS.filter(([reason]) => message.includes(`${reason} (`)).map(
    ([, control]) => control,
  );
  expect({message, controls}).not.toEqual({message, controls: []});
  return sortedSet(controls);
}

function sortedSet(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}

const STRICT = 'dryRun=All&fieldValidation=Strict';

async function dryRun(pod: KubernetesObject, namespace: Level): Promise<Response> {
  const {ephemeralContainers, ...spec} = pod.spec as JsonObject;
  if (ephemeralContainers) return await dryRunAdded(pod, namespace, {spec, ephemeralContainers});
  return await cluster.admin.request('POST', `${pathTo(pod, {namespace})}?${STRICT}`, pod as JsonObject);
}

// They come only into pods that are there.
async function dryRunAdded(
  pod: KubernetesObject,
  namespace: Level,
  {spec, ephemeralContainers}: {spec: JsonObject; ephemeralContainers: Json},
): Promise<Response> {
  const without = {...pod, metadata: {...pod.metadata, namespace}, spec} as KubernetesObject;
  await cluster.objects.create(without);
  try {
    return await cluster.admin.request(
      'PATCH',
      `${pathTo(without)}/ephemeralcontainers?${STRICT}`,
      {spec: {ephemeralContainers}},
      'application/strategic-merge-patch+json',
    );
  } finally {
    await cluster.objects.remove(without);
  }
}

async function startNamespace(level: Level): Promise<void> {
  const labels = {
    'pod-security.kubernetes.io/enforce': level,
    'pod-security.kubernetes.io/enforce-version': 'latest',
  };
  await cluster.objects.apply({...NAMESPACE, metadata: {name: level, labels}});
  await until(
    async () => (await cluster.objects.find(SERVICE_ACCOUNT, 'default', level)) !== undefined,
    `${level} has its ServiceAccount`,
  );
}
