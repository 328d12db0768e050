import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {GuardContext} from '../../src/guard/context.ts';
import {checkNames} from '../../src/guard/names.ts';
import {canonical} from '../../src/kubernetes/canonical.ts';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {EVERYTHING, renderDefaults} from '../templates/defaults.ts';
import {oddObjects, stubbornObjects} from './whatever.ts';

const CONTEXT = {} as GuardContext;

const DNS_LABEL = 'at most 63 lower-case letters, digits and "-", with a letter or digit at both ends';
const SUBDOMAIN =
  'at most 253 lower-case letters, digits, "-" and ".", with letters or digits at both ends and beside each "."';
const LABEL_KEY =
  'a key such as app or example.com/app: at most 63 letters, digits, "-", "_" and ".", behind an optional host name and "/"';
const LABEL_VALUE =
  'empty, or at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends';

describe('checkNames of names', () => {
  test.each([
    {kind: 'ConfigMap', apiVersion: 'v1', wanted: SUBDOMAIN},
    {kind: 'Namespace', apiVersion: 'v1', wanted: DNS_LABEL},
    {kind: 'Service', apiVersion: 'v1', wanted: DNS_LABEL},
    {kind: 'CronJob', apiVersion: 'batch/v1', wanted: SUBDOMAIN.replace('253', '52')},
    {
      kind: 'Role',
      apiVersion: 'rbac.authorization.k8s.io/v1',
      wanted: 'a text without "/" and "%", and neither "." nor ".."',
    },
    {kind: 'Notebook', apiVersion: 'kubeflow.org/v1', wanted: SUBDOMAIN},
  ])('says what a $kind may be called', ({kind, apiVersion, wanted}) => {
    expect(checkNames({apiVersion, kind, metadata: {name: 'A/B'}}, CONTEXT)).toEqual([
      {
        rule: 'schema/name',
        path: ['metadata', 'name'],
        message: `cannot render ${kind}: metadata.name must be ${wanted}`,
      },
    ]);
  });

  test.each([
    {title: 'a CronJob of a name that leaves room', name: 'a'.repeat(52), count: 0},
    {title: 'a CronJob of a name without room', name: 'a'.repeat(53), count: 1},
  ])('$title: $count', ({name, count}) => {
    const object = {apiVersion: 'batch/v1', kind: 'CronJob', metadata: {name}};
    expect(checkNames(object, CONTEXT)).toHaveLength(count);
  });
});

// The places of labels, keys and names that hardly any other test has.
describe('checkNames finds', () => {
  test.each<{where: string; object: JsonObject; path: (string | number)[]; message: string}>([
    {
      where: "a label's key",
      object: {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'x', labels: {'a b': 'c'}}},
      path: ['metadata', 'labels', 'a b'],
      message: `cannot render ConfigMap: metadata.labels["a b"] must have another key: ${LABEL_KEY}`,
    },
    {
      where: "a label's value",
      object: {apiVersion: 'x/v1', kind: 'Widget', metadata: {name: 'x', labels: {a: 'b c'}}},
      path: ['metadata', 'labels', 'a'],
      message: `cannot render Widget: metadata.labels.a must be ${LABEL_VALUE}`,
    },
    {
      where: "an annotation's key in the jobs of a CronJob",
      object: cronJob({jobTemplate: {metadata: {annotations: {'a b': 'c'}}}}),
      path: ['spec', 'jobTemplate', 'metadata', 'annotations', 'a b'],
      message: `cannot render CronJob: spec.jobTemplate.metadata.annotations["a b"] must have another key: ${LABEL_KEY}`,
    },
    {
      where: "a label of a CronJob's pods",
      object: cronJob({jobTemplate: {spec: {template: {metadata: {labels: {a: '-'}}}}}}),
      path: ['spec', 'jobTemplate', 'spec', 'template', 'metadata', 'labels', 'a'],
      message: `cannot render CronJob: spec.jobTemplate.spec.template.metadata.labels.a must be ${LABEL_VALUE}`,
    },
    {
      where: 'a variable that a PodDefault adds',
      object: podDefault({env: [{name: 'A=B'}]}),
      path: ['spec', 'env', 0, 'name'],
      message: 'cannot render PodDefault: spec.env[0].name must be printable ASCII characters other than "="',
    },
    {
      where: 'a sidecar that a PodDefault adds',
      object: podDefault({sidecars: [{name: 'A'}]}),
      path: ['spec', 'sidecars', 0, 'name'],
      message: `cannot render PodDefault: spec.sidecars[0].name must be ${DNS_LABEL}`,
    },
    {
      where: 'a volume that a PodDefault adds',
      object: podDefault({volumes: [{name: 'a.b'}]}),
      path: ['spec', 'volumes', 0, 'name'],
      message: `cannot render PodDefault: spec.volumes[0].name must be ${DNS_LABEL}`,
    },
    {
      where: 'a label that a PodDefault adds',
      object: podDefault({labels: {a: 'b c'}}),
      path: ['spec', 'labels', 'a'],
      message: `cannot render PodDefault: spec.labels.a must be ${LABEL_VALUE}`,
    },
    {
      where: 'a key of an annotation that a PodDefault adds',
      object: podDefault({annotations: {'a b': 'c'}}),
      path: ['spec', 'annotations', 'a b'],
      message: `cannot render PodDefault: spec.annotations["a b"] must have another key: ${LABEL_KEY}`,
    },
    {
      where: "a PodDefault's selector",
      object: podDefault({selector: {matchLabels: {a: 'b c'}}}),
      path: ['spec', 'selector', 'matchLabels', 'a'],
      message: `cannot render PodDefault: spec.selector.matchLabels.a must be ${LABEL_VALUE}`,
    },
    {
      where: 'an init container',
      object: pod({initContainers: [{name: 'A'}]}),
      path: ['spec', 'initContainers', 0, 'name'],
      message: `cannot render Pod: spec.initContainers[0].name must be ${DNS_LABEL}`,
    },
    {
      where: 'an ephemeral container',
      object: pod({ephemeralContainers: [{name: 'A'}]}),
      path: ['spec', 'ephemeralContainers', 0, 'name'],
      message: `cannot render Pod: spec.ephemeralContainers[0].name must be ${DNS_LABEL}`,
    },
    {
      where: 'a header of a hook',
      object: pod({containers: [{lifecycle: {postStart: {httpGet: {httpHeaders: [{name: 'a b'}]}}}}]}),
      path: ['spec', 'containers', 0, 'lifecycle', 'postStart', 'httpGet', 'httpHeaders', 0, 'name'],
      message:
        'cannot render Pod: spec.containers[0].lifecycle.postStart.httpGet.httpHeaders[0].name must be letters, digits and "-"',
    },
    {
      where: 'a claim of a StatefulSet',
      object: {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: {name: 'x'},
        spec: {volumeClaimTemplates: [{metadata: {name: 'a.b'}, spec: {storageClassName: 'A'}}]},
      },
      path: ['spec', 'volumeClaimTemplates', 0, 'metadata', 'name'],
      message: `cannot render StatefulSet: spec.volumeClaimTemplates[0].metadata.name must be ${DNS_LABEL}`,
    },
  ])('$where', ({object, path, message}) => {
    const [violation] = checkNames(object as unknown as KubernetesObject, CONTEXT);
    expect(violation).toEqual({rule: 'schema/name', path, message});
  });

  test('all that is wrong at once, each at its place', () => {
    const object = pod({containers: [{name: 'A', image: '', ports: [{name: 'B'}]}], nodeSelector: {a: ' '}});
    expect(checkNames(object as unknown as KubernetesObject, CONTEXT).map(({path}) => path)).toEqual([
      ['spec', 'containers', 0, 'name'],
      ['spec', 'containers', 0, 'image'],
      ['spec', 'containers', 0, 'ports', 0, 'name'],
      ['spec', 'nodeSelector', 'a'],
    ]);
  });
});

describe('checkNames takes', () => {
  const HOSTILE = ['"; rm -rf / #', 'a/b/../c', '${x}', 'ä@ö.ü', 'x'.repeat(512)];

  test.each(['companion', 'standalone'] as const)('whatever users are called: %s', mode => {
    const objects = HOSTILE.flatMap(name =>
      [{}, EVERYTHING].flatMap(values =>
        renderDefaults({
          mode,
          values,
          spec: {owner: {kind: 'User', name}},
          collaborators: [{kind: 'User', name: `x${name}`.slice(0, 512), role: 'edit'}],
        }),
      ),
    );
    expect(objects.flatMap(object => checkNames(withoutNulls(object), CONTEXT))).toEqual([]);
  });

  test('what no text can be made of, at any place, without stumbling', () => {
    for (const object of stubbornObjects()) checkNames(object as unknown as KubernetesObject, CONTEXT);
  });

  test('any JSON without stumbling', () => {
    fc.assert(
      fc.property(oddObjects(), object => {
        checkNames(object as unknown as KubernetesObject, CONTEXT);
      }),
    );
  });

  test('keys that mean something in JavaScript', () => {
    const labels = {constructor: 'a', toString: 'b', ['__proto__']: 'c'};
    const object = {apiVersion: 'v1', kind: 'constructor', metadata: {name: 'x', labels}};
    expect(checkNames(object, CONTEXT).map(({path}) => path)).toEqual([['metadata', 'labels', '__proto__']]);
  });
});

test('checkNames never quotes a value', () => {
  const secret = 'sEcReT key/%\n';
  const objects = [
    {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: secret, labels: {a: secret}}},
    pod({
      hostname: secret,
      nodeSelector: {a: secret},
      containers: [{name: secret, env: [{name: `${secret}=`}]}],
    }),
  ];
  const said = objects.flatMap(object => checkNames(object as unknown as KubernetesObject, CONTEXT));
  expect(said).toHaveLength(6);
  expect(JSON.stringify(said)).not.toContain('sEcReT');
});

function pod(spec: JsonObject): JsonObject {
  return {apiVersion: 'v1', kind: 'Pod', metadata: {name: 'x'}, spec};
}

function cronJob(spec: JsonObject): JsonObject {
  return {apiVersion: 'batch/v1', kind: 'CronJob', metadata: {name: 'x'}, spec};
}

function podDefault(spec: JsonObject): JsonObject {
  return {apiVersion: 'kubeflow.org/v1alpha1', kind: 'PodDefault', metadata: {name: 'x'}, spec};
}

function withoutNulls(object: KubernetesObject): KubernetesObject {
  return canonical(object as JsonObject) as unknown as KubernetesObject;
}
