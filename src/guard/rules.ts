/** A rule that every rendered object is held to. */
export interface Rule {
  /** What is refused. */
  readonly refuses: string;
  /** The value that allows it on purpose; without one nothing does. */
  readonly allow?: string;
}

const TABLE = {
  'tenancy/kind': {
    refuses: 'a kind that is not on the list of kinds that stay within one namespace',
    allow: 'guards.kinds',
  },
  'tenancy/cluster-scoped': {refuses: "a cluster-scoped object but the tenant's own Namespace"},
  'tenancy/namespace': {refuses: "an object outside the tenant's own namespace"},
  'tenancy/name': {
    refuses: 'a name that belongs to KFAM, to Kubernetes or, beside it, to profile-controller',
  },
  'tenancy/cloud-identity': {
    refuses: 'an identity in the cloud that the values do not give this tenant',
    allow: 'plugins.rolePattern, credentials.cloud',
  },
  'tenancy/collaborator-mark': {
    refuses: "KFAM's annotations user and role together, on a RoleBinding other than namespaceAdmin",
  },
  'tenancy/metadata': {
    refuses:
      'owner references, finalizers, status, and other metadata that the API server or Metacontroller writes',
  },
  'tenancy/duplicate': {refuses: 'two objects of one kind and name'},
  'tenancy/size': {refuses: 'objects that etcd would not take, and more objects than a tenant can need'},

  'rbac/role-ref': {
    refuses: 'a binding to a ClusterRole that is not listed, or to a Role that the templates do not render',
    allow: 'guards.clusterRoles, guards.roles',
  },
  'rbac/subject': {
    refuses:
      "a subject other than the owner, collaborators, the namespace's own ServiceAccounts and listed groups",
    allow: 'guards.groups',
  },
  'rbac/wildcard': {refuses: '* among verbs, resources or API groups'},
  'rbac/escalation': {
    refuses:
      'escalate, bind, impersonate, tokens of ServiceAccounts, and writing what holds a tenant: roles, bindings, quotas, limits, policies and the namespace',
  },
  'rbac/secrets': {
    refuses: 'access to Secrets, but get of the listed ones by name',
    allow: 'guards.secrets',
  },

  'pods/security': {
    refuses:
      'pods below the Pod Security level restricted, wherever a pod template stands (nothing allows what baseline refuses too)',
    allow: 'guards.podSecurity: baseline',
  },
  'pods/token': {
    refuses: "a ServiceAccount's token in pods, unless the ServiceAccount or the token's audience is listed",
    allow: 'guards.tokens',
  },
  'pods/image': {
    refuses: 'images from elsewhere, once registries are listed',
    allow: 'guards.imageRegistries',
  },

  'secrets/key': {refuses: "the tenant's key, or anything made of it, outside the data of a Secret"},
  'secrets/type': {refuses: 'Secrets of another type than Opaque, such as tokens of ServiceAccounts'},

  'network/policy': {
    refuses: 'a NetworkPolicy that admits the world, all namespaces or another tenant',
    allow: 'guards.network.namespaces, guards.network.cidrs, guards.network.open',
  },
  'network/unselected': {
    refuses: 'NetworkPolicies that leave some pods of the tenant to everybody',
    allow: 'guards.network.unselectedPods',
  },
  'network/service': {
    refuses: 'a Service of type LoadBalancer, NodePort or ExternalName, or with an external IP',
    allow: 'guards.network.serviceTypes, guards.network.externalIPs',
  },
  'network/authorization': {
    refuses: 'an AuthorizationPolicy that lets in others than the tenant, the platform and probes',
    allow: 'guards.network.principals, guards.network.open',
  },
  'network/namespace-label': {
    refuses: 'labels of the Namespace for Pod Security or sidecars that are not listed',
    allow: 'guards.namespaceLabels',
  },

  'schema/field': {
    refuses: 'a field that the kind does not have, or of another type; a kind without a schema',
  },
  'schema/name': {refuses: 'names, labels and keys that the API server does not take'},
  'schema/value': {refuses: 'values and combinations of fields that the API server does not take'},

  'apply/endless': {refuses: 'what Metacontroller would write again in every sync'},
  'apply/collision': {refuses: 'items of a list that Metacontroller or the API server would take for one'},
  'apply/secret': {
    refuses: 'Secrets under dynamic-apply, which copies them into an annotation',
    allow: 'guards.applyStrategy: server-side-apply',
  },

  'removal/observed': {
    refuses: "an answer that would delete a tenant's Namespace, credentials Secret or PersistentVolumeClaim",
    allow: 'allowRemoval',
  },
} as const satisfies {readonly [name: string]: Rule};

export type RuleName = keyof typeof TABLE;

/** All rules, as `validate --help` and README list them. Each has its attacks in `test/attacks/<rule>`. */
export const RULES: {readonly [name in RuleName]: Rule} = TABLE;
