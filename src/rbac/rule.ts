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

/** What a RoleBinding points at. */
export interface RoleRef {
  readonly kind: string;
  readonly name: string;
}
