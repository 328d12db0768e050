import type {Json, KubernetesObject} from '../kubernetes/object.ts';
import type {Owner} from './profile.ts';

/** What profile-controller itself makes in each tenant's namespace, under names that no template may take. */
export const PROFILE_CONTROLLER_OBJECTS: readonly {
  readonly apiVersion: string;
  readonly kind: string;
  readonly names: readonly string[];
}[] = [
  {apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', names: ['ns-owner-access-istio']},
  {apiVersion: 'v1', kind: 'ResourceQuota', names: ['kf-resource-quota']},
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    names: ['default-editor', 'default-viewer', 'namespaceAdmin'],
  },
  {apiVersion: 'v1', kind: 'ServiceAccount', names: ['default-editor', 'default-viewer']},
];

/** The RoleBindings that Kubeflow's profile-controller makes, which stand beside ours in companion mode. */
export function profileControllerBindings(namespace: string, owner: Owner): KubernetesObject[] {
  const account = (name: string) => ({kind: 'ServiceAccount', name, namespace});
  return [
    toBinding(namespace, 'namespaceAdmin', 'kubeflow-admin', {...owner}),
    toBinding(namespace, 'default-editor', 'kubeflow-edit', account('default-editor')),
    toBinding(namespace, 'default-viewer', 'kubeflow-view', account('default-viewer')),
  ];
}

function toBinding(namespace: string, name: string, clusterRole: string, subject: Json): KubernetesObject {
  const group = 'rbac.authorization.k8s.io';
  return {
    apiVersion: `${group}/v1`,
    kind: 'RoleBinding',
    metadata: {name, namespace},
    roleRef: {apiGroup: group, kind: 'ClusterRole', name: clusterRole},
    subjects: [subject],
  };
}
