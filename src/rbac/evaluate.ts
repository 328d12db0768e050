import {type Identity, isNamedBy, type Subject} from './identity.ts';
import type {PolicyRule, RoleRef} from './rule.ts';

/** A RoleBinding, or a ClusterRoleBinding, which has no namespace and grants in every one. */
export interface Binding {
  readonly name: string;
  readonly namespace?: string;
  readonly roleRef: RoleRef;
  readonly subjects: readonly Subject[];
}

/** All that RBAC decides from. */
export interface Policy {
  /** By namespace; those of the whole cluster under the empty one. */
  readonly bindings: ReadonlyMap<string, readonly Binding[]>;
  /** Rules by `roleKey`; a role that is not here is unknown. */
  readonly roles: ReadonlyMap<string, readonly PolicyRule[]>;
}

/** What somebody asks to do in a namespace. */
export interface Action {
  readonly verb: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  /** None for a list, a create, or any object: rules with resourceNames do not match then. */
  readonly name?: string;
}

/** What one binding gives. */
export interface Grant {
  readonly binding: Binding;
  /** The subject of the binding through which it applies. */
  readonly subject: Subject;
  /** `undefined` where the role is unknown. */
  readonly rules: readonly PolicyRule[] | undefined;
}

/** Its members are asked nothing: the API server lets them pass before RBAC. */
const MASTERS = 'system:masters';

/** Whether Kubernetes' RBAC lets them do it; what unknown roles would add is not counted. */
export function isAllowed(policy: Policy, identity: Identity, namespace: string, action: Action): boolean {
  return decide(identity, grantsTo(policy, identity, namespace), action);
}

/** As `isAllowed`, from grants that are known already. */
export function decide({groups}: Identity, grants: readonly Grant[], action: Action): boolean {
  if (groups.includes(MASTERS)) return true;
  return grants.some(({rules}) => rules?.some(rule => ruleAllows(rule, action)));
}

/** What each binding gives them in a namespace, cluster-wide bindings first, as the API server goes through them. */
export function grantsTo(policy: Policy, identity: Identity, namespace: string): Grant[] {
  const bindings = [...(policy.bindings.get('') ?? []), ...(policy.bindings.get(namespace) ?? [])];
  return bindings.flatMap(binding => {
    const subject = binding.subjects.find(named => isNamedBy(identity, named, binding.namespace ?? ''));
    return subject ? [{binding, subject, rules: rulesOf(policy, binding)}] : [];
  });
}

/** The rules that a binding points at; `undefined` where its role is unknown. */
export function rulesOf(
  {roles}: Policy,
  {roleRef, namespace}: Pick<Binding, 'roleRef' | 'namespace'>,
): readonly PolicyRule[] | undefined {
  return roles.get(roleKey({...roleRef, ...(namespace !== undefined && {namespace})}));
}

/** What a role is known by: a Role in its own namespace alone. */
export function roleKey({kind, name, namespace = ''}: RoleRef & {readonly namespace?: string}): string {
  return kind === 'Role' ? `Role ${namespace}/${name}` : `${kind} ${name}`;
}

/** Whether a rule allows an action (`k8s.io/kubernetes/pkg/apis/rbac/v1/evaluation_helpers.go`). */
function ruleAllows(rule: PolicyRule, {verb, group, resource, subresource, name}: Action): boolean {
  const {verbs, apiGroups = [], resources = [], resourceNames = []} = rule;
  const combined = subresource ? `${resource}/${subresource}` : resource;
  return (
    (verbs.includes('*') || verbs.includes(verb)) &&
    (apiGroups.includes('*') || apiGroups.includes(group)) &&
    (resources.includes('*') ||
      resources.includes(combined) ||
      // `pods/*` is no wildcard, and `*/log` says nothing of pods themselves.
      Boolean(subresource && resources.includes(`*/${subresource}`))) &&
    (resourceNames.length === 0 || resourceNames.includes(name ?? ''))
  );
}
