import type {Json, KubernetesObject} from '../kubernetes/object.ts';
import type {Owner} from './profile.ts';

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
