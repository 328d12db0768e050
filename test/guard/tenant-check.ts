import type {Mode} from '../../src/guard/tenancy.ts';
import {
  isJsonObject,
  type Json,
  type JsonObject,
  type KubernetesObject,
} from '../../src/kubernetes/object.ts';

/** Whose objects they are to be. */
export interface Home {
  readonly mode: Mode;
  readonly namespace: string;
  readonly owner: {readonly kind: string; readonly name: string; readonly namespace?: string};
  readonly collaborators: readonly {readonly name: string}[];
  readonly secrets: readonly string[];
}

const KINDS =
  'ConfigMap Secret Service ServiceAccount ResourceQuota LimitRange PersistentVolumeClaim Role RoleBinding NetworkPolicy Deployment PodDisruptionBudget PodDefault AuthorizationPolicy'.split(
    ' ',
  );
const CLUSTER_ROLES = ['kubeflow-admin', 'kubeflow-edit', 'kubeflow-view'];
const FORBIDDEN_METADATA = ['finalizers', 'ownerReferences', 'generateName', 'uid', 'managedFields'];

/** What is outside the tenant, in words: a second opinion that shares no code with the guards. */
export function strayIn(objects: readonly KubernetesObject[], home: Home): string[] {
  const roles = objects.filter(({kind}) => kind === 'Role').map(({metadata}) => metadata.name);
  return objects.flatMap(object => {
    const found = [
      ...placeOf(object, home),
      ...keyIn(object, home.secrets),
      ...(object.kind === 'RoleBinding' ? bindingOf(object, roles, home) : []),
      ...(object.kind === 'Role' ? roleOf(object) : []),
      ...(['Deployment', 'PodDefault'].includes(object.kind) ? podsOf(object as JsonObject) : []),
    ];
    return found.map(words => `${object.kind} ${object.metadata.name}: ${words}`);
  });
}

function placeOf({kind, metadata, status}: KubernetesObject, {mode, namespace}: Home): string[] {
  const isNamespace = kind === 'Namespace' && mode === 'standalone';
  const isHome = isNamespace
    ? metadata.name === namespace && metadata.namespace === undefined
    : KINDS.includes(kind) && metadata.namespace === namespace;
  const fields = FORBIDDEN_METADATA.filter(field => field in metadata);
  return [...(isHome ? [] : ['not at home']), ...fields, ...(status === undefined ? [] : ['status'])];
}

/** However its bytes are written; of a Secret, its data may hold it. */
function keyIn(object: KubernetesObject, secrets: readonly string[]): string[] {
  const {data: _, ...rest} = object;
  const text = JSON.stringify(object.kind === 'Secret' ? rest : object);
  return secrets
    .flatMap(secret => [secret, ...(['base64', 'base64url', 'hex'] as const).map(encoded(secret))])
    .filter(form => text.includes(form) || text.includes(form.replace(/=+$/, '')))
    .map(() => 'the key');
}

function encoded(secret: string) {
  return (encoding: 'base64' | 'base64url' | 'hex') => Buffer.from(secret).toString(encoding);
}

function bindingOf({roleRef, subjects}: KubernetesObject, roles: readonly string[], home: Home): string[] {
  const {kind, name} = isJsonObject(roleRef) ? roleRef : {};
  const isAllowed = (kind === 'ClusterRole' ? CLUSTER_ROLES : roles).includes(name as string);
  const strangers = mapsIn(subjects).filter(subject => !isAtHome(subject, home));
  return [
    ...(isAllowed ? [] : [`binds ${kind} ${name}`]),
    ...strangers.map(subject => `binds ${JSON.stringify(subject)}`),
  ];
}

function isAtHome(
  {kind, name, namespace}: JsonObject,
  {owner, collaborators, namespace: own}: Home,
): boolean {
  if (
    kind === owner.kind &&
    name === owner.name &&
    (kind !== 'ServiceAccount' || namespace === owner.namespace)
  )
    return true;
  if (kind === 'User') return collaborators.some(other => other.name === name);
  if (kind === 'Group') return name === `system:serviceaccounts:${own}`;
  return kind === 'ServiceAccount' && (namespace === undefined || namespace === own);
}

function roleOf({rules}: KubernetesObject): string[] {
  return mapsIn(rules).flatMap(({verbs, resources, apiGroups}) => {
    const all = [verbs, resources, apiGroups].flatMap(textsIn);
    return [
      ...all.filter(word => word.includes('*')),
      ...textsIn(verbs).filter(verb => ESCALATING.includes(verb)),
    ];
  });
}

const ESCALATING = ['bind', 'escalate', 'impersonate'];

const OF_THE_NODE = ['hostPath', 'hostNetwork', 'hostPID', 'hostIPC', 'privileged', 'hostPort'];

function podsOf(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(podsOf);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => [
    ...(OF_THE_NODE.includes(key) && item ? [`${key} in a pod`] : []),
    ...(['env', 'labels', 'annotations', 'matchLabels', 'nodeSelector'].includes(key) ? [] : podsOf(item)),
  ]);
}

/** What is no map in a list, or no list, the API server does not take. */
function mapsIn(list: unknown): JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

function textsIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter(item => typeof item === 'string') : [];
}
