import {isJsonObject, type Json, type JsonObject, type KubernetesObject} from '../kubernetes/object.ts';

/** Kubeflow's labels for parts of its roles end in the role's name: `…/aggregate-to-kubeflow-view: "true"`. */
const PART_LABEL = /^rbac\.authorization\.kubeflow\.org\/aggregate-to-/;

/** What is wrong with a Role, and where in it. */
export interface AggregationProblem<T> {
  readonly item: T;
  readonly path: readonly string[];
  readonly message: string;
}

/**
 * Fills Roles as Kubernetes fills ClusterRoles: one with `aggregationRule.roleSelectors` gets the rules of every
 * Role whose labels match. The parts are left out: they are only ingredients.
 */
export function aggregateRoles<T extends {readonly object: KubernetesObject}>(
  items: readonly T[],
): {items: T[]; problems: AggregationProblem<T>[]} {
  const roles = items.filter(({object}) => object.kind === 'Role');
  const aggregating = roles.filter(({object}) => object.aggregationRule !== undefined);
  const isPart = (item: T) =>
    !aggregating.includes(item) && aggregating.some(role => selects(role.object, item.object));
  const problems = [
    ...aggregating.flatMap(aggregatingProblems),
    ...roles.filter(item => !aggregating.includes(item) && !isPart(item)).flatMap(orphanProblems),
  ];
  const kept = items.filter(item => !(item.object.kind === 'Role' && isPart(item)));
  return {
    items: kept.map(item =>
      aggregating.includes(item) ? {...item, object: fill(item.object, roles)} : item,
    ),
    problems,
  };
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
  parts.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
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
    {item, path, message: `cannot aggregate Role ${object.metadata.name}: ${message}`},
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
  const message = `cannot aggregate Role ${item.object.metadata.name}: no Role selects its label ${label}`;
  return [{item, path: ['metadata', 'labels', label], message}];
}
