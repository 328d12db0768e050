import {
  groupKey,
  isJsonObject,
  type Json,
  type JsonObject,
  type KubernetesObject,
} from '../kubernetes/object.ts';

/** Others have a kind of this name too. */
const ROLE = 'Role.rbac.authorization.k8s.io/v1';

/** Kubeflow's labels for parts of its roles end in the role's name: `…/aggregate-to-kubeflow-view: "true"`. */
const PART_LABEL = /^rbac\.authorization\.kubeflow\.org\/aggregate-to-/;

/** What is wrong with a Role, and where in it. */
export interface AggregationProblem<T> {
  readonly item: T;
  readonly path: readonly string[];
  readonly message: string;
}

/** Items with their Roles filled. */
export interface Aggregated<T> {
  readonly items: T[];
  /** Left out of the items: they are only ingredients. */
  readonly parts: T[];
  /** Those of the items that were filled. */
  readonly filled: ReadonlySet<T>;
  readonly problems: AggregationProblem<T>[];
}

/**
 * Fills Roles as Kubernetes fills ClusterRoles: one with `aggregationRule.roleSelectors` gets the rules of every
 * Role whose labels match.
 */
export function aggregateRoles<T extends {readonly object: KubernetesObject}>(
  items: readonly T[],
): Aggregated<T> {
  const roles = items.filter(({object}) => groupKey(object) === ROLE);
  const aggregating = roles.filter(({object}) => object.aggregationRule !== undefined);
  const isPart = (item: T) =>
    !aggregating.includes(item) && aggregating.some(role => selects(role.object, item.object));
  const problems = [
    ...aggregating.flatMap(aggregatingProblems),
    ...roles.filter(item => !aggregating.includes(item) && !isPart(item)).flatMap(orphanProblems),
  ];
  const parts = roles.filter(isPart);
  const filled = new Set<T>();
  const kept = items
    .filter(item => !parts.includes(item))
    .map(item => {
      if (!aggregating.includes(item)) return item;
      const full = {...item, object: fill(item.object, roles)};
      filled.add(full);
      return full;
    });
  return {items: kept, parts, filled, problems};
}

function fill<T extends {readonly object: KubernetesObject}>(
  role: KubernetesObject,
  roles: readonly T[],
): KubernetesObject {
  const {aggregationRule: _, ...rest} = role;
  const rules = collectRules(
    role,
    roles.map(({object}) => object),
    new Set(),
  );
  const unique = new Map(rules.map(rule => [JSON.stringify(rule), rule]));
  return {...rest, rules: [...unique.values()]} as KubernetesObject;
}

function collectRules(
  role: KubernetesObject,
  roles: readonly KubernetesObject[],
  seen: Set<KubernetesObject>,
): Json[] {
  if (seen.has(role)) return [];
  seen.add(role);
  if (role.aggregationRule === undefined) return Array.isArray(role.rules) ? role.rules : [];
  const parts = roles.filter(part => part !== role && selects(role, part));
  parts.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  return parts.flatMap(part => collectRules(part, roles, seen));
}

function selects(role: KubernetesObject, part: KubernetesObject): boolean {
  const labels = part.metadata.labels ?? {};
  return selectorsOf(role).some(({matchLabels}) => {
    const wanted = Object.entries(isJsonObject(matchLabels) ? matchLabels : {});
    return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
  });
}

function selectorsOf(role: KubernetesObject): JsonObject[] {
  const rule = role.aggregationRule;
  return isJsonObject(rule) && Array.isArray(rule.roleSelectors)
    ? rule.roleSelectors.filter(isJsonObject)
    : [];
}

function aggregatingProblems<T extends {readonly object: KubernetesObject}>(
  item: T,
): AggregationProblem<T>[] {
  const {object} = item;
  const problem = (path: string[], message: string) => [
    {item, path, message: `cannot aggregate Role ${nameOf(object)}: ${message}`},
  ];
  if (object.rules !== undefined)
    return problem(['rules'], 'its rules come from its parts; put these into a part');
  const selectors = selectorsOf(object);
  const plain = selectors.every(
    selector => isJsonObject(selector.matchLabels) && Object.keys(selector).length === 1,
  );
  return selectors.length > 0 && plain
    ? []
    : problem(['aggregationRule'], 'it needs roleSelectors with matchLabels alone');
}

// Otherwise a misspelt label would make a Role that grants nobody anything, without a word.
function orphanProblems<T extends {readonly object: KubernetesObject}>(item: T): AggregationProblem<T>[] {
  const label = Object.keys(item.object.metadata.labels ?? {}).find(key => PART_LABEL.test(key));
  if (!label) return [];
  const message = `cannot aggregate Role ${nameOf(item.object)}: no Role selects its label ${label}`;
  return [{item, path: ['metadata', 'labels', label], message}];
}

// What an expression makes is judged later: until then a name may be anything.
function nameOf({metadata}: KubernetesObject): string {
  return typeof metadata.name === 'string' ? metadata.name : 'without a name';
}
