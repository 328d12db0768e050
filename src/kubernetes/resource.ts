import {groupKey} from '../guard/tenancy.ts';
import {ownValue} from './object.ts';

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
};

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
