import {groupKey, ownValue} from './object.ts';

/** A kind's name in urls and in RBAC rules. */
export interface ResourceName {
  /** Empty for the core group. */
  readonly group: string;
  readonly resource: string;
}

/** Lower-case plurals of the kinds that templates may render, by `Kind.group/version`. */
const RESOURCES: {readonly [kind: string]: string} = {
  'ConfigMap.v1': 'configmaps',
  'LimitRange.v1': 'limitranges',
  'Namespace.v1': 'namespaces',
  'PersistentVolumeClaim.v1': 'persistentvolumeclaims',
  'ResourceQuota.v1': 'resourcequotas',
  'Secret.v1': 'secrets',
  'Service.v1': 'services',
  'ServiceAccount.v1': 'serviceaccounts',
  'Deployment.apps/v1': 'deployments',
  'PodDefault.kubeflow.org/v1alpha1': 'poddefaults',
  'NetworkPolicy.networking.k8s.io/v1': 'networkpolicies',
  'PodDisruptionBudget.policy/v1': 'poddisruptionbudgets',
  'Role.rbac.authorization.k8s.io/v1': 'roles',
  'RoleBinding.rbac.authorization.k8s.io/v1': 'rolebindings',
  'AuthorizationPolicy.security.istio.io/v1': 'authorizationpolicies',
  'Endpoints.v1': 'endpoints',
  'Pod.v1': 'pods',
  'PodTemplate.v1': 'podtemplates',
  'ReplicationController.v1': 'replicationcontrollers',
  'DaemonSet.apps/v1': 'daemonsets',
  'ReplicaSet.apps/v1': 'replicasets',
  'StatefulSet.apps/v1': 'statefulsets',
  'HorizontalPodAutoscaler.autoscaling/v2': 'horizontalpodautoscalers',
  'CronJob.batch/v1': 'cronjobs',
  'Job.batch/v1': 'jobs',
  'EndpointSlice.discovery.k8s.io/v1': 'endpointslices',
  'Ingress.networking.k8s.io/v1': 'ingresses',
};

/** Other resources that every cluster has, by group: what kubectl finds by discovery for a name without a group. */
const BUILT_IN: {readonly [group: string]: readonly string[]} = {
  '': ['bindings', 'componentstatuses', 'events', 'nodes', 'persistentvolumes'],
  'admissionregistration.k8s.io': ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
  'apiextensions.k8s.io': ['customresourcedefinitions'],
  apps: ['controllerrevisions'],
  'authentication.k8s.io': ['selfsubjectreviews', 'tokenreviews'],
  'authorization.k8s.io': [
    'localsubjectaccessreviews',
    'selfsubjectaccessreviews',
    'selfsubjectrulesreviews',
    'subjectaccessreviews',
  ],
  'coordination.k8s.io': ['leases'],
  'networking.k8s.io': ['ingressclasses'],
  'rbac.authorization.k8s.io': ['clusterrolebindings', 'clusterroles'],
  'scheduling.k8s.io': ['priorityclasses'],
  'storage.k8s.io': ['csidrivers', 'storageclasses', 'volumeattachments'],
};

const GROUPS = new Map([
  ...Object.entries(BUILT_IN).flatMap(([group, names]) => names.map(name => [name, group] as const)),
  ...Object.entries(RESOURCES).map(
    ([kind, name]) => [name, groupOf(kind.slice(kind.indexOf('.') + 1))] as const,
  ),
]);

/** `RESOURCE[.GROUP][/SUBRESOURCE]` as people write it; as in kubectl a version may stand before the group. */
const WRITTEN_RESOURCE =
  /^(\*|[a-z0-9]+(?:-[a-z0-9]+)*)(?:\.(?:v\d+(?:(?:alpha|beta)\d+)?\.)?([a-z0-9]+(?:[-.][a-z0-9]+)*))?(?:\/([A-Za-z0-9-]+|\*))?$/;

/**
 * Reads `RESOURCE[.GROUP][/SUBRESOURCE]`; `undefined` where it is something else. A name without a group is that of a
 * resource that every cluster has, else of the core group.
 */
export function parseResource(text: string): (ResourceName & {readonly subresource?: string}) | undefined {
  const [, resource, group, subresource] = WRITTEN_RESOURCE.exec(text) ?? [];
  if (resource === undefined) return undefined;
  return {resource, group: group ?? GROUPS.get(resource) ?? '', ...(subresource && {subresource})};
}

/** Whether every cluster, or one with Kubeflow's own kinds, has this resource. */
export function isKnownResource({group, resource}: ResourceName): boolean {
  return GROUPS.get(resource) === group;
}

/** A resource as people write it: `roles.rbac.authorization.k8s.io`, `pods/log`. */
export function formatResource({
  group,
  resource,
  subresource,
}: ResourceName & {readonly subresource?: string}): string {
  return [resource, group && `.${group}`, subresource && `/${subresource}`].join('');
}

/**
 * The resource of a kind; `undefined` for one that is neither built in nor in `extra`, which maps
 * `Kind.group/version` to the plural. Never guessed: a wrong name in a role grants nothing, silently.
 */
export function resourceOf(
  object: {readonly kind: string; readonly apiVersion: string},
  extra: {readonly [kind: string]: string} = {},
): ResourceName | undefined {
  const key = groupKey(object);
  const resource = ownValue(RESOURCES, key) ?? ownValue(extra, key);
  return resource === undefined ? undefined : {group: groupOf(object.apiVersion), resource};
}

/** The API group of an apiVersion; empty for the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] as string) : '';
}
