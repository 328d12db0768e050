import {
  groupKey,
  isJsonObject,
  type Json,
  type JsonObject,
  type KubernetesObject,
} from '../../kubernetes/object.ts';
import type {GuardContext, GuardValues} from '../context.ts';
import type {ObjectViolation, Violation} from '../violation.ts';
import {listing, listOf, shown} from './words.ts';

const GROUP = 'rbac.authorization.k8s.io';

/** Checks whom a tenant's RoleBindings bind to what; a Role counts if it is rendered beside them. */
export function checkBindings(
  objects: readonly KubernetesObject[],
  context: GuardContext,
): ObjectViolation[] {
  const roles = objects
    .filter(object => groupKey(object) === `Role.${GROUP}/v1`)
    .map(({metadata}) => metadata.name);
  return objects
    .filter(object => groupKey(object) === `RoleBinding.${GROUP}/v1`)
    .flatMap(object =>
      [...checkRoleRef(object, roles, context), ...checkSubjects(object, context)].map(found => ({
        ...found,
        object,
      })),
    );
}

function checkRoleRef(
  {roleRef}: KubernetesObject,
  rendered: readonly string[],
  {values: {guards}}: GuardContext,
): Violation[] {
  const {kind, name, apiGroup = GROUP} = isJsonObject(roleRef) ? roleRef : {};
  const allowed =
    kind === 'ClusterRole' ? guards.clusterRoles : kind === 'Role' ? [...rendered, ...guards.roles] : [];
  if (apiGroup === GROUP && typeof name === 'string' && allowed.includes(name)) return [];
  const [reason, hint] = roleRefProblem({kind, name}, guards);
  const message = `cannot render RoleBinding: ${reason}`;
  return [{rule: 'rbac/role-ref', path: ['roleRef', 'name'], message, hint}];
}

/** What is wrong with a roleRef, and what to do about it. */
function roleRefProblem(
  {kind, name}: {readonly kind: Json | undefined; readonly name: Json | undefined},
  {clusterRoles}: GuardValues,
): readonly [reason: string, hint: string] {
  if (kind === 'ClusterRole') {
    const reason = `it binds ClusterRole ${shown(name)}, which is not listed`;
    return [reason, listing('guards.clusterRoles', clusterRoles, name)];
  }
  if (kind === 'Role') {
    const reason = `it binds Role ${shown(name)}, which is neither rendered beside it nor listed`;
    return [reason, 'add its template, or list it in guards.roles'];
  }
  return ['its roleRef is neither a Role nor a ClusterRole', 'write kind: Role or kind: ClusterRole'];
}

function checkSubjects({subjects}: KubernetesObject, context: GuardContext): Violation[] {
  return listOf(subjects).flatMap((subject, index): Violation[] => {
    const problem = subjectProblem(isJsonObject(subject) ? subject : {}, context);
    if (!problem) return [];
    const [whom, hint] = problem;
    const path = [
      'subjects',
      index,
      ...(isJsonObject(subject) && subject.name !== undefined ? ['name'] : []),
    ];
    return [{rule: 'rbac/subject', path, message: `cannot render RoleBinding: it binds ${whom}`, hint}];
  });
}

/** Whom a subject binds who is not at home, and what to do about it. */
function subjectProblem(
  {kind, name, namespace}: JsonObject,
  context: GuardContext,
): [whom: string, hint: string] | undefined {
  if (typeof name !== 'string' || name === '') return ['a subject without a name', 'write its name'];
  const {owner, collaborators, values} = context;
  const isOwner = owner.kind === kind && owner.name === name;
  switch (kind) {
    case 'User':
      return isOwner || collaborators.some(other => other.kind === 'User' && other.name === name)
        ? undefined
        : ['a User who is neither the owner nor a collaborator', 'write the name of owner or collaborators'];
    case 'Group':
      return isOwner || values.guards.groups.includes(name) || isOwnServiceAccounts(name, context)
        ? undefined
        : ["a Group that is neither the owner's nor listed", 'guards.groups can list it'];
    case 'ServiceAccount': {
      const isOwn = namespace === undefined || namespace === context.namespace;
      return isOwn || (isOwner && namespace === owner.namespace)
        ? undefined
        : ['a ServiceAccount of another namespace', 'leave its namespace out'];
    }
    default:
      return ['a subject that is no User, Group or ServiceAccount', 'write one of these kinds'];
  }
}

function isOwnServiceAccounts(group: string, {namespace}: GuardContext): boolean {
  return group === `system:serviceaccounts:${namespace}`;
}
