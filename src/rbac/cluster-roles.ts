import {isMetBy} from '../kubernetes/label-selector.ts';
import {type KubernetesObject, ownValue} from '../kubernetes/object.ts';
import type {PolicyRule} from './rule.ts';

/** A ClusterRole that fits its schema. */
export type ClusterRole = Pick<KubernetesObject, 'metadata'> & {
  readonly rules?: readonly PolicyRule[];
  readonly aggregationRule?: {readonly clusterRoleSelectors?: readonly LabelSelector[]};
};

interface LabelSelector {
  readonly matchLabels?: {readonly [key: string]: string};
  readonly matchExpressions?: readonly LabelRequirement[];
}

interface LabelRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/**
 * The rules of each ClusterRole by name, aggregated as Kubernetes' clusterrole-aggregation controller does.
 *
 * It overwrites the own rules of an aggregating role. They are kept where they are its work already: in one read from
 * a cluster (it has a uid), whose parts may not have been given, and where no part was given at all.
 */
export function aggregateClusterRoles(roles: readonly ClusterRole[]): Map<string, readonly PolicyRule[]> {
  return new Map(roles.map(role => [role.metadata.name, [...collect(role, roles, new Set())]]));
}

function collect(role: ClusterRole, roles: readonly ClusterRole[], seen: Set<string>): Set<PolicyRule> {
  if (seen.has(role.metadata.name)) return new Set();
  seen.add(role.metadata.name);
  const own = role.rules ?? [];
  const parts = role.aggregationRule ? roles.filter(part => part !== role && isPart(role, part)) : [];
  const keepsOwn = parts.length === 0 || role.metadata.uid !== undefined;
  return new Set([...(keepsOwn ? own : []), ...parts.flatMap(part => [...collect(part, roles, seen)])]);
}

function isPart({aggregationRule}: ClusterRole, {metadata: {labels = {}}}: ClusterRole): boolean {
  return Boolean(aggregationRule?.clusterRoleSelectors?.some(selector => selects(selector, labels)));
}

// A selector without any requirement selects everything (`metav1.LabelSelectorAsSelector`).
function selects(
  {matchLabels = {}, matchExpressions = []}: LabelSelector,
  labels: {readonly [key: string]: string},
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({key, operator, values = []}) =>
      isMetBy({operator, values}, ownValue(labels, key)),
    )
  );
}
