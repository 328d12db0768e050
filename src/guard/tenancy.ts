import type {CustomKinds} from '../kubernetes/crds.ts';
import {jsonOf} from '../kubernetes/json.ts';
import {groupKey, isJsonObject, type Json, type KubernetesObject, ownValue} from '../kubernetes/object.ts';
import {groupOf} from '../kubernetes/resource.ts';
import {nearest} from '../nearest.ts';
import type {GuardContext} from './context.ts';
import type {Violation} from './violation.ts';

/** How profile-sync runs: beside Kubeflow's profile-controller, or instead of it. */
export type Mode = 'companion' | 'standalone';

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

/** Cluster-scoped kinds of Kubernetes and of what runs beside Kubeflow, by group: no version of them is a tenant's. */
const CLUSTER_SCOPED: {readonly [group: string]: readonly string[]} = {
  '': ['ComponentStatus', 'Namespace', 'Node', 'PersistentVolume'],
  'admissionregistration.k8s.io': [
    'MutatingAdmissionPolicy',
    'MutatingAdmissionPolicyBinding',
    'MutatingWebhookConfiguration',
    'ValidatingAdmissionPolicy',
    'ValidatingAdmissionPolicyBinding',
    'ValidatingWebhookConfiguration',
  ],
  'apiextensions.k8s.io': ['CustomResourceDefinition'],
  'apiregistration.k8s.io': ['APIService'],
  'argoproj.io': ['ClusterWorkflowTemplate'],
  'authentication.k8s.io': ['SelfSubjectReview', 'TokenReview'],
  'authorization.k8s.io': ['SelfSubjectAccessReview', 'SelfSubjectRulesReview', 'SubjectAccessReview'],
  'cert-manager.io': ['ClusterIssuer'],
  'certificates.k8s.io': ['CertificateSigningRequest', 'ClusterTrustBundle'],
  'flowcontrol.apiserver.k8s.io': ['FlowSchema', 'PriorityLevelConfiguration'],
  'kubeflow.org': ['Profile'],
  'metacontroller.k8s.io': ['CompositeController', 'DecoratorController'],
  'networking.k8s.io': ['IPAddress', 'IngressClass', 'ServiceCIDR'],
  'node.k8s.io': ['RuntimeClass'],
  'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
  'resource.k8s.io': ['DeviceClass', 'ResourceSlice'],
  'scheduling.k8s.io': ['PriorityClass'],
  'serving.kserve.io': ['ClusterServingRuntime', 'ClusterStorageContainer'],
  'storage.k8s.io': ['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment', 'VolumeAttributesClass'],
};

/** What a kind can be judged by, before anything is rendered. */
interface KindGuard {
  readonly mode: Mode;
  readonly extraKinds: readonly string[];
}

/** Checks that templates may render this kind. */
export function checkKind(
  object: {readonly kind: string; readonly apiVersion: string},
  {mode, extraKinds}: KindGuard,
): Violation[] {
  const key = groupKey(object);
  const {kind} = object;
  const violation = (rule: 'tenancy/kind' | 'tenancy/cluster-scoped', reason: string, hint?: string) => [
    {rule, path: ['kind'], message: `cannot render ${reason}`, ...(hint && {hint})},
  ];
  if (key === 'Namespace.v1') {
    if (mode === 'standalone') return [];
    const reason = 'Namespace: beside profile-controller it is not ours';
    return violation('tenancy/cluster-scoped', reason, 'use --mode standalone');
  }
  if (ownValue(CLUSTER_SCOPED, groupOf(object.apiVersion))?.includes(kind)) return [clusterScoped(key)];
  if (ALLOWED_KINDS.includes(key) || extraKinds.includes(key)) return [];
  const near = nearest(key, ALLOWED_KINDS);
  const hint = near
    ? `did you mean ${near}?`
    : `values.guards.kinds can allow a namespaced kind, as "${key}"`;
  return violation('tenancy/kind', `${key}: this kind is not allowed`, hint);
}

/** Checks that a kind that the admin has defined is a namespaced one. */
export function checkScope(object: KubernetesObject, crds: CustomKinds): Violation[] {
  const key = groupKey(object);
  return crds.get(key)?.scope === 'Cluster' ? [clusterScoped(key)] : [];
}

function clusterScoped(key: string): Violation {
  return {
    rule: 'tenancy/cluster-scoped',
    path: ['kind'],
    message: `cannot render ${key}: it is cluster-scoped, and no tenant's`,
    hint: 'let an admin of the cluster apply it',
  };
}

/** Checks that an object of an allowed kind stays in the tenant's own namespace. */
export function checkTenancy(object: KubernetesObject, {namespace}: GuardContext): Violation[] {
  if (groupKey(object) === 'Namespace.v1') return checkNamespace(object, namespace);
  return [...checkOwnNamespace(object, namespace), ...checkDataSource(object, namespace)];
}

function checkOwnNamespace({kind, metadata}: KubernetesObject, namespace: string): Violation[] {
  const own = metadata.namespace;
  if (own === undefined || own === namespace) return [];
  return [
    {
      rule: 'tenancy/namespace',
      path: ['metadata', 'namespace'],
      message: `cannot render ${kind}: it is not in the tenant's own namespace`,
      hint: 'leave metadata.namespace out: it is filled in',
    },
  ];
}

function checkNamespace({metadata}: KubernetesObject, namespace: string): Violation[] {
  if (metadata.name === namespace && metadata.namespace === undefined) return [];
  return [
    {
      rule: 'tenancy/cluster-scoped',
      path: ['metadata', 'name'],
      message: "cannot render Namespace: it is not the tenant's own",
      hint: 'write ${ns.name}',
    },
  ];
}

/**
 * A claim can be filled with another namespace's volume, where the cluster has that feature on: a claim of its own, in a
 * pod, or of a StatefulSet.
 */
function checkDataSource(object: KubernetesObject, namespace: string): Violation[] {
  if (!jsonOf(object).includes('"dataSourceRef"')) return [];
  return dataSourcesIn(object as Json, [])
    .filter(({source}) => source !== undefined && source !== namespace)
    .map(({path}) => ({
      rule: 'tenancy/namespace',
      path,
      message: `cannot render ${object.kind}: its data come from another namespace than the tenant's`,
      hint: 'leave the namespace out',
    }));
}

function dataSourcesIn(
  value: Json,
  path: readonly (string | number)[],
): {path: readonly (string | number)[]; source: Json | undefined}[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const place = [...path, Array.isArray(value) ? Number(key) : key];
    const source =
      key === 'dataSourceRef' && isJsonObject(child)
        ? [{path: [...place, 'namespace'], source: child.namespace}]
        : [];
    return [...source, ...dataSourcesIn(child, place)];
  });
}
