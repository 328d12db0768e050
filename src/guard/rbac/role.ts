import {groupKey, isJsonObject, type JsonObject, type KubernetesObject} from '../../kubernetes/object.ts';
import type {GuardContext} from '../context.ts';
import type {RuleName} from '../rules.ts';
import type {Violation} from '../violation.ts';
import {listing, listOf, shown, textsOf} from './words.ts';

const GROUP = 'rbac.authorization.k8s.io';

/** Verbs with which somebody gives himself more than he has. */
const ESCALATING_VERBS = ['bind', 'escalate', 'impersonate'];

const READING_VERBS = ['get', 'list', 'watch'];

/** Resources that are more than they seem to whoever may write them, and what it comes to. */
const GUARDED_WRITES: readonly {readonly group: string; readonly resource: string; readonly words: string}[] =
  [
    {
      group: GROUP,
      resource: 'roles',
      words: 'who may write Roles gives himself any permission that he has elsewhere',
    },
    {group: GROUP, resource: 'rolebindings', words: 'who may write RoleBindings lets others in'},
    {
      group: 'networking.k8s.io',
      resource: 'networkpolicies',
      words: 'who may write NetworkPolicies lets everybody in',
    },
    {
      group: 'security.istio.io',
      resource: 'authorizationpolicies',
      words: 'who may write AuthorizationPolicies lets everybody in',
    },
    {
      group: 'networking.istio.io',
      resource: 'envoyfilters',
      words: 'who may write EnvoyFilters goes round every AuthorizationPolicy',
    },
    {group: '', resource: 'limitranges', words: "who may write LimitRanges lifts the tenant's own limits"},
    {
      group: '',
      resource: 'resourcequotas',
      words: "who may write ResourceQuotas lifts the tenant's own limits",
    },
    {group: '', resource: 'serviceaccounts/token', words: 'a token of any ServiceAccount can be had with it'},
    {
      group: '',
      resource: 'namespaces',
      words: 'who may write the namespace sets its labels, which hold its Pod Security level',
    },
  ];

/** Checks the rules of a Role, and of a part of one, which is judged before it is aggregated. */
export function checkRole(object: KubernetesObject, {values}: GuardContext): Violation[] {
  if (groupKey(object) !== `Role.${GROUP}/v1`) return [];
  const secrets = values.guards.secrets;
  return listOf(object.rules).flatMap((rule, index) =>
    isJsonObject(rule) ? checkRule(rule, ['rules', index], secrets) : [],
  );
}

function checkRule(
  rule: JsonObject,
  path: readonly (string | number)[],
  secrets: readonly string[],
): Violation[] {
  const [verbs, resources, groups] = [rule.verbs, rule.resources, rule.apiGroups].map(textsOf) as [
    string[],
    string[],
    string[],
  ];
  return [
    ...checkWildcards(rule, path),
    ...checkEscalation({verbs, resources, groups}, path),
    ...(groups.includes('') && resources.some(resource => resource.split('/')[0] === 'secrets')
      ? checkSecrets(verbs, textsOf(rule.resourceNames), path, secrets)
      : []),
  ];
}

function checkWildcards(rule: JsonObject, path: readonly (string | number)[]): Violation[] {
  return ['verbs', 'resources', 'apiGroups', 'nonResourceURLs'].flatMap(field =>
    textsOf(rule[field]).flatMap((text, index) =>
      text.includes('*')
        ? [
            violation(
              'rbac/wildcard',
              [...path, field, index],
              `${field} has *, which grants what no template names`,
              'write out what is needed',
            ),
          ]
        : [],
    ),
  );
}

function checkEscalation(
  {verbs, resources, groups}: {verbs: string[]; resources: string[]; groups: string[]},
  path: readonly (string | number)[],
): Violation[] {
  const escalating = verbs.flatMap((verb, index) =>
    ESCALATING_VERBS.includes(verb)
      ? [
          violation(
            'rbac/escalation',
            [...path, 'verbs', index],
            `${verb} gives more than its holder has`,
            'leave it out',
          ),
        ]
      : [],
  );
  if (verbs.every(verb => READING_VERBS.includes(verb))) return escalating;
  const guarded = GUARDED_WRITES.filter(({group}) => groups.includes(group)).flatMap(({resource, words}) => {
    const index = resources.findIndex(name => name === resource || name.startsWith(`${resource}/`));
    return index === -1
      ? []
      : [violation('rbac/escalation', [...path, 'resources', index], words, 'leave it out')];
  });
  return [...escalating, ...guarded];
}

function checkSecrets(
  verbs: readonly string[],
  names: readonly string[],
  path: readonly (string | number)[],
  secrets: readonly string[],
): Violation[] {
  const rule = 'rbac/secrets';
  const other = verbs.findIndex(verb => verb !== 'get');
  const unlisted = names.findIndex(name => !secrets.includes(name));
  return [
    ...(other === -1
      ? []
      : [
          violation(
            rule,
            [...path, 'verbs', other],
            'of Secrets nothing but get is allowed',
            'write verbs: [get], in a rule for Secrets alone',
          ),
        ]),
    ...(names.length === 0
      ? [
          violation(
            rule,
            [...path, 'resources'],
            'without resourceNames it reaches every Secret of the tenant',
            'name them in resourceNames; guards.secrets lists which may be named',
          ),
        ]
      : []),
    ...(unlisted === -1
      ? []
      : [
          violation(
            rule,
            [...path, 'resourceNames', unlisted],
            `Secret ${shown(names[unlisted])} is not listed`,
            listing('guards.secrets', secrets, names[unlisted]),
          ),
        ]),
  ];
}

function violation(
  rule: RuleName,
  path: readonly (string | number)[],
  reason: string,
  hint?: string,
): Violation {
  return {rule, path, message: `cannot render Role: ${reason}`, ...(hint && {hint})};
}
