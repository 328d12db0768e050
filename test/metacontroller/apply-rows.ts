import {readFileSync} from 'node:fs';
import {load} from 'js-yaml';
import type {GuardValues} from '../../src/guard/context.ts';
import {type Json, type JsonObject, type KubernetesObject, ownValue} from '../../src/kubernetes/object.ts';

/** Metacontroller's `--apply-strategy`. */
export type ApplyStrategy = GuardValues['applyStrategy'];

export const APPLY_STRATEGIES: readonly ApplyStrategy[] = ['server-side-apply', 'dynamic-apply'];

/** What an object comes to that Metacontroller applies again and again: see `apply-rows.yaml`. */
export type Outcome = 'quiet' | 'noisy' | 'lossy' | 'refused';

/** An object, and what it comes to with each strategy. */
export interface ApplyRow {
  readonly what: string;
  readonly object: KubernetesObject;
  readonly 'server-side-apply': Outcome;
  readonly 'dynamic-apply': Outcome;
}

type Builder = (value: never) => JsonObject;

const LABELS = {app: 'a'};
const RBAC = 'rbac.authorization.k8s.io/v1';
const ROLE_REF = {apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'a'};

const deployment = (spec: JsonObject) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  // No ReplicaSet has anything to do.
  spec: {replicas: 0, selector: {matchLabels: LABELS}, template: template({}), ...spec},
});
const template = (spec: JsonObject) => ({
  metadata: {labels: LABELS},
  spec: {containers: [{name: 'a', image: 'a'}], ...spec},
});
const withSpec = (apiVersion: string, kind: string, defaults: JsonObject) => (spec: JsonObject) => ({
  apiVersion,
  kind,
  spec: {...defaults, ...spec},
});
const core = (kind: string) => (fields: JsonObject) => ({apiVersion: 'v1', kind, ...fields});
const selector = {selector: {matchLabels: LABELS}};
const pods = (spec: JsonObject) => deployment({template: template(spec)});
const volume = (fields: JsonObject) => pods({volumes: [{name: 'a', ...fields}]});

/** An object for each word that a row may use. */
export const BUILDERS = {
  deployment,
  pods,
  container: (fields: JsonObject) => pods({containers: [{name: 'a', image: 'a', ...fields}]}),
  volume,
  projected: (sources: Json[]) => volume({projected: {sources}}),
  configMap: core('ConfigMap'),
  serviceAccount: core('ServiceAccount'),
  service: withSpec('v1', 'Service', {selector: LABELS}),
  limits: (limits: Json[]) => withSpec('v1', 'LimitRange', {limits})({}),
  quota: withSpec('v1', 'ResourceQuota', {}),
  claim: withSpec('v1', 'PersistentVolumeClaim', {
    accessModes: ['ReadWriteOnce'],
    resources: {requests: {storage: '1Gi'}},
  }),
  role: (rules: Json[]) => ({apiVersion: RBAC, kind: 'Role', rules}),
  binding: (subjects: Json[]) => ({apiVersion: RBAC, kind: 'RoleBinding', roleRef: ROLE_REF, subjects}),
  policy: withSpec('networking.k8s.io/v1', 'NetworkPolicy', {podSelector: {}, policyTypes: ['Ingress']}),
  budget: withSpec('policy/v1', 'PodDisruptionBudget', selector),
  podDefault: withSpec('kubeflow.org/v1alpha1', 'PodDefault', selector),
  authorization: withSpec('security.istio.io/v1', 'AuthorizationPolicy', {}),
} satisfies {[word: string]: Builder};

/** Objects that are too large for a YAML file. */
const LARGE: RawRow[] = [
  {what: 'a large ConfigMap', outcomes: ['quiet', 'quiet'], configMap: {data: {a: 'x'.repeat(200_000)}}},
  {
    what: 'a ConfigMap too large to be copied',
    outcomes: ['quiet', 'refused'],
    configMap: {data: {a: 'x'.repeat(262_000)}},
  },
  {
    what: 'a ConfigMap that grows by escapes when it is copied',
    outcomes: ['quiet', 'refused'],
    configMap: {data: {a: '<'.repeat(50_000)}},
  },
];

type RawRow = {what: string; outcomes: [Outcome, Outcome]} & JsonObject;

export const APPLY_ROWS: readonly ApplyRow[] = [...(load(read()) as RawRow[]), ...LARGE].map(buildRow);

function read(): string {
  return readFileSync(new URL('apply-rows.yaml', import.meta.url), 'utf8');
}

function buildRow({what, outcomes: [serverSide, dynamic], ...fields}: RawRow, index: number): ApplyRow {
  return {
    what,
    object: build(fields, `row-${index}`),
    'server-side-apply': serverSide,
    'dynamic-apply': dynamic,
  };
}

function build(fields: JsonObject, name: string): KubernetesObject {
  const built = Object.entries(fields).map(([word, value]) => {
    const builder = ownValue<Builder>(BUILDERS, word);
    return builder ? builder(value as never) : {[word]: value};
  });
  const object: JsonObject = Object.assign({}, ...built);
  const metadata = {...(object.metadata as JsonObject | undefined), name, namespace: 'alice'};
  return {...object, metadata} as unknown as KubernetesObject;
}
