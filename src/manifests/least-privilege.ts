import {mergeRules} from '../rbac/merge.ts';
import type {PolicyRule} from '../rbac/rule.ts';
import {reachesSecrets} from './grants.ts';
import type {ChildKind, Needs} from './needs.ts';
import type {ManifestOptions} from './options.ts';

/** One rule of Metacontroller's ClusterRole, and why it is there. */
export interface ReasonedRule {
  readonly reason: string;
  readonly rule: PolicyRule;
}

const RBAC = 'rbac.authorization.k8s.io';

/**
 * The smallest ClusterRole with which Metacontroller 4.16 and later serves the templates under server-side apply. A
 * test on a real API server takes each verb away and sees a write or a watch fail.
 */
export function leastPrivilege(needs: Needs, options: ManifestOptions): ReasonedRule[] {
  return [
    ...ownRules(needs),
    ...profileRules(),
    ...relatedRules(needs),
    ...childRules(needs),
    ...secretRules(needs, options),
    ...bindRules(needs),
    ...heldRules(needs),
    {
      reason:
        'A failed sync is told in an Event on the Profile; for a cluster-scoped object it lands in `default`.',
      rule: {apiGroups: [''], resources: ['events'], verbs: ['create', 'patch']},
    },
  ];
}

function ownRules({mode}: Needs): ReasonedRule[] {
  const own = {
    reason:
      'Its own objects: it watches both kinds of controllers whichever are used, and starts an informer of revisions.',
    rule: {
      apiGroups: ['metacontroller.k8s.io'],
      resources: ['compositecontrollers', 'controllerrevisions', 'decoratorcontrollers'],
      verbs: ['list', 'watch'],
    },
  };
  const definitions = {
    reason: "A CompositeController looks up whether its parent's definition has a status subresource.",
    rule: {
      apiGroups: ['apiextensions.k8s.io'],
      resources: ['customresourcedefinitions'],
      verbs: ['list', 'watch'],
    },
  };
  return mode === 'standalone' ? [own, definitions] : [own];
}

function profileRules(): ReasonedRule[] {
  return [
    {
      reason:
        'The parents: update, for the finalizer that the finalize hook needs. The policy refuses any other change of them.',
      rule: {apiGroups: ['kubeflow.org'], resources: ['profiles'], verbs: ['get', 'list', 'watch', 'update']},
    },
    {
      reason: 'The conditions that the hook answers.',
      rule: {apiGroups: ['kubeflow.org'], resources: ['profiles/status'], verbs: ['update']},
    },
    {
      reason:
        "Its owner references block the owner's deletion, which OwnerReferencesPermissionEnforcement (on in OpenShift) allows only with this.",
      rule: {apiGroups: ['kubeflow.org'], resources: ['profiles/finalizers'], verbs: ['update']},
    },
  ];
}

function relatedRules({kinds}: Needs): ReasonedRule[] {
  const related: ChildKind[] = [
    {apiVersion: 'v1', group: '', resource: 'namespaces'},
    {apiVersion: `${RBAC}/v1`, group: RBAC, resource: 'rolebindings'},
  ];
  const unwatched = related.filter(({group, resource}) => !kinds.some(kind => isSame(kind, group, resource)));
  return unwatched.map(({group, resource}) => ({
    reason:
      resource === 'namespaces'
        ? "Looked at only: is the namespace there, and this Profile's?"
        : 'Looked at only: who are the collaborators?',
    rule: {apiGroups: [group], resources: [resource], verbs: ['list', 'watch']},
  }));
}

function childRules({kinds, mode}: Needs): ReasonedRule[] {
  const verbs =
    mode === 'companion'
      ? ['list', 'watch', 'create', 'patch', 'delete']
      : ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
  const reason =
    mode === 'companion'
      ? 'Children: server-side apply needs create and patch. The hook also looks at RoleBindings (who are the collaborators?).'
      : 'Children: server-side apply needs create and patch; get and update serve to take back a child that lost its owner reference, and to let go of one that lost its label. The hook also looks at Namespaces and RoleBindings.';
  const groups = Map.groupBy(
    kinds.filter(kind => !isSame(kind, '', 'secrets')),
    ({group}) => group,
  );
  return [...groups].map(([group, members], index) => ({
    reason: index === 0 ? reason : `Children, of ${group}.`,
    rule: {apiGroups: [group], resources: members.map(({resource}) => resource), verbs},
  }));
}

function secretRules({secrets, mode}: Needs, {observeSecrets, tokenSecret}: ManifestOptions): ReasonedRule[] {
  const named = {apiGroups: [''], resources: ['secrets'], resourceNames: secrets};
  const adoption = mode === 'standalone' ? ['get', 'update'] : [];
  const rules: ReasonedRule[] = [];
  if (secrets.length > 0)
    rules.push({
      reason:
        "The tenants' keys, by name and write-only: no get, no list, no watch. Under server-side apply a create is a PATCH of the named object, so the name counts for both verbs. Delete serves to take back one whose owner reference somebody removed: OwnerReferencesPermissionEnforcement asks for it, and a tenant could keep the old key otherwise.",
      rule: {...named, verbs: ['create', 'patch', 'delete', ...(observeSecrets ? adoption : [])]},
    });
  if (secrets.length > 0 && observeSecrets)
    rules.push({
      reason:
        '--observe-secrets: a watch cannot be limited to names, so Metacontroller reads EVERY Secret of the cluster, and keys travel in requests to the hook.',
      rule: {apiGroups: [''], resources: ['secrets'], verbs: ['list', 'watch']},
    });
  if (tokenSecret)
    rules.push({
      reason:
        '--token-secret: Metacontroller takes the token from a Secret only through a cluster-wide cache, so it reads EVERY Secret of the cluster.',
      rule: {apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch']},
    });
  return rules;
}

function bindRules({grants}: Needs): ReasonedRule[] {
  const rules: ReasonedRule[] = [];
  const escalated = escalatedRoles(grants);
  if (grants.clusterRoles.length > 0)
    rules.push({
      reason:
        'RoleBindings of these ClusterRoles and no others: without `bind` every permission in them would have to stand here as well.',
      rule: {
        apiGroups: [RBAC],
        resources: ['clusterroles'],
        resourceNames: grants.clusterRoles,
        verbs: ['bind'],
      },
    });
  const foreign = grants.boundRoles.filter(name => !grants.roles.has(name));
  if (foreign.length > 0)
    rules.push({
      reason:
        'RoleBindings of these Roles, which no template renders (values.guards.roles): what they give is unknown here.',
      rule: {apiGroups: [RBAC], resources: ['roles'], resourceNames: foreign, verbs: ['bind']},
    });
  if (escalated.length > 0)
    rules.push({
      reason:
        "This Role lets its holder read the tenant's key. Nobody may grant what they lack, and Metacontroller is not to read Secrets: so it may write and bind just this Role without holding it, and the policy fixes its rules to the letter.",
      rule: {
        apiGroups: [RBAC],
        resources: ['roles'],
        resourceNames: escalated,
        verbs: ['bind', 'escalate'],
      },
    });
  return rules;
}

/** Roles that reach Secrets and are the same for every tenant, so that the policy can pin them down. */
function escalatedRoles({roles}: Needs['grants']): string[] {
  return [...roles]
    .filter(([, variants]) => variants.length === 1 && variants[0]?.some(reachesSecrets))
    .map(([name]) => name);
}

function heldRules({grants}: Needs): ReasonedRule[] {
  const escalated = escalatedRoles(grants);
  const held = [...grants.roles].filter(([name]) => !escalated.includes(name));
  const names = held.map(([name]) => name).join(', ');
  return mergeRules(held.flatMap(([, variants]) => variants.flat())).map((rule, index) => ({
    reason:
      index === 0
        ? `Not used, but held, for nobody may grant what they lack: all that the Roles of the templates give (${names}).`
        : `Held, for these Roles grant it too: ${rule.resources?.join(', ')}.`,
    rule,
  }));
}

function isSame(kind: ChildKind, group: string, resource: string): boolean {
  return kind.group === group && kind.resource === resource;
}
