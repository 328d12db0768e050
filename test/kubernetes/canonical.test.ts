import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {CanonicalError, canonical} from '../../src/kubernetes/canonical.ts';
import type {Json, JsonObject} from '../../src/kubernetes/object.ts';

describe('canonical', () => {
  test.each<{rule: string; object: JsonObject; answer: string}>([
    {
      rule: 'sorts keys at every level',
      object: {b: {z: 1, a: [{d: 1, c: 2}]}, a: 1},
      answer: '{"a":1,"b":{"a":[{"c":2,"d":1}],"z":1}}',
    },
    {rule: 'keeps the order of lists', object: {a: ['z', 'a', 3, false]}, answer: '{"a":["z","a",3,false]}'},
    {rule: 'removes fields that are null', object: {a: null, b: {c: null, d: 1}}, answer: '{"b":{"d":1}}'},
    {
      rule: 'keeps empty lists, maps and texts',
      object: {ingress: [], podSelector: {}, desc: '', items: [[], {}]},
      answer: '{"desc":"","ingress":[],"items":[[],{}],"podSelector":{}}',
    },
    {
      rule: 'keeps a key __proto__ as any other',
      object: JSON.parse('{"z":1,"__proto__":{"polluted":true},"data":{"__proto__":"text"}}'),
      answer: '{"__proto__":{"polluted":true},"data":{"__proto__":"text"},"z":1}',
    },
  ])('$rule', ({object, answer}) => {
    expect(JSON.stringify(canonical(object))).toBe(answer);
  });

  test('sorts large maps too', () => {
    const keys = Array.from({length: 50}, (_, index) => `key-${(index * 37) % 50}`);
    const answer = canonical({data: Object.fromEntries(keys.map(key => [key, 1]))});
    expect(Object.keys(answer.data as JsonObject)).toEqual([...keys].sort());
  });

  test('leaves every prototype as it was', () => {
    const answer = canonical(JSON.parse('{"data":{"__proto__":{"polluted":true}}}'));
    expect(({} as {polluted?: boolean}).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(answer.data)).toBe(Object.prototype);
  });

  test.each<{object: JsonObject; path: (string | number)[]}>([
    {object: {spec: {args: ['a', null]}}, path: ['spec', 'args', 1]},
    {object: {a: null, rules: [{verbs: ['get']}, {verbs: [[null]]}]}, path: ['rules', 1, 'verbs', 0, 0]},
  ])('refuses null in a list, at $path', ({object, path}) => {
    const error = errorOf(object);
    expect(error.message).toBe('cannot send null in a list');
    expect(error.path).toEqual(path);
  });

  test('does not change its input', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'Secret',
      stringData: {b: 'x', a: null},
      data: {c: 'eA=='},
      spec: {resources: {limits: {memory: '1024Mi'}}},
    };
    const before = structuredClone(object);
    canonical(object);
    expect(object).toEqual(before);
    expect(JSON.stringify(object)).toBe(JSON.stringify(before));
  });
});

describe('canonical Secret', () => {
  test.each<{rule: string; secret: JsonObject; answer: JsonObject}>([
    {
      rule: 'turns stringData into data',
      secret: {stringData: {key: 'geheim ü'}},
      answer: {data: {key: 'Z2VoZWltIMO8'}},
    },
    {
      rule: 'lets stringData win over data',
      secret: {data: {a: 'b2xk', b: 'b2xk'}, stringData: {a: 'new'}},
      answer: {data: {a: 'bmV3', b: 'b2xk'}},
    },
    {rule: 'drops an empty stringData', secret: {stringData: {}}, answer: {}},
    {
      rule: 'drops nulls in stringData',
      secret: {stringData: {a: null}, data: {a: 'b2xk'}},
      answer: {data: {a: 'b2xk'}},
    },
    {
      rule: 'leaves a stringData that is not text to the schema',
      secret: {stringData: {a: 1}},
      answer: {stringData: {a: 1}},
    },
  ])('$rule', ({secret, answer}) => {
    const envelope = {apiVersion: 'v1', kind: 'Secret'};
    expect(canonical({...envelope, ...secret})).toEqual({...envelope, ...answer});
  });

  test.each([
    {apiVersion: 'v1', kind: 'ConfigMap'},
    {apiVersion: 'example.com/v1', kind: 'Secret'},
  ])('leaves stringData of $apiVersion $kind alone', envelope => {
    const object = {...envelope, stringData: {a: 'b'}};
    expect(canonical(object)).toEqual(object);
  });
});

const RESOURCES = {limits: {cpu: 2, memory: '1024Mi'}, requests: {cpu: '0.5', memory: '1Gi'}};
const CANONICAL_RESOURCES = {limits: {cpu: '2', memory: '1Gi'}, requests: {cpu: '500m', memory: '1Gi'}};
const POD = {
  containers: [{resources: RESOURCES}, {name: 'without'}],
  initContainers: [{resources: RESOURCES}],
  ephemeralContainers: [{resources: RESOURCES}],
  volumes: [{emptyDir: {sizeLimit: '1024Ki'}}, {emptyDir: {}}, {secret: {}}],
};
const CANONICAL_POD = {
  containers: [{resources: CANONICAL_RESOURCES}, {name: 'without'}],
  initContainers: [{resources: CANONICAL_RESOURCES}],
  ephemeralContainers: [{resources: CANONICAL_RESOURCES}],
  volumes: [{emptyDir: {sizeLimit: '1Mi'}}, {emptyDir: {}}, {secret: {}}],
};

describe('canonical quantities', () => {
  test.each<{kind: string; spec: Json; answer: Json}>([
    {kind: 'Deployment', spec: {template: {spec: POD}}, answer: {template: {spec: CANONICAL_POD}}},
    {
      kind: 'CronJob',
      spec: {jobTemplate: {spec: {template: {spec: POD}}}},
      answer: {jobTemplate: {spec: {template: {spec: CANONICAL_POD}}}},
    },
    {
      kind: 'PodDefault',
      spec: {sidecars: [{resources: RESOURCES}], volumes: POD.volumes},
      answer: {sidecars: [{resources: CANONICAL_RESOURCES}], volumes: CANONICAL_POD.volumes},
    },
    {
      kind: 'PersistentVolumeClaim',
      spec: {resources: {requests: {storage: '1024Mi'}}},
      answer: {resources: {requests: {storage: '1Gi'}}},
    },
    {
      kind: 'ResourceQuota',
      spec: {hard: {cpu: 4, 'requests.memory': '0.5Gi', pods: '1000'}},
      answer: {hard: {cpu: '4', 'requests.memory': '512Mi', pods: '1k'}},
    },
    {
      kind: 'LimitRange',
      spec: {
        limits: [
          {
            type: 'Container',
            default: {cpu: 0.5},
            defaultRequest: {cpu: '0.1'},
            max: {cpu: '2000m'},
            min: {cpu: '1e-3'},
            maxLimitRequestRatio: {cpu: 10},
          },
        ],
      },
      answer: {
        limits: [
          {
            type: 'Container',
            default: {cpu: '500m'},
            defaultRequest: {cpu: '100m'},
            max: {cpu: '2'},
            min: {cpu: '1e-3'},
            maxLimitRequestRatio: {cpu: '10'},
          },
        ],
      },
    },
    {
      kind: 'PodDefault',
      spec: {initContainers: POD.initContainers},
      answer: {initContainers: CANONICAL_POD.initContainers},
    },
    {
      kind: 'Widget',
      spec: {resources: {limits: {colour: 'red'}}},
      answer: {resources: {limits: {colour: 'red'}}},
    },
    {kind: 'ConfigMap', spec: {hard: {cpu: '1000m'}}, answer: {hard: {cpu: '1000m'}}},
    {kind: 'ResourceQuota', spec: 'text', answer: 'text'},
    {kind: 'ResourceQuota', spec: {hard: {cpu: true}}, answer: {hard: {cpu: true}}},
    {
      kind: 'Deployment',
      spec: {template: {spec: {containers: ['text']}}},
      answer: {template: {spec: {containers: ['text']}}},
    },
  ])('are printed as the API server does: $kind $spec', ({kind, spec, answer}) => {
    expect(canonical({kind, spec})).toEqual({kind, spec: answer});
  });

  test.each<{kind: string; spec: JsonObject; path: (string | number)[]}>([
    {kind: 'ResourceQuota', spec: {hard: {cpu: 'many'}}, path: ['spec', 'hard', 'cpu']},
    {
      kind: 'LimitRange',
      spec: {limits: [{}, {max: {cpu: 'many'}}]},
      path: ['spec', 'limits', 1, 'max', 'cpu'],
    },
    {
      kind: 'Deployment',
      spec: {template: {spec: {containers: [{resources: {limits: {cpu: 'many'}}}]}}},
      path: ['spec', 'template', 'spec', 'containers', 0, 'resources', 'limits', 'cpu'],
    },
    {
      kind: 'Deployment',
      spec: {template: {spec: {volumes: [{emptyDir: {sizeLimit: 'many'}}]}}},
      path: ['spec', 'template', 'spec', 'volumes', 0, 'emptyDir', 'sizeLimit'],
    },
  ])('that cannot be read are refused, with their place: $path', ({kind, spec, path}) => {
    const error = errorOf({kind, spec});
    expect(error.message).toContain('cannot read quantity "many"');
    expect(error.path).toEqual(path);
  });

  test('of a resource named __proto__ pollute nothing', () => {
    const spec = JSON.parse('{"hard":{"__proto__":"1000m","cpu":"1000m"}}');
    expect(JSON.stringify(canonical({kind: 'ResourceQuota', spec}))).toBe(
      '{"kind":"ResourceQuota","spec":{"hard":{"__proto__":"1000m","cpu":"1"}}}',
    );
  });
});

describe('canonical of anything', () => {
  test('is canonical already', () => {
    fc.assert(
      fc.property(objects(), object => {
        const once = canonical(object);
        expect(JSON.stringify(canonical(once))).toBe(JSON.stringify(once));
      }),
    );
  });

  test('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(objects(), object => {
        expect(JSON.stringify(canonical(reversed(object) as JsonObject))).toBe(
          JSON.stringify(canonical(object)),
        );
      }),
    );
  });
});

function errorOf(object: JsonObject): CanonicalError {
  try {
    canonical(object);
  } catch (error) {
    if (error instanceof CanonicalError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, field]) => [key, reversed(field)]),
  );
}

function objects(): fc.Arbitrary<JsonObject> {
  const {map} = fc.letrec<{json: Json; item: Json; map: JsonObject}>(tie => {
    const leaf = fc.oneof(fc.string(), fc.boolean(), fc.integer());
    const item = fc.oneof({maxDepth: 4}, leaf, fc.array(tie('item'), {maxLength: 3}), tie('map'));
    const key = fc.oneof(fc.string({maxLength: 4}), fc.constantFrom('__proto__', 'spec', 'data', '10', '9'));
    return {
      item,
      json: fc.oneof({maxDepth: 4}, fc.constant(null), item),
      map: fc.dictionary(key, tie('json'), {maxKeys: 5}),
    };
  });
  const quantity = fc.oneof(fc.integer(), fc.constantFrom('0.5', '1024Mi', '1500m', '1E3', '0.1Ki'));
  const quantities = fc.dictionary(fc.constantFrom('cpu', 'memory', 'storage', '__proto__'), quantity);
  const container = fc.record({
    name: fc.string(),
    resources: fc.record({limits: quantities, requests: quantities}),
  });

  return fc.oneof(
    map,
    fc.record({
      apiVersion: fc.constant('v1'),
      kind: fc.constant('Secret'),
      stringData: fc.dictionary(fc.string(), fc.string()),
      data: fc.dictionary(fc.string(), fc.base64String()),
    }),
    fc.record({kind: fc.constant('ResourceQuota'), spec: fc.record({hard: quantities})}),
    fc.record({
      kind: fc.constant('Deployment'),
      metadata: map,
      spec: fc.record({template: fc.record({spec: fc.record({containers: fc.array(container)})})}),
    }),
  ) as fc.Arbitrary<JsonObject>;
}
