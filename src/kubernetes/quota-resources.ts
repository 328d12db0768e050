/** Objects that Kubernetes counts for every namespace (`IsStandardQuotaResourceName` in pkg/apis/core/helper). */
export const COUNTED_RESOURCES: readonly string[] = [
  'configmaps',
  'persistentvolumeclaims',
  'pods',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'services',
  'services.loadbalancers',
  'services.nodeports',
];

/** What a scope that is about pods can limit (`IsResourceQuotaScopeValidForResource`). */
export const POD_RESOURCES: readonly string[] = [
  'cpu',
  'limits.cpu',
  'limits.memory',
  'memory',
  'pods',
  'requests.cpu',
  'requests.memory',
];
