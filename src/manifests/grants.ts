import type {Problem} from '../errors.ts';
import type {KubernetesObject} from '../kubernetes/object.ts';
import type {PolicyRule, RoleRef} from '../rbac/rule.ts';
import type {Rendered} from '../template/render.ts';
import type {Survey} from '../template/survey.ts';

/** What the Roles and RoleBindings of the templates give away, and so what Metacontroller has to be allowed to. */
export interface Grants {
  /** Distinct rules of each Role, by its name: more than one where tenants' Roles differ. */
  readonly roles: ReadonlyMap<string, readonly (readonly PolicyRule[])[]>;
  /** ClusterRoles that RoleBindings point at, sorted. */
  readonly clusterRoles: readonly string[];
  /** Roles that RoleBindings point at, sorted. */
  readonly boundRoles: readonly string[];
}

/** What RoleBindings may point at although no template renders it. */
interface AllowedRoles {
  readonly clusterRoles: readonly string[];
  readonly roles: readonly string[];
}

/** Reads Roles and RoleBindings. What no role of Metacontroller's should ever cover goes to `problems`, with its place. */
export function readGrants({rendered, objects}: Survey, allowed: AllowedRoles, problems: Problem[]): Grants {
  const roles = objects.filter(({object}) => object.kind === 'Role');
  const bindings = objects.filter(({object}) => object.kind === 'RoleBinding');
  // Before they are aggregated: the place is in the part that says so.
  for (const role of rendered.filter(({object}) => object.kind === 'Role'))
    problems.push(...wildcardProblems(role));
  const names = new Set(roles.map(({object}) => object.metadata.name));
  for (const binding of bindings) problems.push(...bindingProblems(binding, names, allowed));
  const refs = bindings.map(({object}) => roleRefOf(object));
  return {
    roles: groupRules(roles.map(({object}) => object)),
    clusterRoles: namesOf(refs, 'ClusterRole'),
    boundRoles: namesOf(refs, 'Role'),
  };
}

/** Whether a rule lets its holder see or change the content of Secrets. */
export function reachesSecrets({apiGroups = [], resources = []}: PolicyRule): boolean {
  return apiGroups.includes('') && resources.includes('secrets');
}

function rulesOf({rules}: KubernetesObject): readonly PolicyRule[] {
  return Array.isArray(rules) ? (rules as unknown as PolicyRule[]) : [];
}

function roleRefOf({roleRef}: KubernetesObject): RoleRef {
  return roleRef as unknown as RoleRef;
}

function groupRules(roles: readonly KubernetesObject[]): Grants['roles'] {
  const groups = new Map<string, Map<string, readonly PolicyRule[]>>();
  for (const role of roles) {
    const group = groups.get(role.metadata.name) ?? new Map();
    groups.set(role.metadata.name, group.set(JSON.stringify(rulesOf(role)), rulesOf(role)));
  }
  return new Map(
    [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, rules]) => [name, [...rules.values()]]),
  );
}

function namesOf(refs: readonly RoleRef[], kind: string): string[] {
  return [...new Set(refs.filter(ref => ref.kind === kind).map(({name}) => name))].sort();
}

const LISTS = ['apiGroups', 'resources', 'verbs'] as const;

function wildcardProblems({object, template}: Rendered): Problem[] {
  return rulesOf(object).flatMap((rule, index) =>
    LISTS.filter(list => rule[list]?.some(value => value.includes('*'))).map(list => ({
      ...template.locate(['rules', index, list]),
      message: `cannot grant Role ${object.metadata.name}: * is not allowed, for nobody may grant what they lack`,
      hint: 'spell out what it stands for',
    })),
  );
}

function bindingProblems(
  {object, template}: Rendered,
  roles: ReadonlySet<string>,
  allowed: AllowedRoles,
): Problem[] {
  const {kind, name} = roleRefOf(object);
  const problem = (reason: string, hint: string) => [
    {
      ...template.locate(['roleRef', 'name']),
      message: `cannot bind ${kind} ${name}: ${reason}`,
      hint,
    },
  ];
  if (kind === 'ClusterRole')
    return allowed.clusterRoles.includes(name)
      ? []
      : problem('it is not on the list of ClusterRoles', 'values.guards.clusterRoles can allow it');
  return roles.has(name) || allowed.roles.includes(name)
    ? []
    : problem(
        'no template renders it',
        'add a template of kind Role with this name; values.guards.roles can allow it',
      );
}
