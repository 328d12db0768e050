import {describe, expect, test} from 'vitest';
import type {GuardContext} from '../../src/guard/context.ts';
import {checkKind, checkTenancy, type Mode} from '../../src/guard/tenancy.ts';
import {groupKey, type JsonObject, type KubernetesObject} from '../../src/kubernetes/object.ts';
import {guardContext} from '../support/guard.ts';
import {bare, namespaceObject} from '../support/requests.ts';

const KINDS = [
  ['v1', 'ConfigMap'],
  ['v1', 'Secret'],
  ['v1', 'Service'],
  ['v1', 'ServiceAccount'],
  ['v1', 'ResourceQuota'],
  ['v1', 'LimitRange'],
  ['v1', 'PersistentVolumeClaim'],
  ['rbac.authorization.k8s.io/v1', 'Role'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['apps/v1', 'Deployment'],
  ['policy/v1', 'PodDisruptionBudget'],
  ['kubeflow.org/v1alpha1', 'PodDefault'],
  ['security.istio.io/v1', 'AuthorizationPolicy'],
] as const;

describe('an object of a tenant', () => {
  test.each(KINDS)('may be a %s %s', (apiVersion, kind) => {
    expect(check(bare(apiVersion, kind, 'x'))).toEqual([]);
  });

  test('may leave its namespace out', () => {
    expect(check({apiVersion: 'v1', kind: 'Secret', metadata: {name: 'x'}})).toEqual([]);
  });

  test.each<{what: string; object: KubernetesObject; path: string[]; message: string}>([
    {
      what: 'a Pod',
      object: bare('v1', 'Pod', 'x'),
      path: ['kind'],
      message: 'cannot render Pod.v1: this kind is not allowed',
    },
    {
      what: 'a ClusterRole',
      object: bare('rbac.authorization.k8s.io/v1', 'ClusterRole', 'x'),
      path: ['kind'],
      message:
        "cannot render ClusterRole.rbac.authorization.k8s.io/v1: it is cluster-scoped, and no tenant's",
    },
    {
      what: 'of an allowed kind in another group',
      object: bare('evil/v1', 'Secret', 'x'),
      path: ['kind'],
      message: 'cannot render Secret.evil/v1: this kind is not allowed',
    },
    {
      what: 'in another namespace',
      object: bare('v1', 'Secret', 'x', 'bob'),
      path: ['metadata', 'namespace'],
      message: "cannot render Secret: it is not in the tenant's own namespace",
    },
  ])('may not be $what', ({object, path, message}) => {
    expect(check(object)).toMatchObject([{path, message}]);
  });

  test('may be of a kind that the admin allowed', () => {
    const context = guardContext({guards: {kinds: ['Pod.v1']}});
    expect(judge(bare('v1', 'Pod', 'x'), context)).toEqual([]);
    expect(judge(bare('v1', 'Pod', 'x', 'bob'), context)).toMatchObject([{path: ['metadata', 'namespace']}]);
  });
});

describe('a Namespace', () => {
  const own = namespaceObject();

  test.each<{what: string; mode: Mode; object: KubernetesObject; message?: string}>([
    {what: "is the tenant's own, standalone", mode: 'standalone', object: own},
    {
      what: 'is never rendered beside profile-controller',
      mode: 'companion',
      object: own,
      message: 'cannot render Namespace: beside profile-controller it is not ours',
    },
    {
      what: 'is never another one',
      mode: 'standalone',
      object: namespaceObject({metadata: {name: 'kube-system'}}),
      message: "cannot render Namespace: it is not the tenant's own",
    },
    {
      what: 'is in no namespace',
      mode: 'standalone',
      object: namespaceObject({metadata: {namespace: 'alice'}}),
      message: "cannot render Namespace: it is not the tenant's own",
    },
  ])('$what', ({mode, object, message}) => {
    expect(check(object, mode).map(violation => violation.message)).toEqual(message ? [message] : []);
  });
});

describe('a cluster-scoped object', () => {
  test.each([
    ['v1', 'PersistentVolume'],
    ['v1', 'Node'],
    ['v2', 'Namespace'],
    ['rbac.authorization.k8s.io/v1beta1', 'ClusterRoleBinding'],
    ['kubeflow.org/v1', 'Profile'],
    ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy'],
    ['metacontroller.k8s.io/v1alpha1', 'CompositeController'],
    ['storage.k8s.io/v1', 'StorageClass'],
  ])('is no tenant’s, though the values list it: %s %s', (apiVersion, kind) => {
    const object = {...bare(apiVersion, kind, 'x')};
    const context = guardContext({mode: 'standalone', guards: {kinds: [groupKey(object)]}});
    expect(judge(object, context)).toEqual([
      {
        rule: 'tenancy/cluster-scoped',
        path: ['kind'],
        message: `cannot render ${kind}.${apiVersion}: it is cluster-scoped, and no tenant's`,
        hint: 'let an admin of the cluster apply it',
      },
    ]);
  });

  test('is known by its group: others may call a kind of theirs so', () => {
    const object = bare('example.com/v1', 'Node', 'x');
    expect(judge(object, guardContext({guards: {kinds: ['Node.example.com/v1']}}))).toEqual([]);
  });
});

test('a group that is called like a method of maps is a group like any', () => {
  for (const group of ['constructor', 'toString', '__proto__'])
    expect(check(bare(`${group}/v1`, 'Node', 'x'))).toMatchObject([{rule: 'tenancy/kind'}]);
});

describe('the data of a PersistentVolumeClaim', () => {
  test('come from no other namespace wherever the claim stands', () => {
    const spec = {dataSourceRef: {kind: 'PersistentVolumeClaim', name: 'x', namespace: 'bob'}};
    const volumes = [{name: 'v', ephemeral: {volumeClaimTemplate: {spec}}}];
    const deployment = {...bare('apps/v1', 'Deployment', 'x'), spec: {template: {spec: {volumes}}}};
    expect(check(deployment)).toMatchObject([
      {
        rule: 'tenancy/namespace',
        path: [
          ...['spec', 'template', 'spec', 'volumes', 0, 'ephemeral'],
          ...['volumeClaimTemplate', 'spec', 'dataSourceRef', 'namespace'],
        ],
        message: "cannot render Deployment: its data come from another namespace than the tenant's",
      },
    ]);
  });

  const claim = (dataSourceRef: JsonObject | string): KubernetesObject => ({
    ...bare('v1', 'PersistentVolumeClaim', 'x'),
    spec: {dataSourceRef},
  });

  test('come from no other namespace', () => {
    expect(check(claim({namespace: 'bob'}))).toEqual([
      {
        rule: 'tenancy/namespace',
        path: ['spec', 'dataSourceRef', 'namespace'],
        message:
          "cannot render PersistentVolumeClaim: its data come from another namespace than the tenant's",
        hint: 'leave the namespace out',
      },
    ]);
    expect(check(claim({namespace: 'alice'}))).toEqual([]);
    expect(check(claim({name: 'x'}))).toEqual([]);
    expect(check(claim('x'))).toEqual([]);
    expect(check(bare('v1', 'PersistentVolumeClaim', 'x'))).toEqual([]);
  });
});

test('kinds are known by the keys of Metacontroller', () => {
  expect(groupKey(bare('v1', 'Secret', 'x'))).toBe('Secret.v1');
  expect(groupKey(bare('apps/v1', 'Deployment', 'x'))).toBe('Deployment.apps/v1');
});

function check(object: KubernetesObject, mode: Mode = 'companion') {
  return judge(object, guardContext({mode}));
}

/** As the guards go about it: of a kind that is not allowed there is no more to say. */
function judge(object: KubernetesObject, context: GuardContext) {
  const {mode, values} = context;
  const ofKind = checkKind(object, {mode, extraKinds: values.guards.kinds});
  return ofKind.length > 0 ? ofKind : checkTenancy(object, context);
}
