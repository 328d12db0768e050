import {describe, expect, test} from 'vitest';
import type {JsonObject, KubernetesObject} from '../src/kubernetes/object.ts';
import {sync} from '../src/sync.ts';
import {dependencies} from './support/hook.ts';
import {bare, DELETING, grouped, hookRequest, namespaceObject, related} from './support/requests.ts';

const CLAIM = ours(bare('v1', 'PersistentVolumeClaim', 'data'));
const KEY = ours({...bare('v1', 'Secret', 'mlpipeline-minio-artifact'), type: 'Opaque', data: {}});
const WITHOUT_KEY = {credentials: {backend: 'cloud'}};

describe('a sync refuses to drop', () => {
  test('a PersistentVolumeClaim that no template renders any more', async () => {
    await expect(ask([CLAIM])).rejects.toThrow(
      'cannot sync Profile: no template renders PersistentVolumeClaim data, and answering without it would delete it [removal/observed] (put its template back; only if the data may go, in every tenant, allowRemoval: [PersistentVolumeClaim/data] in the values)',
    );
  });

  test('the Secret with the key, where templates switch it off', async () => {
    await expect(ask([KEY], WITHOUT_KEY)).rejects.toThrow(
      'no template renders Secret mlpipeline-minio-artifact',
    );
  });

  test('several at once, each named', async () => {
    await expect(ask([KEY, CLAIM], WITHOUT_KEY)).rejects.toThrow(
      'allowRemoval: [PersistentVolumeClaim/data, Secret/mlpipeline-minio-artifact] in the values)',
    );
  });
});

describe('a sync drops', () => {
  test('what the values list', async () => {
    const {answer} = await ask([CLAIM], {allowRemoval: ['PersistentVolumeClaim/data']});
    expect(answer.children).not.toContainEqual(expect.objectContaining({kind: 'PersistentVolumeClaim'}));
  });

  test('what only looks like a child: a tenant must not freeze himself, nor another', async () => {
    const junk = ['alice', 'bob'].map(namespace => bare('v1', 'PersistentVolumeClaim', 'junk', namespace));
    await expect(ask(junk)).resolves.toBeDefined();
  });

  test('another Secret and other kinds', async () => {
    await expect(ask([bare('v1', 'Secret', 'x'), bare('v1', 'ConfigMap', 'x')])).resolves.toBeDefined();
  });

  test.each([
    {field: 'type', observed: {...KEY, type: 'kubernetes.io/tls'}},
    {field: 'immutable', observed: {...KEY, immutable: true}},
  ])('the Secret with the key until it is gone, for its $field cannot change', async ({observed, field}) => {
    const {answer} = await ask([observed]);
    expect(answer.children.map(({kind}) => kind)).not.toContain('Secret');
    expect(JSON.stringify(answer.status)).toContain(
      `replacing Secret mlpipeline-minio-artifact (${field} cannot be changed)`,
    );
  });

  test('everything in a namespace that is going', async () => {
    const namespace = namespaceObject({metadata: DELETING});
    const {answer} = await ask([namespace, CLAIM], {}, namespace);
    expect(answer.children.map(({kind}) => kind)).toEqual(['Namespace']);
  });
});

/** As Metacontroller has written it. */
function ours(object: KubernetesObject): KubernetesObject {
  return {...object, metadata: {...object.metadata, managedFields: [{manager: 'metacontroller'}]}};
}

async function ask(
  observed: readonly KubernetesObject[],
  values: JsonObject = {},
  namespace = namespaceObject(),
) {
  const request = hookRequest('standalone', {
    observed: grouped([namespace, ...observed]),
    related: related(namespace),
  });
  return await sync(request, dependencies({values}));
}
