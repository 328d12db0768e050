import fc from 'fast-check';
import {isJsonObject, type Json, type JsonObject} from '../../src/kubernetes/object.ts';

/** What a careless or hostile template may say anywhere: names that are others', expressions of all kinds, odd values. */
const WORDS: readonly Json[] = [
  '*',
  'system:authenticated',
  'system:masters',
  'kube-system',
  'cluster-admin',
  'default-editor',
  'mlpipeline-minio-artifact',
  'get',
  'bind',
  'secrets',
  'privileged',
  'LoadBalancer',
  '0.0.0.0/0',
  'kubernetes.io/service-account-token',
  'https://[::1]',
  'constructor',
  'a.b/c',
  '${credentials.secretKey}',
  '${credentials.accessKey}',
  '${base64.encode(credentials.secretKey)}',
  '${json(credentials)}',
  '${hash(credentials.secretKey)}',
  '${{"key": credentials.secretKey}}',
  '${[credentials.accessKey, credentials.secretKey]}',
  '${credentials.secretKey == "a" ? "b" : "c"}',
  '${credentials.secretName}',
  '${credentials.mode}',
  '${owner.name}',
  '${owner.kind}',
  '${owner}',
  '${ns.name}',
  '${ns.labels}',
  '${profile}',
  '${profile.metadata.labels}',
  '${profile.metadata.annotations}',
  '${profile.metadata.annotations[?"note"]}',
  '${profile.metadata.labels.?constructor.orValue("none")}',
  '${profile.spec.resourceQuotaSpec.hard}',
  '${profile.spec.plugins}',
  '${collaborators}',
  '${collaborators.map(c, c.name)}',
  '${collaborators.map(c, {"kind": c.kind, "name": c.name})}',
  '${collaborators[0].name}',
  '${values.namespaces}',
  '${values.custom}',
  '${item}',
  '${"kube-" + "system"}',
  '${{"namespace": "kube-system"}}',
  '${[{"op": "add"}]}',
  '${optional.none()}',
  '${{"toString": 1, "length": 2, "constructor": {}}}',
  '${null}',
  '${1 / 0}',
  '${1.5}',
  '${-1}',
  '${true}',
  '${[]}',
  '${{}}',
  '${"x".replace("x", "xxxxxxxxxx").replace("x", "xxxxxxxxxx").replace("x", "xxxxxxxxxx")}',
  '${owner.name.matches("^(a+)+$")}',
  '${[1, 2, 3].map(x, [1, 2, 3].map(y, x * y))}',
  '${!("a" in profile.metadata.labels)}',
  '${((ns.name)) == (owner.name) && !(values.istio.enabled)}',
  '${bytes("{\\"__proto__\\": {\\"a\\": 1}}").json()}',
  'text with ${owner.name} and ${ns.name}',
  '$${not.one}',
  '${',
  '',
  null,
  true,
  0,
  -1,
  1e300,
  9007199254740992,
  [],
  {},
  [null],
  [[[]]],
  {a: null},
  {toString: 1, valueOf: 1, length: 2, constructor: {}},
  '\u202e\u0000',
  'x'.repeat(300),
];

/** Fields at which kinds are told apart or tenants meet; added wherever a map is. */
const KEYS = [
  'namespace',
  'name',
  'kind',
  'apiVersion',
  'metadata',
  'annotations',
  'labels',
  'profile-sync.kubeflow.org/include-when',
  'profile-sync.kubeflow.org/for-each',
  'finalizers',
  'ownerReferences',
  'status',
  'subjects',
  'roleRef',
  'rules',
  'verbs',
  'resourceNames',
  'aggregationRule',
  'rbac.authorization.kubeflow.org/aggregate-to-kubeflow-edit',
  'data',
  'stringData',
  'binaryData',
  'type',
  'spec',
  'template',
  'containers',
  'hostPath',
  'securityContext',
  'privileged',
  'ingress',
  'podSelector',
  'namespaceSelector',
  'externalIPs',
  'constructor',
  'toString',
  '${ns.name}',
];

const KINDS: readonly (readonly [apiVersion: string, kind: string])[] = [
  ['v1', 'ConfigMap'],
  ['v1', 'Secret'],
  ['v1', 'Service'],
  ['v1', 'ServiceAccount'],
  ['v1', 'Namespace'],
  ['v1', 'Pod'],
  ['v1', 'PersistentVolumeClaim'],
  ['rbac.authorization.k8s.io/v1', 'Role'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['apps/v1', 'Deployment'],
  ['kubeflow.org/v1alpha1', 'PodDefault'],
  ['security.istio.io/v1', 'AuthorizationPolicy'],
];

/** One change of a template; numbers pick, each modulo what there is. */
export interface Mutation {
  readonly change: 'word' | 'swap' | 'copy' | 'delete' | 'key' | 'kind' | 'list';
  readonly at: number;
  readonly pick: number;
  readonly other: number;
}

export const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.record({
    change: fc.constantFrom('word', 'word', 'word', 'swap', 'copy', 'delete', 'key', 'kind', 'list'),
    at: fc.nat(),
    pick: fc.nat(),
    other: fc.nat(),
  }),
  {minLength: 1, maxLength: 3},
);

/** The template with the changes; `others` lend subtrees. Nothing is shared with what is given. */
export function mutate(template: Json, changes: readonly Mutation[], others: readonly Json[]): Json {
  return changes.reduce((tree, change) => applied(tree, change, others), structuredClone(template));
}

type Path = readonly (string | number)[];

function applied(tree: Json, {change, at, pick, other}: Mutation, others: readonly Json[]): Json {
  const paths = pathsOf(tree);
  const path = choose(paths, at);
  switch (change) {
    case 'word':
      return withValue(tree, path, choose(WORDS, pick));
    case 'swap': {
      const lender = choose(others, other);
      return withValue(tree, path, structuredClone(valueAt(lender, choose(pathsOf(lender), pick))));
    }
    case 'copy':
      return withValue(tree, path, structuredClone(valueAt(tree, choose(paths, pick))));
    case 'delete':
      return path.length === 0 ? tree : withValue(tree, path, undefined);
    case 'key':
      return withValue(tree, [...mapAbove(tree, path), choose(KEYS, pick)], choose(WORDS, other));
    case 'list':
      return withValue(tree, path, [structuredClone(valueAt(tree, path)), choose(WORDS, pick)]);
    default: {
      const [apiVersion, kind] = choose(KINDS, pick);
      return isJsonObject(tree) ? {...tree, apiVersion, kind} : tree;
    }
  }
}

function choose<T>(items: readonly T[], number: number): T {
  return items[number % items.length] as T;
}

function pathsOf(tree: Json, path: Path = []): Path[] {
  if (typeof tree !== 'object' || tree === null) return [path];
  return [
    path,
    ...Object.entries(tree).flatMap(([key, value]) => pathsOf(value, [...path, stepOf(tree, key)])),
  ];
}

function stepOf(tree: Json, key: string): string | number {
  return Array.isArray(tree) ? Number(key) : key;
}

function valueAt(tree: Json, path: Path): Json {
  return path.reduce<Json>((value, step) => (value as JsonObject)[step] as Json, tree);
}

function mapAbove(tree: Json, path: Path): Path {
  return path.length === 0 || isJsonObject(valueAt(tree, path)) ? path : mapAbove(tree, path.slice(0, -1));
}

/** `undefined` takes the field out. A tree that is no map any more becomes the value. */
function withValue(tree: Json, path: Path, value: Json | undefined): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value ?? null;
  if (typeof tree !== 'object' || tree === null) return value ?? null;
  const entries = Object.entries(tree).filter(([key]) => key !== String(step));
  const below = (tree as JsonObject)[step];
  const changed = rest.length === 0 ? value : withValue(below ?? {}, rest, value);
  if (Array.isArray(tree)) {
    return tree.flatMap((item, index) =>
      index === step ? (changed === undefined ? [] : [changed]) : [item],
    );
  }
  return Object.fromEntries(changed === undefined ? entries : [...entries, [String(step), changed]]);
}
