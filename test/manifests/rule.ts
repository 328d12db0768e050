/** A rule of a Role or ClusterRole. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** Every single permission of `wanted` that no rule of `held` gives. */
export function missing(wanted: readonly Rule[], held: readonly Rule[]): string[] {
  return wanted
    .flatMap(permissions)
    .filter(permission => !held.some(rule => gives(rule, permission)))
    .map(({apiGroup, resource, verb, name}) => [apiGroup, resource, verb, name].join(' '));
}

interface Permission {
  readonly apiGroup: string;
  readonly resource: string;
  readonly verb: string;
  readonly name: string | undefined;
}

function permissions({apiGroups, resources, verbs, resourceNames = []}: Rule): Permission[] {
  const names = resourceNames.length > 0 ? resourceNames : [undefined];
  return apiGroups.flatMap(apiGroup =>
    resources.flatMap(resource =>
      verbs.flatMap(verb => names.map(name => ({apiGroup, resource, verb, name}))),
    ),
  );
}

function gives(rule: Rule, {apiGroup, resource, verb, name}: Permission): boolean {
  const named = !rule.resourceNames || (name !== undefined && rule.resourceNames.includes(name));
  return (
    named &&
    rule.apiGroups.includes(apiGroup) &&
    rule.resources.includes(resource) &&
    rule.verbs.includes(verb)
  );
}
