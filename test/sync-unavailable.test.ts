import {describe, expect, test} from 'vitest';
import {GENERATION_ANNOTATION} from '../src/children.ts';
import type {CredentialState, Provisioner} from '../src/credentials/provisioner.ts';
import type {Json, KubernetesObject} from '../src/kubernetes/object.ts';
import {sync} from '../src/sync.ts';
import {dependencies, SMALL_FOLDERS} from './support/hook.ts';
import {bare, grouped, hookRequest} from './support/requests.ts';

const DOWN: CredentialState = {
  status: 'unavailable',
  mode: 'iam',
  reason: 'the store is down',
  retryAfterSeconds: 5,
};
const provisioner: Provisioner = {
  ensureCredentials: async () => DOWN,
  revokeCredentials: async () => ({done: true}),
};
const STORE_DOWN = dependencies({folders: SMALL_FOLDERS, provisioner});
const KINDS = ['ConfigMap.v1', 'Deployment.apps/v1', 'RoleBinding.rbac.authorization.k8s.io/v1'];

describe('while the key is not to be had', () => {
  test('everything else comes into being, and the hook is asked again soon', async () => {
    const {answer, freshForSeconds} = await ask([]);
    expect(names(answer.children)).toEqual(['ConfigMap kfp-launcher', 'RoleBinding pipelines-owner']);
    expect(answer.resyncAfterSeconds).toBe(5);
    expect(freshForSeconds).toBe(0);
  });

  test('the condition says why, once nothing else is waited for', async () => {
    const {answer} = await ask([bare('v1', 'ConfigMap', 'kfp-launcher'), binding()]);
    const message = 'no new credentials: the store is down';
    expect(answer.status).toEqual({
      conditions: [
        {type: 'Ready', status: 'False', message},
        {type: 'Credentials', status: 'False', message: 'the store is down'},
      ],
    });
  });

  test('an observed Secret and an observed consumer stay as they are', async () => {
    const {answer} = await ask([secret({data: {accesskey: 'b2xk'}, type: 'Opaque'}), consumer('42')]);
    expect(names(answer.children)).toEqual([
      'ConfigMap kfp-launcher',
      'Deployment key-reader',
      'RoleBinding pipelines-owner',
      'Secret mlpipeline-minio-artifact',
    ]);
    expect(generationOf(find(answer.children, 'Deployment'))).toBe('42');
    expect(find(answer.children, 'Secret')).toEqual(secret({data: {accesskey: 'b2xk'}, type: 'Opaque'}));
  });

  test('even those that should be replaced stay, for they could not come back', async () => {
    const frozen = secret({data: {}, type: 'kubernetes.io/tls', immutable: true});
    const {answer} = await ask([
      frozen,
      {...consumer('42'), spec: {selector: {matchLabels: {app: 'other'}}}},
    ]);
    expect(find(answer.children, 'Secret')).toEqual(secret({data: {}, type: 'kubernetes.io/tls'}));
    expect(generationOf(find(answer.children, 'Deployment'))).toBeUndefined();
  });

  test('no placeholder for a key ever leaves', async () => {
    const {answer} = await ask([secret({}), consumer('42')]);
    const text = JSON.stringify(answer);
    expect(text).not.toMatch(/placeholder/i);
    expect(text).not.toContain(Buffer.from('PLACEHOLDER-ACCESS-KEY').toString('base64'));
  });
});

async function ask(observed: KubernetesObject[]) {
  return await sync(hookRequest('companion', {observed: grouped(observed, KINDS)}), STORE_DOWN);
}

function names(children: readonly KubernetesObject[]): string[] {
  return children.map(({kind, metadata}) => `${kind} ${metadata.name}`);
}

function find(children: readonly KubernetesObject[], kind: string): KubernetesObject | undefined {
  return children.find(child => child.kind === kind);
}

function generationOf(object: KubernetesObject | undefined): Json | undefined {
  return (object as Consumer | undefined)?.spec.template.metadata.annotations?.[GENERATION_ANNOTATION];
}

type Consumer = {spec: {template: {metadata: {annotations?: {[key: string]: Json}}}}};

function secret(fields: {[field: string]: Json}): KubernetesObject {
  return {...bare('v1', 'Secret', 'mlpipeline-minio-artifact'), ...fields};
}

function binding(): KubernetesObject {
  const roleRef = {apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'kubeflow-edit'};
  return {...bare('rbac.authorization.k8s.io/v1', 'RoleBinding', 'pipelines-owner'), roleRef};
}

function consumer(generation: string): KubernetesObject {
  const template = {metadata: {annotations: {[GENERATION_ANNOTATION]: generation}}};
  const spec = {selector: {matchLabels: {app: 'key-reader'}}, template};
  return {...bare('apps/v1', 'Deployment', 'key-reader'), spec};
}
