import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {JsonObject} from '../../src/kubernetes/object.ts';
import {type Action, grantsTo, isAllowed} from '../../src/rbac/evaluate.ts';
import {identify} from '../../src/rbac/identity.ts';
import {buildPolicy} from '../../src/rbac/policy.ts';
import {ACCOUNT, binding, clusterRole, GROUP_OF, policyOf, role, rule, USER} from './support.ts';

const GET_PODS: Action = {verb: 'get', group: '', resource: 'pods'};
const GET_LOGS: Action = {...GET_PODS, subresource: 'log'};

describe('a rule', () => {
  const apps = {verb: 'get', group: 'apps', resource: 'deployments'};
  const rows: {rule: string; of: JsonObject; asked?: Action; allowed: boolean}[] = [
    {rule: 'allows what it names', of: {}, allowed: true},
    {rule: 'does not allow another verb', of: {verbs: ['list']}, allowed: false},
    {rule: 'does not allow another resource', of: {resources: ['secrets']}, allowed: false},
    {rule: 'does not allow another group', of: {apiGroups: ['apps']}, allowed: false},
    {
      rule: 'of the core group is not for others',
      of: {resources: ['deployments']},
      asked: apps,
      allowed: false,
    },
    {rule: 'with verb * allows every verb', of: {verbs: ['*']}, allowed: true},
    {rule: 'with group * allows every group', of: {apiGroups: ['*']}, allowed: true},
    {rule: 'with resource * allows every resource', of: {resources: ['*']}, allowed: true},
    {rule: 'with resource * allows subresources', of: {resources: ['*']}, asked: GET_LOGS, allowed: true},
    {rule: 'for a resource is not for its subresources', of: {}, asked: GET_LOGS, allowed: false},
    {rule: 'for a subresource is for it', of: {resources: ['pods/log']}, asked: GET_LOGS, allowed: true},
    {rule: 'for a subresource is not for the resource', of: {resources: ['pods/log']}, allowed: false},
    {
      rule: 'with */sub is for that of every resource',
      of: {resources: ['*/log']},
      asked: GET_LOGS,
      allowed: true,
    },
    {rule: 'with */sub is not for another', of: {resources: ['*/exec']}, asked: GET_LOGS, allowed: false},
    {rule: 'with */sub is not for the resource', of: {resources: ['*/log']}, allowed: false},
    {rule: 'with resource/* is no wildcard', of: {resources: ['pods/*']}, asked: GET_LOGS, allowed: false},
    {rule: 'knows no prefixes', of: {resources: ['po*'], verbs: ['g*']}, allowed: false},
    {rule: 'with names is not for all', of: {resourceNames: ['a']}, allowed: false},
    {
      rule: 'with names allows these',
      of: {resourceNames: ['a', 'b']},
      asked: {...GET_PODS, name: 'b'},
      allowed: true,
    },
    {
      rule: 'with names allows no other',
      of: {resourceNames: ['a']},
      asked: {...GET_PODS, name: 'b'},
      allowed: false,
    },
    {
      rule: 'with names knows no wildcard',
      of: {resourceNames: ['*']},
      asked: {...GET_PODS, name: 'b'},
      allowed: false,
    },
    {
      rule: 'without names is for each',
      of: {resourceNames: []},
      asked: {...GET_PODS, name: 'b'},
      allowed: true,
    },
    {
      rule: 'for urls alone allows nothing',
      of: {apiGroups: [], resources: [], nonResourceURLs: ['*']},
      allowed: false,
    },
    {rule: 'is asked for * literally', of: {}, asked: {...GET_PODS, verb: '*'}, allowed: false},
  ];

  test.each(rows)('$rule', ({of, asked = GET_PODS, allowed}) => {
    const policy = policyOf(role('reader', [rule({verbs: ['create']}), rule(of)]), binding([USER('a')]));
    expect(isAllowed(policy, identify('a'), 'ns', asked)).toBe(allowed);
  });
});

describe('a binding', () => {
  const account = 'system:serviceaccount:ns:robot';
  const rows: {rule: string; subject: JsonObject; as: string; groups?: string[]; granted: boolean}[] = [
    {rule: 'grants to the user it names', subject: USER('a'), as: 'a', granted: true},
    {rule: 'grants to no other user', subject: USER('a'), as: 'A', granted: false},
    {
      rule: 'does not grant to a group of a user’s name',
      subject: USER('a'),
      as: 'b',
      groups: ['a'],
      granted: false,
    },
    {rule: 'does not grant to a user of a group’s name', subject: GROUP_OF('a'), as: 'a', granted: false},
    {
      rule: 'grants to the members of a group',
      subject: GROUP_OF('g'),
      as: 'a',
      groups: ['f', 'g'],
      granted: true,
    },
    {rule: 'grants to everybody known', subject: GROUP_OF('system:authenticated'), as: 'a', granted: true},
    {
      rule: 'for everybody is not for nobody',
      subject: GROUP_OF('system:authenticated'),
      as: 'system:anonymous',
      granted: false,
    },
    {
      rule: 'grants to nobody',
      subject: GROUP_OF('system:unauthenticated'),
      as: 'system:anonymous',
      granted: true,
    },
    {
      rule: 'for nobody is for nobody known',
      subject: GROUP_OF('system:unauthenticated'),
      as: 'a',
      granted: false,
    },
    {
      rule: 'grants to nobody, whichever group is given',
      subject: GROUP_OF('system:unauthenticated'),
      as: 'system:anonymous',
      groups: ['system:authenticated'],
      granted: true,
    },
    {
      rule: 'takes no user for a ServiceAccount by a group',
      subject: GROUP_OF('system:serviceaccounts'),
      as: 'a',
      groups: ['system:serviceaccounts:ns'],
      granted: false,
    },
    {rule: 'grants to a ServiceAccount', subject: ACCOUNT('ns', 'robot'), as: account, granted: true},
    {
      rule: 'takes its own namespace for that of an account',
      subject: {kind: 'ServiceAccount', name: 'robot'},
      as: account,
      granted: true,
    },
    {
      rule: 'does not grant to the same name elsewhere',
      subject: ACCOUNT('other', 'robot'),
      as: account,
      granted: false,
    },
    {rule: 'grants to a ServiceAccount by its user name', subject: USER(account), as: account, granted: true},
    {
      rule: 'grants to all ServiceAccounts',
      subject: GROUP_OF('system:serviceaccounts'),
      as: account,
      granted: true,
    },
    {
      rule: 'grants to the ServiceAccounts of a namespace',
      subject: GROUP_OF('system:serviceaccounts:ns'),
      as: account,
      granted: true,
    },
    {
      rule: 'does not grant to those of another',
      subject: GROUP_OF('system:serviceaccounts:ns2'),
      as: account,
      granted: false,
    },
    {
      rule: 'takes no user for a ServiceAccount',
      subject: GROUP_OF('system:serviceaccounts'),
      as: 'system:serviceaccount:ns',
      granted: false,
    },
    {
      rule: 'asks members of system:masters nothing',
      subject: USER('x'),
      as: 'a',
      groups: ['system:masters'],
      granted: true,
    },
  ];

  test.each(rows)('$rule', ({subject, as, groups, granted}) => {
    const policy = policyOf(role('reader', [rule()]), binding([USER('somebody'), subject]));
    expect(isAllowed(policy, identify(as, groups), 'ns', GET_PODS)).toBe(granted);
  });

  test.each([
    {rule: 'a Role of its namespace', to: 'Role reader', namespace: 'ns', granted: true},
    {rule: 'no Role of another namespace', to: 'Role elsewhere', namespace: 'ns', granted: false},
    {rule: 'a ClusterRole, in its namespace', to: 'ClusterRole cluster', namespace: 'ns', granted: true},
    {
      rule: 'a ClusterRole, in no other namespace',
      to: 'ClusterRole cluster',
      namespace: 'other',
      granted: false,
    },
    {
      rule: 'a ClusterRole, in every namespace without one',
      to: 'ClusterRole cluster',
      namespace: '',
      granted: true,
    },
    {rule: 'no ClusterRole of the name of a Role', to: 'ClusterRole reader', namespace: 'ns', granted: false},
  ])('gives $rule', ({to, namespace, granted}) => {
    const policy = policyOf(
      role('reader', [rule()]),
      role('elsewhere', [rule()], 'other'),
      clusterRole('cluster', [rule()]),
      binding([USER('a')], {to, namespace}),
    );
    expect(isAllowed(policy, identify('a'), 'ns', GET_PODS)).toBe(granted);
  });

  test('to a role that nobody gave grants nothing, and says that its rules are unknown', () => {
    const policy = policyOf(binding([USER('a')], {to: 'ClusterRole nowhere'}));
    expect(isAllowed(policy, identify('a'), 'ns', GET_PODS)).toBe(false);
    expect(grantsTo(policy, identify('a'), 'ns')).toMatchObject([{rules: undefined}]);
    expect(grantsTo(policy, identify('b'), 'ns')).toEqual([]);
  });
});

describe('a binding that Kubernetes refuses grants nothing:', () => {
  const ofGroup = {...binding([]), roleRef: {apiGroup: 'example.org', kind: 'Role', name: 'reader'}};
  const toCluster = {to: 'ClusterRole reader', namespace: ''};
  test.each([
    {object: binding([{...USER('a'), apiGroup: ''}]), reason: undefined},
    {object: binding([{...USER('a'), apiGroup: 'rbac.authorization.k8s.io'}]), reason: undefined},
    {object: ofGroup, reason: 'roleRef.apiGroup is not rbac.authorization.k8s.io'},
    {object: binding([], {to: 'Role reader', namespace: ''}), reason: 'roleRef.kind is not ClusterRole'},
    {
      object: binding([USER('a'), {...GROUP_OF('a'), apiGroup: 'v1'}]),
      reason: 'subjects[1].apiGroup is not rbac.authorization.k8s.io',
    },
    {
      object: binding([{...ACCOUNT('ns', 'a'), apiGroup: 'v1'}]),
      reason: 'subjects[0].apiGroup is not that of a ServiceAccount, which has none',
    },
    {
      object: binding([{kind: 'Robot', name: 'a'}]),
      reason: 'subjects[0].kind is not User, Group or ServiceAccount',
    },
    {
      object: binding([{kind: 'ServiceAccount', name: 'a'}], toCluster),
      reason: 'subjects[0].namespace is missing',
    },
  ])('$reason', ({object, reason}) => {
    const {policy, refused} = buildPolicy([object]);
    expect(refused).toEqual(reason === undefined ? [] : [{object, reason}]);
    expect([...policy.bindings.values()].flat()).toHaveLength(reason === undefined ? 1 : 0);
  });
});

describe('for any policy', () => {
  const word = (...words: string[]) => fc.constantFrom(...words);
  const rules = fc.record({
    apiGroups: fc.subarray(['', 'apps', '*']),
    resources: fc.subarray(['pods', 'pods/log', '*/log', '*', 'secrets']),
    verbs: fc.subarray(['get', 'list', '*'], {minLength: 1}),
    resourceNames: fc.subarray(['a', 'b']),
  });
  const grants = fc.record({rules: fc.array(rules, {maxLength: 3}), user: word('a', 'b')});
  const actions: fc.Arbitrary<Action> = fc.record(
    {
      verb: word('get', 'list'),
      group: word('', 'apps'),
      resource: word('pods', 'secrets'),
      subresource: word('log'),
      name: word('a', 'c'),
    },
    {requiredKeys: ['verb', 'group', 'resource']},
  );
  const policyFor = (list: readonly {rules: JsonObject[]; user: string}[]) =>
    policyOf(
      ...list.flatMap(({rules: of, user}, index) => [
        role(`r${index}`, of),
        binding([USER(user)], {to: `Role r${index}`}),
      ]),
    );

  test('granting more never turns yes into no', () => {
    fc.assert(
      fc.property(fc.array(grants), grants, word('a', 'b'), actions, (list, more, user, action) => {
        const before = isAllowed(policyFor(list), identify(user), 'ns', action);
        const after = isAllowed(policyFor([...list, more]), identify(user), 'ns', action);
        expect(after || !before).toBe(true);
      }),
    );
  });

  test('what is allowed is allowed by some grant alone', () => {
    fc.assert(
      fc.property(fc.array(grants), word('a', 'b'), actions, (list, user, action) => {
        const alone = list.filter(grant => isAllowed(policyFor([grant]), identify(user), 'ns', action));
        expect(isAllowed(policyFor(list), identify(user), 'ns', action)).toBe(alone.length > 0);
      }),
    );
  });
});
