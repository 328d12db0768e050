import {describe, expect, test} from 'vitest';
import {preciousRemovals} from '../../src/guard/removal.ts';
import type {Json, KubernetesObject} from '../../src/kubernetes/object.ts';
import {bare, grouped} from '../support/requests.ts';

const NAMESPACE: KubernetesObject = {apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'alice'}};
const CLAIM = ours(bare('v1', 'PersistentVolumeClaim', 'data'));
const KEY = ours(bare('v1', 'Secret', 'mlpipeline-minio-artifact'));

describe('an answer', () => {
  test.each([
    {what: 'a Namespace', object: NAMESPACE},
    {what: 'a PersistentVolumeClaim', object: CLAIM},
    {what: 'the Secret with the key', object: KEY},
  ])('may not drop $what, but keep or replace it', ({object}) => {
    expect(removals([object])).toEqual([object]);
    expect(removals([object], {children: [object]})).toEqual([]);
    expect(removals([object], {replaced: [object]})).toEqual([]);
  });

  test.each([
    bare('v1', 'Secret', 'other'),
    bare('v1', 'ConfigMap', 'data'),
    bare('apps/v1', 'Deployment', 'mlpipeline-minio-artifact'),
    bare('example.com/v1', 'PersistentVolumeClaim', 'data'),
  ])('may drop $apiVersion $kind $metadata.name', object => {
    expect(removals([object])).toEqual([]);
  });

  test.each([
    {what: 'that Metacontroller never wrote', object: bare('v1', 'PersistentVolumeClaim', 'junk')},
    {what: 'in another namespace', object: ours(bare('v1', 'PersistentVolumeClaim', 'junk', 'bob'))},
    {what: 'whose managers are none', object: withManagers('x')},
    {what: 'whose managers are others', object: withManagers([{manager: 'kubectl'}, 'metacontroller'])},
    {what: 'of another name, a Namespace', object: {...NAMESPACE, metadata: {name: 'bob'}}},
  ])('may drop an object $what: whoever can make one must not hold up the tenant', ({object}) => {
    expect(removals([object])).toEqual([]);
  });

  test('keeps nothing by a namesake of another kind', () => {
    expect(removals([CLAIM], {children: [bare('v1', 'ConfigMap', 'data')]})).toEqual([CLAIM]);
  });

  test('may drop what the values list, but never a Namespace', () => {
    const allowed = ['PersistentVolumeClaim/data', 'Namespace/alice'];
    expect(removals([NAMESPACE, CLAIM, KEY], {}, allowed)).toEqual([NAMESPACE, KEY]);
  });

  test('is told all that it would drop', () => {
    expect(removals([KEY, CLAIM, NAMESPACE])).toEqual([NAMESPACE, CLAIM, KEY]);
    expect(removals([])).toEqual([]);
  });
});

/** As Metacontroller has written it. */
function ours(object: KubernetesObject): KubernetesObject {
  return {...object, metadata: {...object.metadata, managedFields: [{manager: 'metacontroller'}]}};
}

function withManagers(managedFields: Json): KubernetesObject {
  const claim = bare('v1', 'PersistentVolumeClaim', 'junk');
  return {...claim, metadata: {...claim.metadata, managedFields}};
}

function removals(
  observed: readonly KubernetesObject[],
  answered: {children?: KubernetesObject[]; replaced?: KubernetesObject[]} = {},
  allowed: readonly string[] = [],
) {
  const secretName = 'mlpipeline-minio-artifact';
  const removal = {
    observed: grouped(observed),
    children: [],
    replaced: [],
    secretName,
    namespace: 'alice',
    ...answered,
  };
  return preciousRemovals(removal, allowed);
}
