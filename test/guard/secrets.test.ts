import {describe, expect, test} from 'vitest';
import {checkKey} from '../../src/guard/key.ts';
import {checkSecretType} from '../../src/guard/secrets.ts';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';

const TOKEN = 'kubernetes.io/service-account.name';

describe('a Secret', () => {
  test.each([
    {what: 'without a type', secret: secret({})},
    {what: 'that is Opaque', secret: secret({type: 'Opaque'})},
    {what: 'in name only', secret: {...secret({type: 'x'}), apiVersion: 'example.com/v1'}},
  ])('passes $what', ({secret}) => {
    expect(checkSecretType(secret)).toEqual([]);
  });

  test.each(['kubernetes.io/service-account-token', 'kubernetes.io/tls', 'opaque', ''])(
    'is refused of type %o',
    type => {
      expect(checkSecretType(secret({type}))).toEqual([
        {
          rule: 'secrets/type',
          path: ['type'],
          message: 'cannot render Secret: its type is not Opaque',
          hint: 'write type: Opaque',
        },
      ]);
    },
  );

  test('is refused with the annotation by which Kubernetes fills it with a token', () => {
    const object = secret({});
    object.metadata.annotations = {[TOKEN]: 'default-editor'};
    expect(checkSecretType(object)).toEqual([
      {
        rule: 'secrets/type',
        path: ['metadata', 'annotations', TOKEN],
        message: 'cannot render Secret: Kubernetes would put a token into it that never ends',
        hint: 'let pods have projected tokens, which end',
      },
    ]);
  });
});

describe('two renderings with different keys', () => {
  const configMap = (data: JsonObject): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {name: 'x'},
    data,
  });

  test('may differ in the data of a Secret alone', () => {
    const [one, other] = [secret({data: {a: '1'}}), secret({data: {a: '2'}})];
    expect(checkKey([one], [other])).toEqual([]);
    expect(checkKey([secret({stringData: {a: '1'}})], [secret({stringData: {a: '2'}})])).toEqual([]);
    expect(checkKey([], [])).toEqual([]);
  });

  test.each<{what: string; one: KubernetesObject; other: KubernetesObject; path: (string | number)[]}>([
    {
      what: 'a value',
      one: configMap({a: 'x', b: '1'}),
      other: configMap({a: 'x', b: '2'}),
      path: ['data', 'b'],
    },
    {what: 'a type', one: configMap({a: '1'}), other: configMap({a: 1}), path: ['data', 'a']},
    {what: 'a key', one: configMap({a: '1'}), other: configMap({b: '1'}), path: ['data']},
    {what: 'a key more', one: configMap({}), other: configMap({b: '1'}), path: ['data']},
    {
      what: 'a key in the data of a Secret',
      one: secret({data: {a: '1'}}),
      other: secret({data: {b: '1'}}),
      path: ['data'],
    },
    {
      what: 'a key in the text data of a Secret',
      one: secret({stringData: {a: '1'}}),
      other: secret({stringData: {a: '1', b: ''}}),
      path: ['stringData'],
    },
    {
      what: 'an item',
      one: configMap({a: ['x', '1']}),
      other: configMap({a: ['x', '2']}),
      path: ['data', 'a', 1],
    },
    {what: 'an item more', one: configMap({a: []}), other: configMap({a: ['2']}), path: ['data', 'a']},
    {what: 'a map for a list', one: configMap({a: []}), other: configMap({a: {}}), path: ['data', 'a']},
    {what: 'a map for a text', one: configMap({a: ''}), other: configMap({a: {}}), path: ['data', 'a']},
    {what: 'nothing for a map', one: configMap({a: {}}), other: configMap({a: null}), path: ['data', 'a']},
    {what: 'the labels of a Secret', one: secret({type: '1'}), other: secret({type: '2'}), path: ['type']},
    {
      what: 'the data of what is called Secret elsewhere',
      one: {...secret({data: {a: '1'}}), apiVersion: 'v2'},
      other: {...secret({data: {a: '2'}}), apiVersion: 'v2'},
      path: ['data', 'a'],
    },
  ])('show $what', ({one, other, path}) => {
    expect(checkKey([configMap({}), one], [configMap({}), other])).toEqual([
      {
        rule: 'secrets/key',
        object: one,
        path,
        message: `cannot render ${one.kind}: it would show something of the tenant's key`,
        hint: 'read the key in the data of a Secret alone',
      },
    ]);
  });

  test('show an object that comes with one key alone', () => {
    const one = configMap({});
    expect(checkKey([one, one], [one])).toMatchObject([{object: one, path: []}]);
    expect(checkKey([one], [one, one])).toMatchObject([{object: one, path: []}]);
  });

  test('show every object that differs', () => {
    const [a, b] = [configMap({a: '1'}), configMap({a: '2'})];
    expect(checkKey([a, a], [b, b])).toHaveLength(2);
  });
});

function secret(fields: JsonObject): KubernetesObject {
  return {apiVersion: 'v1', kind: 'Secret', metadata: {name: 'x'}, ...fields};
}
