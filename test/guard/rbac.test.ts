import {describe, expect, test} from 'vitest';
import {checkBindings} from '../../src/guard/rbac/binding.ts';
import {checkRole} from '../../src/guard/rbac/role.ts';
import type {Json, JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {type Changes, guardContext} from '../support/guard.ts';

const GROUP = 'rbac.authorization.k8s.io';

describe('a Role', () => {
  const secret = {resources: ['secrets'], resourceNames: ['mlpipeline-minio-artifact'], verbs: ['get']};

  test.each<{what: string; rule: JsonObject}>([
    {what: 'reads and writes pods', rule: {resources: ['pods'], verbs: ['get', 'create', 'delete']}},
    {what: 'reads roles', rule: {apiGroups: [GROUP], resources: ['roles'], verbs: ['get', 'list', 'watch']}},
    {
      what: 'writes roles of another group',
      rule: {apiGroups: ['example.com'], resources: ['roles'], verbs: ['create']},
    },
    {
      what: 'writes what only begins like roles',
      rule: {apiGroups: [GROUP], resources: ['rolesets'], verbs: ['create']},
    },
    {what: 'writes ServiceAccounts', rule: {resources: ['serviceaccounts'], verbs: ['create']}},
    {what: 'gets a listed Secret by name', rule: secret},
    {
      what: 'reads secrets of another group',
      rule: {apiGroups: ['example.com'], resources: ['secrets'], verbs: ['list']},
    },
    {
      what: 'uses verbs of Kubeflow',
      rule: {apiGroups: ['pipelines.kubeflow.org'], resources: ['runs'], verbs: ['terminate']},
    },
    {what: 'has lists that are none', rule: {apiGroups: 'x', resources: 1, verbs: {a: 'bind'}}},
  ])('passes that $what', ({rule}) => {
    expect(problems(rule)).toEqual([]);
  });

  test.each<{what: string; rule: JsonObject; found: string[]}>([
    {what: '* verbs', rule: {resources: ['pods'], verbs: ['get', '*']}, found: ['rbac/wildcard verbs.1']},
    {what: '* resources', rule: {resources: ['*'], verbs: ['get']}, found: ['rbac/wildcard resources.0']},
    {
      what: '*/subresource',
      rule: {resources: ['*/scale'], verbs: ['get']},
      found: ['rbac/wildcard resources.0'],
    },
    {
      what: '* groups',
      rule: {apiGroups: ['*'], resources: ['pods'], verbs: ['get']},
      found: ['rbac/wildcard apiGroups.0'],
    },
    {
      what: '* urls',
      rule: {nonResourceURLs: ['/logs/*'], verbs: ['get']},
      found: ['rbac/wildcard nonResourceURLs.0'],
    },
    ...['bind', 'escalate', 'impersonate'].map(verb => ({
      what: verb,
      rule: {apiGroups: ['example.com'], resources: ['things'], verbs: ['get', verb]},
      found: ['rbac/escalation verbs.1'],
    })),
    ...['roles', 'rolebindings'].flatMap(resource =>
      ['create', 'update', 'patch', 'delete', 'deletecollection'].map(verb => ({
        what: `${verb} ${resource}`,
        rule: {apiGroups: ['', GROUP], resources: ['pods', resource], verbs: ['get', verb]},
        found: ['rbac/escalation resources.1'],
      })),
    ),
    {
      what: 'tokens of ServiceAccounts',
      rule: {resources: ['serviceaccounts/token'], verbs: ['create']},
      found: ['rbac/escalation resources.0'],
    },
    {
      what: 'changing the namespace',
      rule: {resources: ['namespaces'], verbs: ['patch']},
      found: ['rbac/escalation resources.0'],
    },
    {
      what: 'finalizing the namespace',
      rule: {resources: ['namespaces/finalize'], verbs: ['update']},
      found: ['rbac/escalation resources.0'],
    },
    ...[
      ['networking.k8s.io', 'networkpolicies'],
      ['security.istio.io', 'authorizationpolicies'],
      ['networking.istio.io', 'envoyfilters'],
    ].map(([group, resource]) => ({
      what: `writing ${resource}`,
      rule: {apiGroups: [group as string], resources: [resource as string], verbs: ['patch']},
      found: ['rbac/escalation resources.0'],
    })),
    ...['resourcequotas', 'limitranges'].map(resource => ({
      what: `lifting limits by ${resource}`,
      rule: {resources: [resource], verbs: ['delete']},
      found: ['rbac/escalation resources.0'],
    })),
    {
      what: 'all Secrets',
      rule: {resources: ['pods', 'secrets'], verbs: ['get']},
      found: ['rbac/secrets resources'],
    },
    {
      what: 'listing a Secret',
      rule: {...secret, verbs: ['get', 'list']},
      found: ['rbac/secrets verbs.1'],
    },
    {what: 'writing a Secret', rule: {...secret, verbs: ['patch']}, found: ['rbac/secrets verbs.0']},
    {
      what: 'another Secret',
      rule: {...secret, resourceNames: ['mlpipeline-minio-artifact', 'other']},
      found: ['rbac/secrets resourceNames.1'],
    },
    {
      what: 'everything of Secrets at once',
      rule: {resources: ['secrets'], verbs: ['*']},
      found: ['rbac/wildcard verbs.0', 'rbac/secrets verbs.0', 'rbac/secrets resources'],
    },
  ])('is refused for $what', ({rule, found}) => {
    expect(problems(rule)).toEqual(found);
  });

  test('may get further Secrets that the values list', () => {
    const rule = {apiGroups: [''], ...secret, resourceNames: ['other']};
    const context = guardContext({guards: {secrets: ['other']}});
    expect(checkRole(role([rule]), context)).toEqual([]);
  });

  test('says what each rule would give', () => {
    const rules = [
      {apiGroups: [''], resources: ['*'], verbs: ['bind']},
      {apiGroups: [GROUP], resources: ['roles', 'rolebindings'], verbs: ['create']},
      {apiGroups: [''], resources: ['serviceaccounts/token', 'namespaces', 'secrets'], verbs: ['create']},
      {apiGroups: [''], resources: ['secrets'], resourceNames: ['x'], verbs: ['get']},
      {apiGroups: [''], resources: ['limitranges', 'resourcequotas'], verbs: ['patch']},
    ];
    expect(checkRole(role(rules), guardContext()).map(({message}) => message)).toEqual(
      [
        'resources has *, which grants what no template names',
        'bind gives more than its holder has',
        'who may write Roles gives himself any permission that he has elsewhere',
        'who may write RoleBindings lets others in',
        'a token of any ServiceAccount can be had with it',
        'who may write the namespace sets its labels, which hold its Pod Security level',
        'of Secrets nothing but get is allowed',
        'without resourceNames it reaches every Secret of the tenant',
        'Secret "x" is not listed',
        "who may write LimitRanges lifts the tenant's own limits",
        "who may write ResourceQuotas lifts the tenant's own limits",
      ].map(reason => `cannot render Role: ${reason}`),
    );
    expect(checkRole(role(rules), guardContext()).map(({hint}) => hint)).toEqual([
      'write out what is needed',
      ...Array(5).fill('leave it out'),
      'write verbs: [get], in a rule for Secrets alone',
      'name them in resourceNames; guards.secrets lists which may be named',
      'in the values, guards.secrets: [mlpipeline-minio-artifact, x] allows it',
      'leave it out',
      'leave it out',
    ]);
  });

  test('is judged by its own rules alone, if they are a list of maps', () => {
    expect(checkRole({...role([]), kind: 'ConfigMap', rules: [{verbs: ['*']}]}, guardContext())).toEqual([]);
    expect(checkRole(role(['*'] as Json[]), guardContext())).toEqual([]);
    expect(checkRole({...role([]), rules: '*'}, guardContext())).toEqual([]);
  });
});

describe('a roleRef', () => {
  const owner = [{kind: 'User', name: 'alice@example.com'}];

  test.each<{what: string; roleRef: Json; changes?: Changes; reason?: string}>([
    {what: 'a listed ClusterRole', roleRef: {kind: 'ClusterRole', name: 'kubeflow-edit'}},
    {what: 'a rendered Role', roleRef: {apiGroup: GROUP, kind: 'Role', name: 'helpers'}},
    {
      what: 'a Role that the values list',
      roleRef: {kind: 'Role', name: 'theirs'},
      changes: {guards: {roles: ['theirs']}},
    },
    {
      what: 'a ClusterRole that the values list',
      roleRef: {kind: 'ClusterRole', name: 'view'},
      changes: {guards: {clusterRoles: ['view']}},
    },
    {
      what: 'another ClusterRole',
      roleRef: {kind: 'ClusterRole', name: 'cluster-admin'},
      reason: 'it binds ClusterRole "cluster-admin", which is not listed',
    },
    {
      what: 'a ClusterRole that has the name of a rendered Role',
      roleRef: {kind: 'ClusterRole', name: 'helpers'},
      reason: 'it binds ClusterRole "helpers", which is not listed',
    },
    {
      what: 'a Role that has the name of a listed ClusterRole',
      roleRef: {kind: 'Role', name: 'kubeflow-edit'},
      reason: 'it binds Role "kubeflow-edit", which is neither rendered beside it nor listed',
    },
    {
      what: 'a listed name of another group',
      roleRef: {apiGroup: 'example.com', kind: 'ClusterRole', name: 'kubeflow-edit'},
      reason: 'it binds ClusterRole "kubeflow-edit", which is not listed',
    },
    {
      what: 'another kind',
      roleRef: {kind: 'RoleSet', name: 'kubeflow-edit'},
      reason: 'its roleRef is neither a Role nor a ClusterRole',
    },
    {
      what: 'a name that is none',
      roleRef: {kind: 'Role', name: 1},
      reason: 'it binds Role "", which is neither rendered beside it nor listed',
    },
    {what: 'nothing', roleRef: null, reason: 'its roleRef is neither a Role nor a ClusterRole'},
  ])('to $what', ({roleRef, changes, reason}) => {
    const helpers = {...role([]), metadata: {name: 'helpers', namespace: 'alice'}};
    const object = binding(roleRef, owner);
    expect(checkBindings([object, helpers], guardContext(changes))).toMatchObject(
      reason
        ? [
            {
              rule: 'rbac/role-ref',
              object,
              path: ['roleRef', 'name'],
              message: `cannot render RoleBinding: ${reason}`,
            },
          ]
        : [],
    );
  });
});

test.each([
  {
    roleRef: {kind: 'ClusterRole', name: 'x'},
    hint: 'in the values, guards.clusterRoles: [kubeflow-admin, kubeflow-edit, kubeflow-view, x] allows it',
  },
  {roleRef: {kind: 'Role', name: 'x'}, hint: 'add its template, or list it in guards.roles'},
  {roleRef: {kind: 'toString', name: 'x'}, hint: 'write kind: Role or kind: ClusterRole'},
])('a roleRef to $roleRef.kind is told with what helps: $hint', ({roleRef, hint}) => {
  expect(checkBindings([binding(roleRef, [])], guardContext())).toMatchObject([{hint}]);
});

describe('a subject', () => {
  const USER = 'a User who is neither the owner nor a collaborator';
  const BY_GROUP = "a Group that is neither the owner's nor listed";
  const ACCOUNT = 'a ServiceAccount of another namespace';
  const frank = {collaborators: [{kind: 'User', name: 'frank@example.com'}]};

  test.each<{what: string; subject: Json; changes?: Changes; reason?: string}>([
    {what: 'the owner', subject: {kind: 'User', name: 'alice@example.com'}},
    {what: 'a collaborator', subject: {kind: 'User', name: 'frank@example.com'}, changes: frank},
    {what: 'an own ServiceAccount', subject: {kind: 'ServiceAccount', name: 'x', namespace: 'alice'}},
    {what: 'an own ServiceAccount, unsaid', subject: {kind: 'ServiceAccount', name: 'x'}},
    {what: 'all own ServiceAccounts', subject: {kind: 'Group', name: 'system:serviceaccounts:alice'}},
    {
      what: 'a Group that owns',
      subject: {kind: 'Group', name: 'team'},
      changes: {owner: {kind: 'Group', name: 'team'}},
    },
    {what: 'a listed Group', subject: {kind: 'Group', name: 'audit'}, changes: {guards: {groups: ['audit']}}},
    {
      what: 'a ServiceAccount that owns',
      subject: {kind: 'ServiceAccount', name: 'robot', namespace: 'robots'},
      changes: {owner: {kind: 'ServiceAccount', name: 'robot', namespace: 'robots'}},
    },
    {what: 'somebody else', subject: {kind: 'User', name: 'mallory@example.com'}, reason: USER},
    {
      what: 'a collaborator as a Group',
      subject: {kind: 'Group', name: 'frank@example.com'},
      changes: frank,
      reason: BY_GROUP,
    },
    {what: 'the owner as a Group', subject: {kind: 'Group', name: 'alice@example.com'}, reason: BY_GROUP},
    {
      what: 'a User with the name of the Group that owns',
      subject: {kind: 'User', name: 'team'},
      changes: {owner: {kind: 'Group', name: 'team'}},
      reason: USER,
    },
    {
      what: 'a User with the name of a Group that is let in',
      subject: {kind: 'User', name: 'team'},
      changes: {collaborators: [{kind: 'Group', name: 'team'}]},
      reason: USER,
    },
    {what: 'everybody', subject: {kind: 'Group', name: 'system:authenticated'}, reason: BY_GROUP},
    {
      what: 'the ServiceAccounts of another',
      subject: {kind: 'Group', name: 'system:serviceaccounts:bob'},
      reason: BY_GROUP,
    },
    {
      what: 'an own ServiceAccount as a User',
      subject: {kind: 'User', name: 'system:serviceaccount:alice:x'},
      reason: USER,
    },
    {
      what: 'the ServiceAccount of another',
      subject: {kind: 'ServiceAccount', name: 'x', namespace: 'bob'},
      reason: ACCOUNT,
    },
    {
      what: 'the owner’s name in another namespace',
      subject: {kind: 'ServiceAccount', name: 'robot', namespace: 'bob'},
      changes: {owner: {kind: 'ServiceAccount', name: 'robot', namespace: 'robots'}},
      reason: ACCOUNT,
    },
    {
      what: 'another kind',
      subject: {kind: 'Robot', name: 'x'},
      reason: 'a subject that is no User, Group or ServiceAccount',
    },
    {what: 'an empty name', subject: {kind: 'User', name: ''}, reason: 'a subject without a name'},
  ])('that is $what', ({subject, changes, reason}) => {
    const object = binding({kind: 'ClusterRole', name: 'kubeflow-view'}, [subject]);
    expect(checkBindings([object], guardContext(changes))).toMatchObject(
      reason
        ? [
            {
              rule: 'rbac/subject',
              object,
              path: ['subjects', 0, 'name'],
              message: `cannot render RoleBinding: it binds ${reason}`,
            },
          ]
        : [],
    );
  });

  test.each([{subject: 'x'}, {subject: {kind: 'User'}}])(
    'that has no name is told as a whole: $subject',
    ({subject}) => {
      const object = binding({kind: 'ClusterRole', name: 'kubeflow-view'}, [subject as Json]);
      expect(checkBindings([object], guardContext())).toMatchObject([{path: ['subjects', 0]}]);
    },
  );

  test.each([
    {kind: 'User', name: 'x', hint: 'write the name of owner or collaborators'},
    {kind: 'Group', name: 'x', hint: 'guards.groups can list it'},
    {kind: 'ServiceAccount', name: 'x', namespace: 'bob', hint: 'leave its namespace out'},
    {kind: 'Robot', name: 'x', hint: 'write one of these kinds'},
    {kind: 'User', hint: 'write its name'},
  ])('of kind $kind is told with what helps: $hint', ({hint, ...subject}) => {
    const object = binding({kind: 'ClusterRole', name: 'kubeflow-view'}, [subject]);
    expect(checkBindings([object], guardContext())).toMatchObject([{hint}]);
  });

  test('is looked at in every RoleBinding, one by one', () => {
    const bad = {kind: 'Group', name: 'x'};
    const one = binding({kind: 'ClusterRole', name: 'kubeflow-view'}, [
      bad,
      {kind: 'User', name: 'alice@example.com'},
      bad,
    ]);
    const other = binding({kind: 'ClusterRole', name: 'x'}, []);
    expect(
      checkBindings([one, other], guardContext()).map(({object, path}) => [object, path.join('.')]),
    ).toEqual([
      [one, 'subjects.0.name'],
      [one, 'subjects.2.name'],
      [other, 'roleRef.name'],
    ]);
    expect(checkBindings([{...one, kind: 'ConfigMap'}], guardContext())).toEqual([]);
  });
});

function problems(rule: JsonObject): string[] {
  const found = checkRole(role([{apiGroups: [''], ...rule}]), guardContext());
  return found.map(({rule: name, path}) => `${name} ${path.slice(2).join('.')}`);
}

function role(rules: Json[]): KubernetesObject {
  return {apiVersion: `${GROUP}/v1`, kind: 'Role', metadata: {name: 'helpers', namespace: 'alice'}, rules};
}

function binding(roleRef: Json, subjects: Json[]): KubernetesObject {
  return {
    apiVersion: `${GROUP}/v1`,
    kind: 'RoleBinding',
    metadata: {name: 'x', namespace: 'alice'},
    roleRef,
    subjects,
  };
}
