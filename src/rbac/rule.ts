/** A rule of a Role or ClusterRole: `rbac.authorization.k8s.io/v1` PolicyRule. */
export interface PolicyRule {
  readonly apiGroups?: readonly string[];
  /** `pods`, `pods/log` or `*`. */
  readonly resources?: readonly string[];
  /** Empty or absent: every name. */
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

/** What a binding points at. */
export interface RoleRef {
  readonly kind: string;
  readonly name: string;
}

/** `pods/log` in a rule: the resource and, if any, the subresource. */
export function splitResource(combined: string): {resource: string; subresource?: string} {
  const slash = combined.indexOf('/');
  if (slash === -1) return {resource: combined};
  return {resource: combined.slice(0, slash), subresource: combined.slice(slash + 1)};
}
