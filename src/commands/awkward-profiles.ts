import type {Json, JsonObject, KubernetesObject} from '../kubernetes/object.ts';
import type {OfflineProfile} from './profile-file.ts';

/** What templates have to stand: all of it can be in a cluster, for the API server and KFAM take it. */
const AWKWARD: readonly {
  readonly name: string;
  readonly spec: JsonObject;
  readonly metadata?: JsonObject;
  readonly collaborators?: readonly string[];
}[] = [
  {name: 'a', spec: ownedBy('User', 'a')},
  {name: '0', spec: ownedBy('User', '0')},
  {name: 'constructor', spec: ownedBy('User', 'constructor')},
  {name: 'true', spec: ownedBy('User', 'true')},
  {name: `n${'-'.repeat(61)}n`, spec: ownedBy('User', 'x'.repeat(512))},
  {
    name: 'long-mail',
    spec: ownedBy('User', `${'first.last+tag'.repeat(12)}@${'sub.'.repeat(20)}example.com`),
  },
  {name: 'quotes', spec: ownedBy('User', `o'neil"\\@example.com`)},
  {name: 'expression', spec: ownedBy('User', '${credentials.secretKey}')},
  {name: 'markup', spec: ownedBy('User', '- {a: [b]} # <script>%0A&#10;')},
  {name: 'letters', spec: ownedBy('User', 'Zoë Ωμέγα 漢字@example.com')},
  {name: 'group', spec: ownedBy('Group', 'oidc:/team one')},
  {name: 'own-account', spec: {owner: {kind: 'ServiceAccount', name: 'robot'}}},
  {name: 'other-account', spec: {owner: {kind: 'ServiceAccount', name: 'robot.v1', namespace: 'robots'}}},
  {name: 'account-as-user', spec: ownedBy('User', 'system:serviceaccount:robots:robot')},
  {
    name: 'with-quota',
    spec: {
      ...ownedBy('User', 'quota@example.com'),
      resourceQuotaSpec: {
        hard: {cpu: 4, memory: '1e3Gi', 'requests.nvidia.com/gpu': '1', 'count/jobs.batch': 5},
        scopes: ['NotTerminating'],
        scopeSelector: {matchExpressions: [{scopeName: 'PriorityClass', operator: 'In', values: ['low']}]},
      },
    },
  },
  {
    name: 'with-plugins',
    spec: {
      ...ownedBy('User', 'plugins@example.com'),
      plugins: [
        {kind: 'AwsIamForServiceAccount', spec: {awsIamRole: 'arn:aws:iam::123456789012:role/any'}},
        {kind: 'WorkloadIdentity', spec: {gcpServiceAccount: 'any@example.iam.gserviceaccount.com'}},
        {kind: 'Unknown', spec: {awsIamRole: {deep: [1, {er: null}]}}},
      ],
    },
  },
  {
    name: 'labelled',
    spec: ownedBy('User', 'labels@example.com'),
    metadata: {
      labels: {constructor: 'x', team: '', 'example.com/tier': '1', toString: 'true', 'a.b': 'null'},
      annotations: {
        'example.com/note': '${values}\n---\nkind: ClusterRole',
        'example.com/long': 'y'.repeat(60_000),
      },
    },
  },
  {
    name: 'crowded',
    spec: ownedBy('User', 'crowd@example.com'),
    collaborators: Array.from({length: 320}, (_, index) => `collaborator-${index}@example.com`),
  },
  {
    name: 'hostile-guests',
    spec: ownedBy('User', 'host@example.com'),
    collaborators: [
      'system:masters',
      '*',
      '../evil\nname',
      'a.b@example.com',
      'a-b@example.com',
      'A.B@EXAMPLE.COM',
      '${credentials.secretKey}',
      `"}] - kind: Group, name: system:authenticated #'`,
      'host@example.com',
      'constructor',
      '漢字',
      'z'.repeat(512),
    ],
  },
];

function ownedBy(kind: string, name: string): JsonObject {
  return {owner: {kind, name}};
}

/** Profiles that templates have to stand, and the RoleBindings beside them. */
export function awkwardProfiles(): OfflineProfile[] {
  return AWKWARD.map(({name, spec, metadata = {}, collaborators = []}, index) => ({
    raw: {
      apiVersion: 'kubeflow.org/v1',
      kind: 'Profile',
      metadata: {
        name,
        uid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
        generation: 1,
        ...metadata,
      },
      spec,
    } as KubernetesObject,
    place: {},
    roleBindings: collaborators.map((user, number) => invitation(name, user, number)),
  }));
}

/** As KFAM makes it (access-management `bindings.go`). */
function invitation(namespace: string, user: string, number: number): KubernetesObject {
  const apiGroup = 'rbac.authorization.k8s.io';
  const role = (['admin', 'edit', 'view'] as const)[number % 3] as string;
  return {
    apiVersion: `${apiGroup}/v1`,
    kind: 'RoleBinding',
    metadata: {name: `user-${number}-clusterrole-${role}`, namespace, annotations: {user, role}},
    roleRef: {apiGroup, kind: 'ClusterRole', name: `kubeflow-${role}`},
    subjects: [{apiGroup, kind: 'User', name: user}] as Json,
  };
}
