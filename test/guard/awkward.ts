import fc from 'fast-check';
import type {Json, JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';

/** A Profile as anybody may write it, and the RoleBindings in its namespace. */
export interface RawTenant {
  readonly profile: JsonObject;
  readonly bindings: readonly KubernetesObject[];
  readonly namespaceLabels: {readonly [key: string]: string};
}

const NAMES = fc.oneof(
  {weight: 6, arbitrary: fc.constantFrom('alice', 'a', '0', 'true', 'constructor', 'x'.repeat(63), 'n--n')},
  fc.constantFrom('kube-public-', 'Alice', 'x'.repeat(64)),
);

const PEOPLE = [
  'alice@example.com',
  'bob@example.com',
  'constructor',
  '*',
  '*@example.com',
  'system:masters',
  'system:serviceaccount:kube-system:default',
  'kube-system',
  'default-editor',
  'cluster-admin',
  'o\'neil"\\@example.com',
  '${credentials.secretKey}',
  '${ns.name}',
  '- {a: [b]} # &x *x',
  'a.b@example.com',
  'a-b@example.com',
  'Zoë 漢字\u202e',
  'line\nbreak',
  `${'a'.repeat(40)}!`,
  'z'.repeat(512),
  '',
];

const TEXTS = fc.oneof(fc.constantFrom(...PEOPLE), fc.string({maxLength: 20, unit: 'binary'}));
const KEYS = ['note', 'team', 'constructor', '__proto__', 'a', 'example.com/tier', 'toString', ''];

const subjects = fc.oneof(
  {weight: 5, arbitrary: fc.record({kind: fc.constant('User'), name: TEXTS})},
  fc.record({kind: fc.constantFrom('Group', 'ServiceAccount', 'Robot'), name: TEXTS}),
  fc.constantFrom<Json>(null, 'eve', {}, {kind: 'User'}, {kind: 'User', name: 1}),
);

const owners = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom(
      {kind: 'User', name: 'alice@example.com'},
      {kind: 'User', name: '${credentials.secretKey}'},
      {kind: 'User', name: 'o\'neil"\\@example.com - {a: [b]} # &x *x'.replaceAll('*', '')},
      {kind: 'User', name: `${'a'.repeat(40)}!`},
      {kind: 'Group', name: 'team'},
      {kind: 'ServiceAccount', name: 'robot'},
    ),
  },
  {weight: 2, arbitrary: fc.record({kind: fc.constantFrom('User', 'Group', 'ServiceAccount'), name: TEXTS})},
  fc.record({
    kind: fc.constant('ServiceAccount'),
    name: fc.constantFrom('robot', 'robot.v1'),
    namespace: fc.constantFrom('robots', 'kube-system', 'NOT_ONE'),
  }),
  fc.constantFrom<Json>(null, 'alice', {kind: 'Robot', name: 'r2'}),
);

const quotas = fc.oneof(
  fc.constantFrom<Json>(null, {}, 'many', {hard: 'much'}),
  fc.record({
    hard: fc.dictionary(
      fc.constantFrom('cpu', 'requests.memory', 'pods', 'constructor', 'requests.nvidia.com/gpu'),
      fc.constantFrom<Json>(4, '4', '1e3Gi', '-1', 'many', null, {deep: [1]}, 0.1),
    ),
    scopes: fc.constantFrom<Json>([], ['NotTerminating'], [1], 'Terminating'),
  }),
);

const plugins = fc.constantFrom<Json>(
  null,
  [],
  [{kind: 'AwsIamForServiceAccount', spec: {awsIamRole: 'arn:aws:iam::1:role/admin'}}],
  [{kind: 'WorkloadIdentity', spec: {gcpServiceAccount: 'a@b.iam.gserviceaccount.com'}}],
  [{kind: 1}, null, {kind: 'x', spec: {deep: [1, {er: null}]}}],
);

const maps = fc.dictionary(fc.constantFrom(...KEYS), TEXTS, {maxKeys: 3});

export const tenants: fc.Arbitrary<RawTenant> = fc
  .record({
    name: NAMES,
    labels: maps,
    annotations: maps,
    owner: owners,
    quota: quotas,
    plugins,
    invited: fc.array(fc.record({subject: subjects, role: fc.constantFrom('admin', 'edit', 'view')}), {
      maxLength: 5,
    }),
    namespaceLabels: maps,
  })
  .map(({name, labels, annotations, owner, quota, plugins, invited, namespaceLabels}) => ({
    profile: {
      apiVersion: 'kubeflow.org/v1',
      kind: 'Profile',
      metadata: {name, uid: 'uid-1', generation: 1, labels, annotations},
      spec: {owner, resourceQuotaSpec: quota, plugins},
    },
    bindings: invited.map(({subject, role}, index) => invitation(name, subject as Json, role, index)),
    namespaceLabels,
  }));

/** As KFAM makes it, and as an owner can change it. */
function invitation(namespace: string, subject: Json, role: string, index: number): KubernetesObject {
  const apiGroup = 'rbac.authorization.k8s.io';
  return {
    apiVersion: `${apiGroup}/v1`,
    kind: 'RoleBinding',
    metadata: {name: `user-${index}-clusterrole-${role}`, namespace, annotations: {user: 'x', role}},
    roleRef: {apiGroup, kind: 'ClusterRole', name: `kubeflow-${role}`},
    subjects: [subject],
  };
}
