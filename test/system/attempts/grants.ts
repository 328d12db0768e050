import type {JsonObject} from '../../../src/kubernetes/object.ts';
import {PIPELINE, ROLE, ROLE_BINDING, SECRET, WORKFLOW} from '../objects.ts';
import {type Attempt, apply, call, childOf, create, ELSEWHERE, objectNamed, remove} from './attempt.ts';

const KEY = 'mlpipeline-minio-artifact';
const PLACES = ['kube-system', 'kubeflow', ELSEWHERE];

/** What would read or place a Secret. */
const SECRET_ATTEMPTS: readonly Attempt[] = [
  ...['alice', 'kubeflow'].map(namespace => ({
    what: `reads the Secret ${KEY} in ${namespace}`,
    request: () => call('GET', 'v1', 'secrets', {namespace, name: KEY}),
  })),
  ...['alice', 'kubeflow', 'kube-system', ''].map(namespace => ({
    what: `lists the Secrets of ${namespace || 'the whole cluster'}`,
    request: () => call('GET', 'v1', 'secrets', {namespace}),
  })),
  {
    what: 'watches the Secrets of the whole cluster',
    request: () => ({method: 'GET', path: '/api/v1/secrets?watch=true&timeoutSeconds=1'}),
  },
  {
    what: `watches the Secret ${KEY} in alice`,
    request: () => ({
      method: 'GET',
      path: `/api/v1/namespaces/alice/secrets?watch=true&timeoutSeconds=1&fieldSelector=metadata.name%3D${KEY}`,
    }),
  },
  {
    what: `deletes the Secret ${KEY} in kubeflow`,
    request: () => remove(objectNamed(SECRET, KEY, 'kubeflow')),
  },
  {what: 'deletes a Secret of another name', request: () => remove(objectNamed(SECRET, 'other', 'alice'))},
  {
    what: 'applies a Secret of another name',
    request: ({alice, mode}) => apply(childOf(alice, objectNamed(SECRET, 'other', 'alice'), mode)),
  },
  ...['kubernetes.io/service-account-token', 'kubernetes.io/basic-auth'].map<Attempt>(type => ({
    what: `applies the Secret ${KEY} with the type ${type}`,
    request: ({bob, mode}) => {
      const annotations = {'kubernetes.io/service-account.name': 'default-editor'};
      const content = {
        type,
        stringData: {username: 'bob', password: 'x'},
        metadata: {name: KEY, namespace: 'bob', annotations},
      };
      return apply(childOf(bob, objectNamed(SECRET, KEY, 'bob', content), mode));
    },
  })),
  ...PLACES.map<Attempt>(namespace => ({
    what: `applies the Secret ${KEY} in ${namespace}`,
    request: ({alice, mode}) => apply(childOf(alice, objectNamed(SECRET, KEY, namespace), mode)),
  })),
];

const WORKFLOWS_RULE = {apiGroups: ['argoproj.io'], resources: ['workflows'], verbs: ['get']};
const SECRETS_RULE = {apiGroups: [''], resources: ['secrets'], verbs: ['get']};

/** What would give somebody a permission. */
const ROLE_ATTEMPTS: readonly Attempt[] = [
  ...[
    {name: 'ml-pipeline-ui-artifact', namespace: 'alice', rule: SECRETS_RULE, say: 'that reads every Secret'},
    {
      name: 'ml-pipeline-ui-artifact',
      namespace: 'kube-system',
      rule: SECRETS_RULE,
      say: 'that reads every Secret',
    },
    {name: 'kubeflow-edit', namespace: 'alice', rule: SECRETS_RULE, say: 'that reads every Secret'},
    {name: 'kubeflow-edit', namespace: 'alice', rule: WORKFLOWS_RULE, say: 'with other rules that it holds'},
    {name: 'kubeflow-edit', namespace: 'kube-system', rule: WORKFLOWS_RULE, say: 'with rules that it holds'},
    {name: 'other', namespace: 'alice', rule: WORKFLOWS_RULE, say: 'with rules that it holds'},
  ].map<Attempt>(({name, namespace, rule, say}) => ({
    what: `applies a Role ${name} in ${namespace} ${say}`,
    request: ({alice, mode}) =>
      apply(childOf(alice, objectNamed(ROLE, name, namespace, {rules: [rule]}), mode)),
  })),
  ...[
    {kind: 'ClusterRole', name: 'cluster-admin', namespace: 'alice'},
    {kind: 'ClusterRole', name: 'view', namespace: 'alice'},
    {kind: 'ClusterRole', name: 'kubeflow-kubernetes-edit', namespace: 'alice'},
    {kind: 'ClusterRole', name: 'kubeflow-edit', namespace: 'kubeflow'},
    {kind: 'Role', name: 'held', namespace: 'alice'},
    {kind: 'Role', name: 'ml-pipeline-ui-artifact', namespace: 'kubeflow'},
  ].map<Attempt>(({kind, name, namespace}) => ({
    what: `binds ${kind} ${name} in ${namespace}`,
    request: ({alice, mode}) =>
      apply(childOf(alice, objectNamed(ROLE_BINDING, 'other', namespace, refTo(kind, name)), mode)),
  })),
];

function refTo(kind: string, name: string): JsonObject {
  return {
    roleRef: {apiGroup: 'rbac.authorization.k8s.io', kind, name},
    subjects: [{apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'mallory@example.com'}],
  };
}

/** What it may do by RBAC only so that it can grant it. */
const HELD_ATTEMPTS: readonly Attempt[] = [
  ...['alice', 'kubeflow'].flatMap<Attempt>(namespace =>
    [WORKFLOW, PIPELINE].map(kind => ({
      what: `creates a ${kind.kind} in ${namespace}`,
      request: ({alice, mode}) => create(childOf(alice, objectNamed(kind, 'other', namespace), mode)),
    })),
  ),
  {
    what: "deletes a tenant's Workflow",
    request: () => remove(objectNamed(WORKFLOW, 'own', 'alice')),
  },
  {
    what: "deletes all of a tenant's Workflows",
    request: () => call('DELETE', WORKFLOW.apiVersion, 'workflows', {namespace: 'alice'}),
  },
];

/** What would reach Secrets, or grant more than the templates do. */
export const GRANT_ATTEMPTS: readonly Attempt[] = [...SECRET_ATTEMPTS, ...ROLE_ATTEMPTS, ...HELD_ATTEMPTS];
