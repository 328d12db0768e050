import {dump} from 'js-yaml';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {KubernetesObject} from '../../src/kubernetes/object.ts';
import {controllerReference} from '../support/metacontroller/manage-children.ts';
import {ALLOWED} from './attempts/allowed.ts';
import {type Attempt, ELSEWHERE, objectNamed, type Scene} from './attempts/attempt.ts';
import {ADOPTION_ATTEMPTS, CHILD_ATTEMPTS} from './attempts/children.ts';
import {CLUSTER_ATTEMPTS} from './attempts/cluster.ts';
import {GRANT_ATTEMPTS} from './attempts/grants.ts';
import {OTHERS_FINALIZER, PROFILE_ATTEMPTS} from './attempts/profiles.ts';
import type {Response} from './client.ts';
import {CONFIG_MAP, NAMESPACE, PROFILE, ROLE, SECRET, WORKFLOW} from './objects.ts';
import {isByPolicy, readYaml, type System, startSystem, until} from './system.ts';
import {createTenant} from './tenants.ts';

const REFUSED = [
  ...CLUSTER_ATTEMPTS,
  ...GRANT_ATTEMPTS,
  ...CHILD_ATTEMPTS,
  ...ADOPTION_ATTEMPTS,
  ...PROFILE_ATTEMPTS,
];

/** Who refuses; the policy comes last of them. */
const REFUSERS = ['RBAC', 'escalation check', 'owner reference check', 'policy'];

describe.each(['companion', 'standalone'] as const)("in %s, Metacontroller's identity", mode => {
  const attempts = REFUSED.filter(attempt => (attempt.mode ?? mode) === mode);
  const refusers = new Map<string, string>();
  const messages: string[] = [];
  let system: System;
  let scene: Scene;
  beforeAll(async () => {
    system = await startSystem({mode});
    scene = await setTheScene(system);
  });
  afterAll(async () => await system?.stop());

  const outcomeOf = async (attempt: Attempt) => {
    const {method, path, body, contentType, headers} = await attempt.request(scene);
    const response = await system.metacontroller.request(method, path, body, contentType, headers);
    messages.push(String(response.body.message));
    return nameOf(response);
  };

  test.each(ALLOWED.filter(attempt => (attempt.mode ?? mode) === mode))('$what', async attempt => {
    expect(await outcomeOf(attempt)).toBe('allowed');
  });

  test.each(attempts)('never $what', async attempt => {
    const outcome = await outcomeOf(attempt);
    refusers.set(attempt.what, outcome);
    expect(REFUSERS).toContain(outcome);
  });

  test('meets every check of the policy', () => {
    const isPolicy = ({kind}: KubernetesObject) => kind === 'ValidatingAdmissionPolicy';
    const policy = system.manifests.find(isPolicy) as KubernetesObject;
    const {validations} = policy.spec as unknown as {validations: {message: string}[]};
    const unmet = validations.filter(({message}) => !messages.some(each => each.endsWith(message)));
    expect(unmet.map(({message}) => message)).toEqual([]);
  });

  test('without the policy could do what is written down', async () => {
    await removePolicy(system);
    const rows: {[what: string]: object} = {};
    for (const attempt of attempts) {
      const withoutPolicy = await outcomeOf(attempt);
      rows[attempt.what] = {refusedBy: refusers.get(attempt.what), withoutPolicy};
    }
    await expect(dump(rows, {flowLevel: 1, lineWidth: -1})).toMatchFileSnapshot(`nothing-more.${mode}.yaml`);
  });
});

/** Two tenants, at rest, and objects of others'; Metacontroller itself is gone, so that it makes nothing of them. */
async function setTheScene(system: System): Promise<Scene> {
  await system.applyAll(readYaml('held-kinds.yaml'));
  await createTenant(system, 'alice');
  const bob = await createTenant(system, 'bob');
  await system.driver.stop();
  await system.apply({...NAMESPACE, metadata: {name: ELSEWHERE}});
  const profile = await system.get(PROFILE, 'alice');
  const finalizers = [...(profile.metadata.finalizers as string[]), OTHERS_FINALIZER];
  const alice = await system.merge(profile, {metadata: {finalizers}});
  await system.applyAll(othersObjects(alice, await system.get(NAMESPACE, ELSEWHERE)));
  // Its type could not change while it is there.
  await system.remove(objectNamed(SECRET, 'mlpipeline-minio-artifact', 'bob'));
  return {...system, alice, bob};
}

function othersObjects(
  {metadata: {uid = ''}}: KubernetesObject,
  other: KubernetesObject,
): KubernetesObject[] {
  const held = {apiGroups: ['argoproj.io'], resources: ['workflows'], verbs: ['get']};
  const labelled = {name: 'labelled', namespace: 'kube-system', labels: {'controller-uid': uid}};
  const controlled = {name: 'controlled', namespace: 'alice', ownerReferences: [controllerReference(other)]};
  return [
    objectNamed(CONFIG_MAP, 'own', 'alice'),
    objectNamed(CONFIG_MAP, 'controlled', 'alice', {metadata: controlled}),
    objectNamed(CONFIG_MAP, 'unlabelled', 'kube-system'),
    objectNamed(CONFIG_MAP, 'labelled', 'kube-system', {metadata: labelled}),
    objectNamed(ROLE, 'held', 'alice', {rules: [held]}),
    objectNamed(WORKFLOW, 'own', 'alice'),
    // The store's admin key has the very name that a tenant's has.
    objectNamed(SECRET, 'mlpipeline-minio-artifact', 'kubeflow'),
    objectNamed(SECRET, 'other', 'alice'),
  ];
}

async function removePolicy(system: System): Promise<void> {
  const binding = system.manifests.find(({kind}) => kind === 'ValidatingAdmissionPolicyBinding');
  await system.remove(binding as KubernetesObject);
  const path = '/api/v1/namespaces/default/configmaps/probe?dryRun=All&fieldManager=probe';
  const probe = {...CONFIG_MAP, metadata: {name: 'probe'}};
  await until(async () => {
    const answer = await system.metacontroller.request('PATCH', path, probe, 'application/apply-patch+yaml');
    return answer.status < 300;
  });
}

function nameOf({status, body}: Response): string {
  const message = String(body.message);
  if (status < 300) return 'allowed';
  if (isByPolicy(body)) return 'policy';
  if (message.includes('attempting to grant RBAC permissions not currently held')) return 'escalation check';
  if (message.includes('cannot set an ownerRef on')) return 'owner reference check';
  return status === 403 && / cannot \S+ resource /.test(message) ? 'RBAC' : `${status} ${message}`;
}
