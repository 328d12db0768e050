import {type Action, type Binding, decide, grantsTo, type Policy, rulesOf} from './evaluate.ts';
import {identityOf, isNamedBy, type Subject, subjectKey} from './identity.ts';
import {type PolicyRule, splitResource} from './rule.ts';

/** A tenant's namespace, and who is let into it: the owner, and whom the owner let in. */
export interface Tenant {
  readonly namespace: string;
  readonly parties: readonly Subject[];
}

/** Whether one subject may do one thing in one namespace. `identityOf(subject)` says as whom to ask a cluster. */
export interface Cell extends Action {
  readonly namespace: string;
  readonly subject: Subject;
  readonly allowed: boolean;
}

/** What is always asked: with these somebody reads a tenant's keys, or gives himself the rest. */
const ALWAYS_ASKED: PolicyRule = {
  apiGroups: [''],
  resources: ['pods', 'secrets'],
  verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
};
const ALWAYS_ASKED_RULES: readonly PolicyRule[] = [
  ALWAYS_ASKED,
  {...ALWAYS_ASKED, apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings']},
  {...ALWAYS_ASKED, apiGroups: ['networking.k8s.io'], resources: ['networkpolicies']},
];

/** Every subject × every permission × every tenant's namespace. */
export function accessMatrix(policy: Policy, tenants: readonly Tenant[]): Cell[] {
  const permissions = permissionsOf(policy, tenants);
  const subjects = subjectsOf(policy, tenants);
  return tenants.flatMap(({namespace}) =>
    subjects.flatMap(subject => {
      const identity = identityOf(subject);
      const grants = grantsTo(policy, identity, namespace);
      return permissions.map(action => ({
        namespace,
        subject,
        ...action,
        allowed: decide(identity, grants, action),
      }));
    }),
  );
}

/** Everybody whom the tenants' bindings name, and the tenants' parties; each once, by name. */
export function subjectsOf(policy: Policy, tenants: readonly Tenant[]): Subject[] {
  const named = bindingsOf(policy, tenants).flatMap(({namespace, subjects}) =>
    subjects.map(subject => plain(subject, namespace)),
  );
  const parties = tenants.flatMap(tenant => tenant.parties.map(subject => plain(subject, tenant.namespace)));
  const unique = new Map([...named, ...parties].map(subject => [subjectKey(subject), subject]));
  return [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, subject]) => subject);
}

/**
 * Every permission that a Role, or a role bound for one of the subjects, names, and those that are always asked.
 *
 * Wildcards stand for themselves: only somebody with a wildcard may do `*`.
 */
export function permissionsOf(policy: Policy, tenants: readonly Tenant[]): Action[] {
  const identities = subjectsOf(policy, tenants).map(subject => identityOf(subject));
  const clusterWide = (policy.bindings.get('') ?? []).filter(({subjects}) =>
    subjects.some(subject => identities.some(identity => isNamedBy(identity, subject, ''))),
  );
  const bound = [...clusterWide, ...bindingsOf(policy, tenants)].map(
    binding => rulesOf(policy, binding) ?? [],
  );
  const roles = [...policy.roles].filter(([key]) => key.startsWith('Role ')).map(([, rules]) => rules);
  const rules = [...new Set([...bound, ...roles])].flat();
  const unique = new Map(
    [...rules, ...ALWAYS_ASKED_RULES].flatMap(actionsOf).map(action => [sortKey(action), action]),
  );
  return [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, action]) => action);
}

function bindingsOf({bindings}: Policy, tenants: readonly Tenant[]): Binding[] {
  return tenants.flatMap(({namespace}) => bindings.get(namespace) ?? []);
}

function plain({kind, name, namespace}: Subject, bindingNamespace = ''): Subject {
  return {kind, name, ...(kind === 'ServiceAccount' && {namespace: namespace || bindingNamespace})};
}

function actionsOf({apiGroups = [], resources = [], resourceNames = [], verbs}: PolicyRule): Action[] {
  const names = resourceNames.length > 0 ? resourceNames.map(name => ({name})) : [{}];
  return apiGroups.flatMap(group =>
    resources.flatMap(combined =>
      names.flatMap(name => verbs.map(verb => ({verb, group, ...splitResource(combined), ...name}))),
    ),
  );
}

function sortKey({group, resource, subresource = '', name = '', verb}: Action): string {
  return [group, resource, subresource, name, verb].join('\n');
}
