import type {KubernetesObject} from '../kubernetes/object.ts';
import {aggregateClusterRoles, type ClusterRole} from './cluster-roles.ts';
import {type Binding, type Policy, roleKey} from './evaluate.ts';
import type {Subject} from './identity.ts';
import type {PolicyRule, RoleRef} from './rule.ts';

/** A binding that the API server would not take, so that it grants nothing. */
export interface Refused {
  readonly object: KubernetesObject;
  readonly reason: string;
}

const RBAC_GROUP = 'rbac.authorization.k8s.io';
const KINDS = ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'];

/** Whether RBAC reads an object of this kind. */
export function isRbac({apiVersion, kind}: Pick<KubernetesObject, 'apiVersion' | 'kind'>): boolean {
  return apiVersion === `${RBAC_GROUP}/v1` && KINDS.includes(kind);
}

/** What RBAC decides from, of objects of its four kinds that fit their schemas. */
export function buildPolicy(objects: readonly KubernetesObject[]): {policy: Policy; refused: Refused[]} {
  const ofKind = (...kinds: string[]) => objects.filter(({kind}) => kinds.includes(kind));
  const bindings: Binding[] = [];
  const refused: Refused[] = [];
  for (const object of ofKind('RoleBinding', 'ClusterRoleBinding')) {
    const binding = toBinding(object);
    const reason = refusal(object, binding);
    if (reason === undefined) bindings.push(binding);
    else refused.push({object, reason});
  }
  const roles = [...rolesOf(ofKind('Role')), ...clusterRolesOf(ofKind('ClusterRole'))];
  const byNamespace = Map.groupBy(bindings, ({namespace}) => namespace ?? '');
  return {policy: {bindings: byNamespace, roles: new Map(roles)}, refused};
}

function rolesOf(roles: readonly KubernetesObject[]): [string, readonly PolicyRule[]][] {
  return roles.map(({metadata: {name, namespace = ''}, rules}) => [
    roleKey({kind: 'Role', name, namespace}),
    (rules ?? []) as unknown as readonly PolicyRule[],
  ]);
}

function clusterRolesOf(roles: readonly KubernetesObject[]): [string, readonly PolicyRule[]][] {
  const aggregated = aggregateClusterRoles(roles as unknown as readonly ClusterRole[]);
  return [...aggregated].map(([name, rules]) => [roleKey({kind: 'ClusterRole', name}), rules]);
}

function toBinding({kind, metadata: {name, namespace}, roleRef, subjects}: KubernetesObject): Binding {
  return {
    name,
    ...(kind === 'RoleBinding' && namespace !== undefined && {namespace}),
    roleRef: roleRef as unknown as RoleRef,
    subjects: (subjects ?? []) as unknown as readonly Subject[],
  };
}

// `k8s.io/kubernetes/pkg/apis/rbac/validation`; an absent apiGroup is filled in.
function refusal({kind, roleRef}: KubernetesObject, {subjects}: Binding): string | undefined {
  const ref = roleRef as unknown as RoleRef & {readonly apiGroup?: string};
  if ((ref.apiGroup || RBAC_GROUP) !== RBAC_GROUP) return `roleRef.apiGroup is not ${RBAC_GROUP}`;
  if (kind === 'ClusterRoleBinding' && ref.kind !== 'ClusterRole') return 'roleRef.kind is not ClusterRole';
  for (const [index, subject] of subjects.entries()) {
    const reason = subjectRefusal(subject, kind);
    if (reason) return `subjects[${index}].${reason}`;
  }
  return undefined;
}

function subjectRefusal({kind, apiGroup, namespace}: Subject, bindingKind: string): string | undefined {
  if (kind === 'User' || kind === 'Group') {
    return (apiGroup || RBAC_GROUP) === RBAC_GROUP ? undefined : `apiGroup is not ${RBAC_GROUP}`;
  }
  if (kind !== 'ServiceAccount') return 'kind is not User, Group or ServiceAccount';
  if (apiGroup) return 'apiGroup is not that of a ServiceAccount, which has none';
  return bindingKind === 'ClusterRoleBinding' && !namespace ? 'namespace is missing' : undefined;
}
