import {readFileSync} from 'node:fs';
import {loadAll} from 'js-yaml';
import {describe, expect, test} from 'vitest';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {CUSTOM_KINDS, GENERATED_KINDS} from '../../src/kubernetes/schema/kinds.ts';
import {schemaProblems} from '../../src/kubernetes/schema.ts';

const examples = loadAll(
  readFileSync(new URL('schema-examples.yaml', import.meta.url), 'utf8'),
) as KubernetesObject[];

describe('schemaProblems of a good object', () => {
  test.each(examples)('finds nothing: $apiVersion $kind $metadata.name', example => {
    expect(schemaProblems(example)).toEqual([]);
  });

  test('is tried for every kind', () => {
    const tried = new Set(examples.map(({apiVersion, kind}) => `${apiVersion} ${kind}`));
    expect([...tried].sort()).toEqual(Object.keys({...GENERATED_KINDS, ...CUSTOM_KINDS}).sort());
  });
});

describe('schemaProblems of the envelope', () => {
  test.each([
    {apiVersion: 'v1', kind: 'Node'},
    {apiVersion: 'v2', kind: 'Role'},
    {apiVersion: 'toString', kind: ''},
  ])('knows nothing of $apiVersion $kind', envelope => {
    expect(schemaProblems({...envelope, metadata: {}})).toBeUndefined();
  });

  test.each([
    {rule: 'wants a map', object: ['text'], problems: [': must be a map']},
    {
      rule: 'wants apiVersion and kind',
      object: {metadata: {name: 'x'}},
      problems: ['apiVersion: required field is missing', 'kind: required field is missing'],
    },
    {
      rule: 'wants a kind that is text',
      object: {apiVersion: 'v1', kind: 1},
      problems: ['kind: required field is missing'],
    },
    {
      rule: 'wants metadata',
      object: {apiVersion: 'v1', kind: 'ConfigMap'},
      problems: ['metadata: required field is missing'],
    },
    {
      rule: 'wants metadata.name',
      object: {apiVersion: 'v1', kind: 'ConfigMap', metadata: {}},
      problems: ['metadata.name: required field is missing'],
    },
    {
      rule: 'says once what is wrong with metadata',
      object: {apiVersion: 'v1', kind: 'ConfigMap', metadata: 'x'},
      problems: ['metadata: must be a map, not a string'],
    },
  ])('$rule', ({object, problems}) => {
    expect(linesOf(object)).toEqual(problems);
  });
});

// Each row changes one place of the kind's example.
describe('schemaProblems of a mistake', () => {
  test.each<{kind: string; path: (string | number)[]; value: unknown; problem: string}>([
    {
      kind: 'Role',
      path: ['rules', 0, 'verb'],
      value: ['get'],
      problem: 'rules[0].verb: unknown field "verb", did you mean "verbs"?',
    },
    {
      kind: 'Role',
      path: ['rules', 0, 'verbs'],
      value: undefined,
      problem: 'rules[0].verbs: required field is missing',
    },
    {
      kind: 'Role',
      path: ['rules', 0, 'verbs'],
      value: 'get',
      problem: 'rules[0].verbs: must be a list with at least one item, not a string',
    },
    {kind: 'ClusterRole', path: ['rules'], value: null, problem: 'rules: must be a list, not null'},
    {
      kind: 'ConfigMap',
      path: ['metadata', 'labels'],
      value: {'app.kubernetes.io/version': 1.2},
      problem: 'metadata.labels["app.kubernetes.io/version"]: must be a string, not a number',
    },
    {
      kind: 'ConfigMap',
      path: ['metadata', 'annotatoins'],
      value: {},
      problem: 'metadata.annotatoins: unknown field "annotatoins", did you mean "annotations"?',
    },
    {kind: 'ConfigMap', path: ['xyz'], value: {}, problem: 'xyz: unknown field "xyz"'},
    {kind: 'ConfigMap', path: ['data', '0'], value: 5, problem: 'data.0: must be a string, not a number'},
    {
      kind: 'Secret',
      path: ['data', 'key'],
      value: 'not base64',
      problem: 'data.key: must be base64 without line breaks',
    },
    {
      kind: 'Service',
      path: ['spec', 'ports', 0, 'protocol'],
      value: 'tcp',
      problem: 'spec.ports[0].protocol: must be one of SCTP, TCP, UDP, did you mean "TCP"?',
    },
    {
      kind: 'Service',
      path: ['spec', 'ports', 0, 'targetPort'],
      value: 1.5,
      problem: 'spec.ports[0].targetPort: must be an integer or a string',
    },
    {
      kind: 'ServiceAccount',
      path: ['imagePullSecret'],
      value: [],
      problem: 'imagePullSecret: unknown field "imagePullSecret", did you mean "imagePullSecrets"?',
    },
    {
      kind: 'ResourceQuota',
      path: ['spec', 'hard', 'cpu'],
      value: 'many',
      problem: 'spec.hard.cpu: must be a quantity such as 500m or 1Gi',
    },
    {
      kind: 'ResourceQuota',
      path: ['spec', 'hard', 'cpu'],
      value: true,
      problem: 'spec.hard.cpu: must be a quantity such as 500m or 1Gi, not a boolean',
    },
    {
      kind: 'LimitRange',
      path: ['spec', 'limits', 0, 'defaults'],
      value: {},
      problem: 'spec.limits[0].defaults: unknown field "defaults", did you mean "default"?',
    },
    {
      kind: 'PersistentVolumeClaim',
      path: ['spec', 'accessModes', 0],
      value: 'ReadWriteOne',
      problem:
        'spec.accessModes[0]: must be one of ReadOnlyMany, ReadWriteMany, ReadWriteOnce, ReadWriteOncePod, did you mean "ReadWriteOnce"?',
    },
    {
      kind: 'Namespace',
      path: ['metadata', 'creationTimestamp'],
      value: 'yesterday',
      problem: 'metadata.creationTimestamp: must be a time such as 2026-01-31T12:00:00Z',
    },
    {
      kind: 'Namespace',
      path: ['metadata', 'ownerReferences', 0, 'uid'],
      value: undefined,
      problem: 'metadata.ownerReferences[0].uid: required field is missing',
    },
    {
      kind: 'RoleBinding',
      path: ['subjects', 0, 'kind'],
      value: 7,
      problem: 'subjects[0].kind: must be one of Group, ServiceAccount, User',
    },
    {kind: 'RoleBinding', path: ['roleRef'], value: undefined, problem: 'roleRef: required field is missing'},
    {
      kind: 'ClusterRoleBinding',
      path: ['roleref'],
      value: {},
      problem: 'roleref: unknown field "roleref", did you mean "roleRef"?',
    },
    {
      kind: 'NetworkPolicy',
      path: ['spec', 'podSelecter'],
      value: {},
      problem: 'spec.podSelecter: unknown field "podSelecter", did you mean "podSelector"?',
    },
    {
      kind: 'NetworkPolicy',
      path: ['spec', 'ingress', 0, '_from'],
      value: [],
      problem: 'spec.ingress[0]._from: unknown field "_from", did you mean "from"?',
    },
    {
      kind: 'NetworkPolicy',
      path: ['spec', 'policyTypes', 1],
      value: 'egress',
      problem: 'spec.policyTypes[1]: must be one of Egress, Ingress, did you mean "Egress"?',
    },
    {
      kind: 'Deployment',
      path: ['spec', 'replicas'],
      value: 2 ** 31,
      problem: 'spec.replicas: must be an integer from 0 to 2147483647',
    },
    {
      kind: 'Deployment',
      path: ['spec', 'template', 'spec', 'containers', 0, 'env', 0, 'value'],
      value: 3,
      problem: 'spec.template.spec.containers[0].env[0].value: must be a string, not a number',
    },
    {
      kind: 'Deployment',
      path: ['spec', 'template', 'spec', 'containers', 0, 'resources', 'limit'],
      value: {},
      problem:
        'spec.template.spec.containers[0].resources.limit: unknown field "limit", did you mean "limits"?',
    },
    {
      kind: 'PodDisruptionBudget',
      path: ['spec', 'minAvailible'],
      value: 1,
      problem: 'spec.minAvailible: unknown field "minAvailible", did you mean "minAvailable"?',
    },
    {
      kind: 'CustomResourceDefinition',
      path: ['spec', 'scop'],
      value: 'Cluster',
      problem: 'spec.scop: unknown field "scop", did you mean "scope"?',
    },
    {
      kind: 'ValidatingAdmissionPolicy',
      path: ['spec', 'failurePolicy'],
      value: 'fail',
      problem: 'spec.failurePolicy: must be one of Fail, Ignore, did you mean "Fail"?',
    },
    {
      kind: 'ValidatingAdmissionPolicyBinding',
      path: ['spec', 'validationAction'],
      value: ['Deny'],
      problem: 'spec.validationAction: unknown field "validationAction", did you mean "validationActions"?',
    },
    {
      kind: 'AuthorizationPolicy',
      path: ['spec', 'rules', 0, 'from', 0, 'source', 'principal'],
      value: [],
      problem:
        'spec.rules[0].from[0].source.principal: unknown field "principal", did you mean "principals"?',
    },
    {
      kind: 'AuthorizationPolicy',
      path: ['spec', 'action'],
      value: 'allow',
      problem: 'spec.action: must be one of ALLOW, DENY, AUDIT, CUSTOM, did you mean "ALLOW"?',
    },
    {
      kind: 'AuthorizationPolicy',
      path: ['spec', 'rules', 0, 'when', 0, 'key'],
      value: undefined,
      problem: 'spec.rules[0].when[0].key: required field is missing',
    },
    {
      kind: 'PodDefault',
      path: ['spec', 'volumeMount'],
      value: [],
      problem: 'spec.volumeMount: unknown field "volumeMount", did you mean "volumeMounts"?',
    },
    {
      kind: 'PodDefault',
      path: ['spec', 'sidecars', 0, 'img'],
      value: 'x',
      problem: 'spec.sidecars[0].img: unknown field "img", did you mean "image"?',
    },
    {
      kind: 'Profile',
      path: ['spec', 'owner', 'kind'],
      value: undefined,
      problem: 'spec.owner.kind: required field is missing',
    },
    {
      kind: 'CompositeController',
      path: ['spec', 'childResources', 0, 'updateStrategy', 'method'],
      value: 'Inplace',
      problem:
        'spec.childResources[0].updateStrategy.method: must be one of OnDelete, Recreate, InPlace, RollingRecreate, RollingInPlace, did you mean "InPlace"?',
    },
    {
      kind: 'CompositeController',
      path: ['spec', 'hooks', 'sync', 'webhook', 'timeout'],
      value: '10 seconds',
      problem: 'spec.hooks.sync.webhook.timeout: must be a duration such as 10s',
    },
    {
      kind: 'CompositeController',
      path: ['spec', 'hooks', 'sync', 'webhook', 'responseUnmarshallMode'],
      value: 'strict',
      problem:
        'spec.hooks.sync.webhook.responseUnmarshallMode: unknown field "responseUnmarshallMode", did you mean "responseUnMarshallMode"?',
    },
    {
      kind: 'DecoratorController',
      path: ['spec', 'resyncPeriodSecond'],
      value: 1,
      problem:
        'spec.resyncPeriodSecond: unknown field "resyncPeriodSecond", did you mean "resyncPeriodSeconds"?',
    },
  ])('names its field: $kind $problem', ({kind, path, value, problem}) => {
    expect(linesOf(changed(exampleOf(kind), path, value))).toEqual([problem]);
  });

  test('gives the path in steps, numbers for list items', () => {
    const object = changed(exampleOf('NetworkPolicy'), ['spec', 'ingress', 0, 'form'], []);
    expect(schemaProblems(object)?.[0]?.path).toEqual(['spec', 'ingress', 0, 'form']);
  });

  test('names all that is wrong', () => {
    const object = changed(changed(exampleOf('Role'), ['rulez'], []), ['metadata', 'nmae'], 'x');
    expect(linesOf(object)).toHaveLength(2);
  });

  test('never shows the value of a field', () => {
    const object = changed(exampleOf('Secret'), ['data', 'secretkey'], 'a secret: not base64');
    expect(JSON.stringify(schemaProblems(object))).not.toContain('a secret');
  });
});

function exampleOf(kind: string): JsonObject {
  const example = examples.find(object => object.kind === kind);
  if (!example) throw new Error(`no example of ${kind}`);
  return structuredClone(example) as JsonObject;
}

// `undefined` removes the field.
function changed(object: JsonObject, path: (string | number)[], value: unknown): JsonObject {
  const parent = path.slice(0, -1).reduce<unknown>((map, step) => (map as JsonObject)[step], object) as {
    [step: string | number]: unknown;
  };
  const last = path.at(-1) as string | number;
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return object;
}

function linesOf(object: unknown): string[] | undefined {
  return schemaProblems(object)?.map(({field, message}) => `${field}: ${message}`);
}
