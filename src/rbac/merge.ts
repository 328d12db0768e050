import type {PolicyRule} from './rule.ts';

/** The same permissions in few rules: verbs of one resource together, then resources with the same verbs. */
export function mergeRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const verbs = new Map<string, Set<string>>();
  for (const {apiGroups = [], resources = [], resourceNames = [], ...rule} of rules)
    for (const group of apiGroups)
      for (const resource of resources) {
        const key = JSON.stringify([group, [...resourceNames].sort(), resource]);
        verbs.set(key, new Set([...(verbs.get(key) ?? []), ...rule.verbs]));
      }
  const merged = Map.groupBy([...verbs].sort(), ([key, allowed]) => {
    const [group, names] = JSON.parse(key) as [string, string[], string];
    return JSON.stringify([group, names, [...allowed].sort()]);
  });
  return [...merged].map(([key, members]) => {
    const [group, names, allowed] = JSON.parse(key) as [string, string[], string[]];
    const resources = members.map(([member]) => (JSON.parse(member) as [string, string[], string])[2]);
    return {
      apiGroups: [group],
      resources,
      ...(names.length > 0 && {resourceNames: names}),
      verbs: allowed,
    };
  });
}
