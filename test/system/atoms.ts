import type {KubernetesObject} from '../../src/kubernetes/object.ts';
import type {PolicyRule, RoleRef} from '../../src/rbac/rule.ts';
import type {Call} from '../support/metacontroller/cluster.ts';

/** The smallest thing that a role grants. */
export interface Atom {
  readonly group: string;
  /** With its subresource. */
  readonly resource: string;
  /** The one object that it is for; every one where there is none. */
  readonly name?: string;
  readonly verb: string;
}

/** All that a role grants, each thing once. */
export function atomsOf({rules}: KubernetesObject): Atom[] {
  const atoms = (rules as unknown as PolicyRule[]).flatMap(atomsOfRule);
  return [...new Map(atoms.map(atom => [nameOf(atom), atom])).values()];
}

/** Rules that grant these. */
export function rulesFor(atoms: readonly Atom[]): PolicyRule[] {
  const targets = Map.groupBy(atoms, ({group, resource, name}) => JSON.stringify([group, resource, name]));
  return [...targets.values()].map(([first, ...others]) => {
    const {group, resource, name, verb} = first as Atom;
    const verbs = [verb, ...others.map(other => other.verb)];
    return {
      apiGroups: [group],
      resources: [resource],
      verbs,
      ...(name !== undefined && {resourceNames: [name]}),
    };
  });
}

/** An atom in words, unique among others. */
export function nameOf({group, resource, name, verb}: Atom): string {
  return [verb, group || 'core', resource, name].filter(part => part !== undefined).join(' ');
}

/**
 * Whether a call was refused for the lack of just this. `roleRefs` are those of the RoleBindings by name, for the API
 * server does not say which role may not be bound.
 */
export function isRefusedFor(atom: Atom, call: Call, roleRefs: ReadonlyMap<string, RoleRef>): boolean {
  const {message = ''} = call;
  if (call.status !== 403) return false;
  if (atom.verb === 'delete' && message.includes("cannot set an ownerRef on a resource you can't delete"))
    return call.resource === atom.resource;
  if (atom.resource === 'profiles/finalizers') return message.includes('cannot set blockOwnerDeletion');
  const isEscalation = message.includes('is attempting to grant RBAC permissions not currently held');
  if (atom.verb === 'escalate') return isEscalation && call.resource === 'roles' && call.name === atom.name;
  if (atom.verb === 'bind') return isEscalation && isBinding(atom, call, roleRefs);
  if (isEscalation) return message.endsWith(`\n${grantOf(atom)}`);
  return (
    message.includes(`cannot ${atom.verb} resource "${atom.resource}" in API group "${atom.group}"`) &&
    (atom.name === undefined || atom.name === call.name)
  );
}

function atomsOfRule({apiGroups = [], resources = [], resourceNames, verbs}: PolicyRule): Atom[] {
  return apiGroups.flatMap(group =>
    resources.flatMap(resource =>
      (resourceNames ?? [undefined]).flatMap(name =>
        verbs.map(verb => ({group, resource, verb, ...(name !== undefined && {name})})),
      ),
    ),
  );
}

function isBinding({resource, name}: Atom, call: Call, roleRefs: ReadonlyMap<string, RoleRef>): boolean {
  const roleRef = roleRefs.get(call.name ?? '');
  return (
    call.resource === 'rolebindings' &&
    roleRef?.name === name &&
    roleRef?.kind === (resource === 'clusterroles' ? 'ClusterRole' : 'Role')
  );
}

// As the API server writes a rule that is missing.
function grantOf({group, resource, verb}: Atom): string {
  return `{APIGroups:["${group}"], Resources:["${resource}"], Verbs:["${verb}"]}`;
}
