import {CLUSTER_ROLE, CLUSTER_ROLE_BINDING, NAMESPACE, POD} from '../objects.ts';
import {type Attempt, apply, call, create, ELSEWHERE, objectNamed, remove, update} from './attempt.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
const ADMISSION = 'admissionregistration.k8s.io/v1';
const OWN = 'profile-sync-metacontroller';
const EVERYTHING = {rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]};
const CLUSTER_ADMIN = {
  roleRef: {apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin'},
  subjects: [{kind: 'ServiceAccount', namespace: 'kubeflow', name: 'meta-controller-service'}],
};
const POD_SPEC = {spec: {containers: [{name: 'shell', image: 'shell'}]}};
const NAMESPACES = ['alice', 'kubeflow', 'kube-system'];

/** What would make it mightier, or reach the cluster itself. */
export const CLUSTER_ATTEMPTS: readonly Attempt[] = [
  {
    what: 'creates a ClusterRole',
    request: () => apply(objectNamed(CLUSTER_ROLE, 'mighty', undefined, EVERYTHING)),
  },
  {
    what: 'widens its own ClusterRole',
    request: () => apply(objectNamed(CLUSTER_ROLE, OWN, undefined, EVERYTHING)),
  },
  {
    what: 'creates a ClusterRoleBinding to cluster-admin',
    request: () => create(objectNamed(CLUSTER_ROLE_BINDING, 'mighty', undefined, CLUSTER_ADMIN)),
  },
  {
    what: 'points its own ClusterRoleBinding elsewhere',
    request: () => apply(objectNamed(CLUSTER_ROLE_BINDING, OWN, undefined, CLUSTER_ADMIN)),
  },
  ...NAMESPACES.map(namespace => ({
    what: `creates a Pod in ${namespace}`,
    request: () => create(objectNamed(POD, 'shell', namespace, POD_SPEC)),
  })),
  {
    what: 'runs a command in a Pod',
    request: () => call('POST', 'v1', 'pods', {namespace: 'alice', name: 'any', subresource: 'exec'}),
  },
  {
    what: 'adds a container to a running Pod',
    request: () => ({
      ...call(
        'PATCH',
        'v1',
        'pods',
        {namespace: 'alice', name: 'any', subresource: 'ephemeralcontainers'},
        {},
      ),
      contentType: 'application/merge-patch+json',
    }),
  },
  {
    what: "reads a Pod's log",
    request: () => call('GET', 'v1', 'pods', {namespace: 'alice', name: 'any', subresource: 'log'}),
  },
  ...[
    {who: 'an admin', headers: {'impersonate-user': 'admin'}},
    {
      who: 'the group system:masters',
      headers: {'impersonate-user': 'x', 'impersonate-group': 'system:masters'},
    },
    {
      who: 'another ServiceAccount',
      headers: {'impersonate-user': 'system:serviceaccount:kube-system:default'},
    },
  ].map(({who, headers}) => ({
    what: `acts as ${who}`,
    request: () => ({...call('GET', 'v1', 'namespaces'), headers}),
  })),
  ...[
    {namespace: 'alice', name: 'default-editor'},
    {namespace: 'kube-system', name: 'default'},
  ].map(({namespace, name}) => ({
    what: `requests a token of ServiceAccount ${name} in ${namespace}`,
    request: () =>
      call(
        'POST',
        'v1',
        'serviceaccounts',
        {namespace, name, subresource: 'token'},
        {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenRequest',
          spec: {},
        },
      ),
  })),
  ...[
    {method: 'DELETE', apiVersion: ADMISSION, resource: 'validatingadmissionpolicies', name: OWN},
    {method: 'DELETE', apiVersion: ADMISSION, resource: 'validatingadmissionpolicybindings', name: OWN},
    {method: 'POST', apiVersion: ADMISSION, resource: 'validatingadmissionpolicies'},
    {method: 'POST', apiVersion: ADMISSION, resource: 'mutatingwebhookconfigurations'},
    {method: 'POST', apiVersion: ADMISSION, resource: 'validatingwebhookconfigurations'},
    {method: 'POST', apiVersion: 'apiextensions.k8s.io/v1', resource: 'customresourcedefinitions'},
    {method: 'POST', apiVersion: 'certificates.k8s.io/v1', resource: 'certificatesigningrequests'},
    {method: 'POST', apiVersion: 'v1', resource: 'nodes'},
    {method: 'POST', apiVersion: 'v1', resource: 'persistentvolumes'},
    {method: 'GET', apiVersion: 'v1', resource: 'nodes'},
    {method: 'GET', apiVersion: RBAC, resource: 'clusterrolebindings'},
    {method: 'POST', apiVersion: 'metacontroller.k8s.io/v1alpha1', resource: 'compositecontrollers'},
    {method: 'POST', apiVersion: 'metacontroller.k8s.io/v1alpha1', resource: 'decoratorcontrollers'},
  ].map(({method, apiVersion, resource, name = ''}) => ({
    what: `${method} ${resource} ${name}`.trim(),
    request: () => call(method, apiVersion, resource, {name}, method === 'POST' ? {} : undefined),
  })),
  {
    what: 'takes over a namespace that is there already',
    request: ({alice}) => takeOver(ELSEWHERE, alice.metadata.uid as string),
  },
  {
    what: 'takes over kube-system',
    request: ({alice}) => takeOver('kube-system', alice.metadata.uid as string),
  },
  ...[ELSEWHERE, 'kube-system', 'kubeflow'].map(name => ({
    what: `labels the namespace ${name}`,
    request: () => apply(objectNamed(NAMESPACE, name, undefined, {metadata: {name, labels: {a: 'b'}}})),
  })),
  ...[ELSEWHERE, 'kubeflow'].map(name => ({
    what: `deletes the namespace ${name}`,
    request: () => remove(objectNamed(NAMESPACE, name)),
  })),
  {
    what: "finalizes a tenant's namespace",
    request: () => update(objectNamed(NAMESPACE, 'alice'), '/finalize'),
  },
];

// As if a Profile of that name had been there.
function takeOver(name: string, uid: string) {
  const profile = {apiVersion: 'kubeflow.org/v1', kind: 'Profile', name, uid, controller: true};
  const metadata = {
    name,
    labels: {'controller-uid': uid, 'app.kubernetes.io/part-of': 'kubeflow-profile'},
    annotations: {'metacontroller.k8s.io/decorator-controller': 'profile-sync'},
    ownerReferences: [profile],
  };
  return apply(objectNamed(NAMESPACE, name, undefined, {metadata}));
}
