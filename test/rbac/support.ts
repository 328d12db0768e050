import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import type {Policy} from '../../src/rbac/evaluate.ts';
import {buildPolicy} from '../../src/rbac/policy.ts';

const GROUP = 'rbac.authorization.k8s.io';

export const USER = (name: string) => ({kind: 'User', name});
export const GROUP_OF = (name: string) => ({kind: 'Group', name});
export const ACCOUNT = (namespace: string, name: string) => ({kind: 'ServiceAccount', namespace, name});

/** A rule of the core group, but for what differs. */
export function rule(difference: JsonObject = {}): JsonObject {
  return {apiGroups: [''], resources: ['pods'], verbs: ['get'], ...difference};
}

export function role(name: string, rules: JsonObject[], namespace = 'ns'): KubernetesObject {
  return {apiVersion: `${GROUP}/v1`, kind: 'Role', metadata: {name, namespace}, rules};
}

export function clusterRole(name: string, rules: JsonObject[], more: JsonObject = {}): KubernetesObject {
  return {apiVersion: `${GROUP}/v1`, kind: 'ClusterRole', metadata: {name}, rules, ...more};
}

/** A RoleBinding `to` something such as `Role reader`; a ClusterRoleBinding without a namespace. */
export function binding(
  subjects: JsonObject[],
  {to = 'Role reader', namespace = 'ns', name = 'binding'} = {},
): KubernetesObject {
  const [kind = '', ref = ''] = to.split(' ');
  return {
    apiVersion: `${GROUP}/v1`,
    kind: namespace ? 'RoleBinding' : 'ClusterRoleBinding',
    metadata: {name, ...(namespace && {namespace})},
    roleRef: {apiGroup: GROUP, kind, name: ref},
    subjects,
  };
}

export function policyOf(...objects: KubernetesObject[]): Policy {
  return buildPolicy(objects).policy;
}
