import {describe, expect, test} from 'vitest';
import {checkTenancy, type Mode} from '../../src/guard/tenancy.ts';
import {groupKey, type KubernetesObject} from '../../src/kubernetes/object.ts';
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
      message: 'cannot render ClusterRole.rbac.authorization.k8s.io/v1: this kind is not allowed',
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
      message: "cannot render object: it is not in the tenant's own namespace",
    },
    {
      what: 'without a name',
      object: bare('v1', 'Secret', ''),
      path: ['metadata', 'name'],
      message: 'cannot render object: metadata.name is not a text',
    },
  ])('may not be $what', ({object, path, message}) => {
    expect(check(object)).toMatchObject([{path, message}]);
  });

  test('may be of a kind that the admin allowed', () => {
    const guard = {namespace: 'alice', mode: 'companion', extraKinds: ['Pod.v1']} as const;
    expect(checkTenancy(bare('v1', 'Pod', 'x'), guard)).toEqual([]);
    expect(checkTenancy(bare('v1', 'Pod', 'x', 'bob'), guard)).toMatchObject([
      {path: ['metadata', 'namespace']},
    ]);
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

test('kinds are known by the keys of Metacontroller', () => {
  expect(groupKey(bare('v1', 'Secret', 'x'))).toBe('Secret.v1');
  expect(groupKey(bare('apps/v1', 'Deployment', 'x'))).toBe('Deployment.apps/v1');
});

function check(object: KubernetesObject, mode: Mode = 'companion') {
  return checkTenancy(object, {namespace: 'alice', mode, extraKinds: []});
}
