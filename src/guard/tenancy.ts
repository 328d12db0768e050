import {groupKey, type KubernetesObject} from '../kubernetes/object.ts';
import {nearest} from '../nearest.ts';

/** How profile-sync runs: beside Kubeflow's profile-controller, or instead of it. */
export type Mode = 'companion' | 'standalone';

/** What an object would do outside its tenant, and where it says so. */
export interface Violation {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint?: string;
}

/** Namespaced kinds that stay within one tenant, as `Kind.group/version`. */
const ALLOWED_KINDS = [
  'ConfigMap.v1',
  'Secret.v1',
  'Service.v1',
  'ServiceAccount.v1',
  'ResourceQuota.v1',
  'LimitRange.v1',
  'PersistentVolumeClaim.v1',
  'Role.rbac.authorization.k8s.io/v1',
  'RoleBinding.rbac.authorization.k8s.io/v1',
  'NetworkPolicy.networking.k8s.io/v1',
  'Deployment.apps/v1',
  'PodDisruptionBudget.policy/v1',
  'PodDefault.kubeflow.org/v1alpha1',
  'AuthorizationPolicy.security.istio.io/v1',
];

/** Checks that templates may render this kind. */
export function checkKind(
  object: {readonly kind: string; readonly apiVersion: string},
  {mode, extraKinds}: {mode: Mode; extraKinds: readonly string[]},
): Violation[] {
  const key = groupKey(object);
  if (key === 'Namespace.v1') {
    if (mode === 'standalone') return [];
    const message = 'cannot render Namespace: beside profile-controller it is not ours';
    return [{path: ['kind'], message, hint: 'use --mode standalone'}];
  }
  if (ALLOWED_KINDS.includes(key) || extraKinds.includes(key)) return [];
  const near = nearest(key, ALLOWED_KINDS);
  const hint = near
    ? `did you mean ${near}?`
    : `values.guards.kinds can allow a namespaced kind, as "${key}"`;
  return [{path: ['kind'], message: `cannot render ${key}: this kind is not allowed`, hint}];
}

/** Checks that an object is of an allowed kind and stays in the tenant's own namespace. */
export function checkTenancy(
  object: KubernetesObject,
  {namespace, mode, extraKinds}: {namespace: string; mode: Mode; extraKinds: readonly string[]},
): Violation[] {
  const key = groupKey(object);
  const {name, namespace: own} = object.metadata;
  if (typeof name !== 'string' || name === '') {
    return [{path: ['metadata', 'name'], message: 'cannot render object: metadata.name is not a text'}];
  }
  const kindViolations = checkKind(object, {mode, extraKinds});
  if (kindViolations.length > 0) return kindViolations;
  if (key === 'Namespace.v1') return checkNamespace(object, namespace);
  if (own === undefined || own === namespace) return [];
  const hint = 'leave metadata.namespace out: it is filled in';
  return [
    {
      path: ['metadata', 'namespace'],
      message: "cannot render object: it is not in the tenant's own namespace",
      hint,
    },
  ];
}

function checkNamespace({metadata}: KubernetesObject, namespace: string): Violation[] {
  if (metadata.name === namespace && metadata.namespace === undefined) return [];
  return [
    {
      path: ['metadata', 'name'],
      message: "cannot render Namespace: it is not the tenant's own",
      hint: 'write ${ns.name}',
    },
  ];
}
