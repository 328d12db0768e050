import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {findLeaks} from '../../src/rbac/isolation.ts';
import type {Tenant} from '../../src/rbac/matrix.ts';
import {accessMatrix} from '../../src/rbac/matrix.ts';
import {ACCOUNT, binding, clusterRole, GROUP_OF, policyOf, role, rule, USER} from './support.ts';

const TENANTS: Tenant[] = [
  {namespace: 'ns', parties: [USER('owner'), USER('guest')]},
  {namespace: 'other', parties: [USER('stranger'), GROUP_OF('system:authenticated')]},
];
const READER = role('reader', [rule()]);
const HOME = [role('reader', [rule()], 'other'), binding([ACCOUNT('other', 'robot')], {namespace: 'other'})];

describe('no leak is', () => {
  test.each([
    {rule: 'the owner', objects: [binding([USER('owner')])]},
    {rule: 'somebody let in', objects: [binding([USER('guest')])]},
    {rule: 'a ServiceAccount of the namespace', objects: [binding([ACCOUNT('ns', 'robot')])]},
    {
      rule: 'one named as a user',
      objects: [binding([USER('system:serviceaccount:ns:robot'), ACCOUNT('ns', 'robot')])],
    },
    {rule: 'the group of its ServiceAccounts', objects: [binding([GROUP_OF('system:serviceaccounts:ns')])]},
    {rule: 'a Role without rules', objects: [role('empty', []), binding([USER('x')], {to: 'Role empty'})]},
    {rule: 'a binding of nobody', objects: [binding([])]},
    {
      rule: 'what every cluster lets everybody ask of himself',
      objects: [
        clusterRole('self', [
          rule({apiGroups: ['authorization.k8s.io'], resources: ['selfsubjectaccessreviews']}),
          {nonResourceURLs: ['/version'], verbs: ['get']},
        ]),
        binding([GROUP_OF('system:authenticated')], {to: 'ClusterRole self', namespace: ''}),
      ],
    },
    {
      rule: 'a ClusterRoleBinding of somebody who is no tenant’s',
      objects: [
        clusterRole('all', [rule({verbs: ['*']})]),
        binding([GROUP_OF('system:masters')], {to: 'ClusterRole all', namespace: ''}),
      ],
    },
  ])('$rule', ({objects}) => {
    expect(findLeaks(policyOf(READER, ...HOME, ...objects), TENANTS)).toEqual([]);
  });
});

describe('a leak is', () => {
  const everywhere = binding([GROUP_OF('system:authenticated')], {to: 'ClusterRole reader', namespace: ''});
  test.each([
    {rule: 'another owner', objects: [binding([USER('stranger')])], reached: ['stranger']},
    {rule: 'somebody whom no tenant knows', objects: [binding([USER('auditor')])], reached: ['auditor']},
    {
      rule: 'another namespace’s ServiceAccount',
      objects: [binding([ACCOUNT('other', 'robot')])],
      reached: ['robot'],
    },
    {
      rule: 'all ServiceAccounts',
      objects: [binding([GROUP_OF('system:serviceaccounts')])],
      reached: ['robot', 'system:serviceaccounts'],
    },
    {
      rule: 'the ServiceAccounts of another namespace',
      objects: [binding([GROUP_OF('system:serviceaccounts:other')])],
      reached: ['robot', 'system:serviceaccounts:other'],
    },
    {
      rule: 'everybody, also where the owner let them in',
      objects: [binding([GROUP_OF('system:authenticated')])],
      reached: ['robot', 'stranger', 'system:authenticated'],
    },
    {
      rule: 'everybody not logged in',
      objects: [binding([GROUP_OF('system:unauthenticated')])],
      reached: ['system:unauthenticated'],
    },
    {rule: 'a group called *', objects: [binding([GROUP_OF('*')])], reached: ['*']},
    {
      rule: 'a role of which nobody knows the rules',
      objects: [binding([USER('stranger')], {to: 'ClusterRole unknown'})],
      reached: ['stranger'],
    },
    {
      rule: 'a ClusterRoleBinding that reaches a tenant’s people',
      objects: [clusterRole('reader', [rule()]), everywhere],
      reached: ['robot', 'stranger', 'system:authenticated'],
    },
  ])('a grant to $rule', ({objects, reached}) => {
    const leaks = findLeaks(policyOf(READER, ...HOME, ...objects), TENANTS).filter(
      ({namespace}) => namespace === 'ns',
    );
    expect(leaks).toHaveLength(1);
    const names = leaks[0]?.reached.map(({name}) => name) ?? [];
    expect(names.filter(name => name !== 'system:authenticated' || reached.includes(name)).sort()).toEqual(
      reached,
    );
  });
});

test('there is no leak exactly where no cell of the matrix allows anything to somebody else', () => {
  const subject = fc.constantFrom(USER('owner'), USER('stranger'), ACCOUNT('ns', 'a'), ACCOUNT('other', 'a'));
  const group = fc.constantFrom(GROUP_OF('system:serviceaccounts:ns'), GROUP_OF('team'));
  const grants = fc.record({
    subjects: fc.array(fc.oneof(subject, group), {maxLength: 2}),
    rules: fc.array(fc.constant(rule()), {maxLength: 1}),
    namespace: fc.constantFrom('ns', 'other'),
  });
  const tenants = [
    {namespace: 'ns', parties: [USER('owner')]},
    {namespace: 'other', parties: [USER('stranger'), GROUP_OF('team')]},
  ];
  const own = (name: string, namespace: string, kind: string, at: string | undefined) =>
    at === namespace ||
    (kind === 'Group' && name === `system:serviceaccounts:${namespace}`) ||
    (namespace === 'ns' ? ['owner'] : ['stranger', 'team']).includes(name);
  fc.assert(
    fc.property(fc.array(grants, {maxLength: 3}), list => {
      const policy = policyOf(
        ...list.flatMap(({subjects, rules, namespace}, index) => [
          role(`r${index}`, rules, namespace),
          binding(subjects, {to: `Role r${index}`, namespace}),
        ]),
      );
      const foreign = accessMatrix(policy, tenants).filter(
        ({allowed, namespace, subject: {kind, name, namespace: at}}) =>
          allowed && !own(name, namespace, kind, at),
      );
      expect(findLeaks(policy, tenants).length > 0).toBe(foreign.length > 0);
    }),
  );
});
