import {describe, expect, test} from 'vitest';
import {checkMetadata} from '../../src/guard/metadata.ts';
import type {Mode} from '../../src/guard/tenancy.ts';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {guardContext} from '../support/guard.ts';
import {bare} from '../support/requests.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
const ISTIO = 'security.istio.io/v1';

describe('metadata that others write', () => {
  test.each([
    ['creationTimestamp', '2026-01-31T12:00:00Z'],
    ['deletionGracePeriodSeconds', 0],
    ['deletionTimestamp', '2026-01-31T12:00:00Z'],
    ['finalizers', ['example.com/hold']],
    ['generateName', 'a-'],
    ['generation', 1],
    ['managedFields', []],
    ['ownerReferences', []],
    ['resourceVersion', '1'],
    ['selfLink', '/api'],
    ['uid', 'x'],
  ])('refuses metadata.%s', (field, value) => {
    expect(check(withMetadata({[field]: value}))).toEqual([
      {
        rule: 'tenancy/metadata',
        path: ['metadata', field],
        message: `cannot render ConfigMap: ${field} is not a template's to write`,
        hint: 'leave it out',
      },
    ]);
  });

  test.each([
    {where: ['metadata', 'labels', 'controller-uid'], metadata: {labels: {'controller-uid': 'x'}}},
    ...[
      'metacontroller.k8s.io/decorator-controller',
      'metacontroller.k8s.io/last-applied-configuration',
      'kubectl.kubernetes.io/last-applied-configuration',
    ].map(key => ({where: ['metadata', 'annotations', key], metadata: {annotations: {[key]: ''}}})),
  ])('refuses the mark at $where', ({where, metadata}) => {
    expect(check(withMetadata(metadata))).toMatchObject([{rule: 'tenancy/metadata', path: where}]);
  });

  test('refuses a status, and the finalizers of a Namespace', () => {
    expect(check({...bare('v1', 'Service', 'x'), status: {}})).toMatchObject([{path: ['status']}]);
    const namespace = {...bare('v1', 'Namespace', 'alice'), spec: {finalizers: ['kubernetes']}};
    expect(check(namespace)).toMatchObject([{path: ['spec', 'finalizers']}]);
    expect(check({...bare('v1', 'Namespace', 'alice'), spec: {}})).toEqual([]);
    expect(check({...bare('v1', 'Service', 'x'), spec: {finalizers: []}})).toEqual([]);
  });

  test('names everything at once, and leaves other labels and annotations alone', () => {
    const metadata = {uid: 'x', finalizers: [], labels: {app: 'x'}, annotations: {note: 'x'}};
    expect(check(withMetadata(metadata)).map(({path}) => path[1])).toEqual(['finalizers', 'uid']);
    expect(check(withMetadata({labels: {app: 'x'}, annotations: {note: 'x'}}))).toEqual([]);
  });

  test('stands labels and annotations that are no maps', () => {
    expect(check(withMetadata({labels: 'x', annotations: ['y']}))).toEqual([]);
  });
});

describe('a name that is others’', () => {
  const kubernetes = 'this name belongs to Kubernetes';
  const controller = 'this name belongs to profile-controller';
  const kfam = 'this name belongs to KFAM';

  test.each<{kind: [string, string]; name: string; companion?: string; standalone?: string}>([
    {kind: ['v1', 'ConfigMap'], name: 'kube-root-ca.crt', companion: kubernetes, standalone: kubernetes},
    {kind: ['v1', 'ServiceAccount'], name: 'default', companion: kubernetes, standalone: kubernetes},
    {
      kind: ['v1', 'ConfigMap'],
      name: 'istio-ca-root-cert',
      companion: 'this name belongs to Istio',
      standalone: 'this name belongs to Istio',
    },
    {kind: ['v1', 'ServiceAccount'], name: 'default-editor', companion: controller},
    {kind: ['v1', 'ServiceAccount'], name: 'default-viewer', companion: controller},
    {kind: ['v1', 'ResourceQuota'], name: 'kf-resource-quota', companion: controller},
    {kind: [RBAC, 'RoleBinding'], name: 'default-editor', companion: controller},
    {kind: [RBAC, 'RoleBinding'], name: 'default-viewer', companion: controller},
    {kind: [RBAC, 'RoleBinding'], name: 'namespaceAdmin', companion: controller},
    {kind: [ISTIO, 'AuthorizationPolicy'], name: 'ns-owner-access-istio', companion: controller},
    ...[
      'user-frank-example-com-clusterrole-edit',
      'group-team-role-view',
      'serviceaccount-a-clusterrole-kubeflow-admin',
    ].flatMap(name =>
      [
        [RBAC, 'RoleBinding'],
        [ISTIO, 'AuthorizationPolicy'],
      ].map(kind => ({kind: kind as [string, string], name, companion: kfam, standalone: kfam})),
    ),
    {kind: ['v1', 'ConfigMap'], name: 'user-frank-example-com-clusterrole-edit'},
    {kind: ['v1', 'ConfigMap'], name: 'default-editor'},
    {kind: [RBAC, 'RoleBinding'], name: 'pipelines-user-0123456789'},
    {kind: [RBAC, 'RoleBinding'], name: 'a-user-b-clusterrole-edit'},
    {kind: [RBAC, 'RoleBinding'], name: 'users-b-clusterrole-edit'},
    {kind: [RBAC, 'Role'], name: 'default-editor'},
  ])('$kind $name is refused: beside profile-controller $companion, else $standalone', row => {
    for (const mode of ['companion', 'standalone'] as const) {
      const reason = row[mode];
      expect(check(bare(...row.kind, row.name), mode)).toEqual(
        reason
          ? [
              {
                rule: 'tenancy/name',
                path: ['metadata', 'name'],
                message: `cannot render ${row.kind[1]}: ${reason}`,
                hint: 'choose another name',
              },
            ]
          : [],
      );
    }
  });
});

describe('KFAM’s annotations', () => {
  const marked = (name: string, annotations: {[key: string]: string}, kind = 'RoleBinding') => ({
    ...bare(RBAC, kind, name),
    metadata: {name, namespace: 'alice', annotations},
  });

  test('are refused together on a RoleBinding, for KFAM would list it', () => {
    expect(check(marked('helpers', {user: 'a', role: 'edit'}))).toEqual([
      {
        rule: 'tenancy/collaborator-mark',
        path: ['metadata', 'annotations', 'user'],
        message:
          'cannot render RoleBinding: with the annotations user and role KFAM takes it for a collaborator',
        hint: 'use other annotations',
      },
    ]);
  });

  test('may stand on namespaceAdmin, alone, and on what is no RoleBinding', () => {
    expect(check(marked('namespaceAdmin', {user: 'a', role: 'admin'}), 'standalone')).toEqual([]);
    expect(check(marked('helpers', {user: 'a'}))).toEqual([]);
    expect(check(marked('helpers', {role: 'a'}))).toEqual([]);
    expect(check(marked('helpers', {user: 'a', role: 'b'}, 'Role'))).toEqual([]);
  });
});

function withMetadata(metadata: JsonObject): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {name: 'x', namespace: 'alice', ...metadata} as KubernetesObject['metadata'],
  };
}

function check(object: KubernetesObject, mode: Mode = 'companion') {
  return checkMetadata(object, guardContext({mode}));
}
