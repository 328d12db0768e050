import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {controllerOf} from '../../src/kubernetes/owner.ts';
import {DECORATOR_ANNOTATION, UID_LABEL} from '../../src/metacontroller/marks.ts';
import {type Kind, NAMESPACE, PROFILE, SECRET} from './objects.ts';
import type {System} from './system.ts';

/** The kinds that a template may render here. */
const KINDS: readonly Kind[] = [
  ...['ConfigMap', 'LimitRange', 'ResourceQuota', 'Service', 'ServiceAccount'].map(kind => ({
    apiVersion: 'v1',
    kind,
  })),
  SECRET,
  {apiVersion: 'apps/v1', kind: 'Deployment'},
  {apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy'},
  {apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role'},
  {apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding'},
  {apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy'},
  {apiVersion: 'kubeflow.org/v1alpha1', kind: 'PodDefault'},
];

/** What Metacontroller made in a tenant's namespace, and in standalone the Namespace; sorted by kind and name. */
export async function childrenOf(system: System, tenant: string): Promise<KubernetesObject[]> {
  const profile = await system.get(PROFILE, tenant);
  const lists = await Promise.all(KINDS.map(kind => system.list(kind, tenant)));
  const namespace = await system.find(NAMESPACE, tenant);
  const all = [...lists.flat(), ...(namespace ? [{...namespace, ...NAMESPACE}] : [])];
  return all.filter(object => isChild(object, profile)).sort(byName);
}

/** `Kind name` of each. */
export function namesOf(objects: readonly KubernetesObject[]): string[] {
  return objects.map(({kind, metadata}) => `${kind} ${metadata.name}`);
}

/** What an object says beside what the API server writes into it, or draws for a new one. */
export function contentOf(object: KubernetesObject): object {
  const {metadata, status: _, ...rest} = structuredClone(object);
  if (object.kind === 'Service')
    for (const field of ['clusterIP', 'clusterIPs']) delete (rest.spec as JsonObject)[field];
  const {labels = {}, annotations = {}, ownerReferences} = metadata;
  const {'deployment.kubernetes.io/revision': __, ...own} = annotations;
  return {...rest, labels, annotations: own, ownerReferences};
}

function isChild(object: KubernetesObject, {metadata: {uid}}: KubernetesObject): boolean {
  const {labels, annotations} = object.metadata;
  return controllerOf(object)?.uid === uid && !!(labels?.[UID_LABEL] ?? annotations?.[DECORATOR_ANNOTATION]);
}

function byName(a: KubernetesObject, b: KubernetesObject): number {
  const [left, right] = [a, b].map(({kind, metadata}) => `${kind} ${metadata.name}`) as [string, string];
  return left < right ? -1 : 1;
}
