import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {PROFILE} from './objects.ts';
import type {System} from './system.ts';
import type {Stage} from './whole-life.ts';

/** Makes a Profile and waits until its namespace is complete. In companion profile-controller's part is played. */
export async function createTenant(
  system: Pick<Stage, 'mode' | 'apply' | 'applyAll' | 'get' | 'driver'>,
  name: string,
  spec: JsonObject = {},
): Promise<KubernetesObject> {
  const profile = await system.apply({
    ...PROFILE,
    metadata: {name},
    spec: {owner: {kind: 'User', name: `${name}@example.com`}, ...spec},
  });
  if (system.mode === 'companion') await system.applyAll(profileControllersObjects(profile));
  await system.driver.settled();
  return await system.get(PROFILE, name);
}

/** Has a Profile synced once more: nobody waits for the ten minutes of a resync. */
export async function resync(system: System, name: string): Promise<void> {
  const profile = await system.get(PROFILE, name);
  await system.merge({...profile, ...PROFILE}, {metadata: {annotations: {touched: String(++touches)}}});
  await system.driver.settled();
}

let touches = 0;

/** What Kubeflow's profile-controller makes for a Profile, in its order. */
export function profileControllersObjects({metadata, spec}: KubernetesObject): KubernetesObject[] {
  const {name, uid} = metadata;
  const {owner} = spec as {owner: JsonObject};
  const ownerReferences = [
    {...PROFILE, name, uid: uid as string, controller: true, blockOwnerDeletion: true},
  ];
  const within = (object: JsonObject) => ({
    ...object,
    metadata: {...(object.metadata as JsonObject), namespace: name, ownerReferences},
  });
  const annotations = {user: owner.name as string, role: 'admin'};
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name,
        ownerReferences,
        annotations: {owner: owner.name as string},
        labels: {
          'app.kubernetes.io/part-of': 'kubeflow-profile',
          'istio-injection': 'enabled',
          // Stricter than Kubeflow's `baseline`, so that our pods are seen to meet it.
          'pod-security.kubernetes.io/enforce': 'restricted',
        },
      },
    },
    ...['default-editor', 'default-viewer'].map(account =>
      within({apiVersion: 'v1', kind: 'ServiceAccount', metadata: {name: account}}),
    ),
    within(binding('namespaceAdmin', 'kubeflow-admin', owner, annotations)),
    within(
      binding('default-editor', 'kubeflow-edit', {
        kind: 'ServiceAccount',
        name: 'default-editor',
        namespace: name,
      }),
    ),
    within(
      binding('default-viewer', 'kubeflow-view', {
        kind: 'ServiceAccount',
        name: 'default-viewer',
        namespace: name,
      }),
    ),
  ] as unknown as KubernetesObject[];
}

/** A collaborator as KFAM writes one. */
export function collaborator(namespace: string, user: string, role: 'edit' | 'view'): KubernetesObject {
  const name = `user-${user.replace(/[^a-z0-9]+/g, '-')}-clusterrole-${role}`;
  const object = binding(name, `kubeflow-${role}`, {kind: 'User', name: user}, {user, role});
  return {
    ...object,
    metadata: {...(object.metadata as JsonObject), namespace},
  } as unknown as KubernetesObject;
}

function binding(
  name: string,
  clusterRole: string,
  subject: JsonObject,
  annotations: JsonObject = {},
): JsonObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: {name, annotations},
    roleRef: {apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: clusterRole},
    subjects: [
      subject.kind === 'ServiceAccount' ? subject : {...subject, apiGroup: 'rbac.authorization.k8s.io'},
    ],
  };
}

/** What `Ready` says of a Profile. */
export function readyOf({status}: KubernetesObject): {status: string; message: string} | undefined {
  const {conditions = []} = (status ?? {}) as {
    conditions?: {type: string; status: string; message: string}[];
  };
  return conditions.find(({type}) => type === 'Ready');
}
