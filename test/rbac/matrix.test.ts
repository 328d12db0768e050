import fc from 'fast-check';
import {expect, test} from 'vitest';
import {isAllowed} from '../../src/rbac/evaluate.ts';
import {identityOf} from '../../src/rbac/identity.ts';
import {accessMatrix, permissionsOf, subjectsOf} from '../../src/rbac/matrix.ts';
import {ACCOUNT, binding, clusterRole, GROUP_OF, policyOf, role, rule, USER} from './support.ts';

const TENANTS = ['ns', 'other'].map(namespace => ({namespace, parties: [USER(`owner-${namespace}`)]}));

test('the subjects are whom bindings of these namespaces name and their parties, each once', () => {
  const policy = policyOf(
    binding([USER('a'), GROUP_OF('a'), {kind: 'ServiceAccount', name: 'robot'}]),
    binding([ACCOUNT('ns', 'robot'), USER('system:serviceaccount:ns:robot')], {namespace: 'other'}),
    binding([USER('elsewhere')], {namespace: 'elsewhere'}),
    binding([USER('everywhere')], {namespace: '', to: 'ClusterRole x'}),
  );
  const names = subjectsOf(policy, TENANTS).map(({kind, name}) => `${kind} ${name}`);
  expect(names).toHaveLength(5);
  expect(names).toEqual(expect.arrayContaining(['User a', 'Group a', 'User owner-ns', 'User owner-other']));
});

test('the permissions are those that Roles and bound ClusterRoles name, with their names, and what is always asked', () => {
  const policy = policyOf(
    role('unbound', [rule({apiGroups: ['example.org'], resources: ['widgets/size'], verbs: ['*']})]),
    clusterRole('bound', [rule({resources: ['configmaps'], resourceNames: ['a']})]),
    clusterRole('everywhere', [rule({resources: ['events']})]),
    clusterRole('unbound', [rule({resources: ['nodes']})]),
    clusterRole('of-others', [rule({resources: ['nodes']})]),
    binding([USER('a')], {to: 'ClusterRole bound'}),
    binding([USER('a')], {to: 'ClusterRole everywhere', namespace: ''}),
    binding([USER('system:node')], {to: 'ClusterRole of-others', namespace: ''}),
  );
  const permissions = permissionsOf(policy, TENANTS);
  expect(permissions).toHaveLength(3 + 5 * 7);
  expect(permissions).toEqual(
    expect.arrayContaining([
      {verb: '*', group: 'example.org', resource: 'widgets', subresource: 'size'},
      {verb: 'get', group: '', resource: 'configmaps', name: 'a'},
      {verb: 'get', group: '', resource: 'events'},
      {verb: 'delete', group: 'rbac.authorization.k8s.io', resource: 'rolebindings'},
    ]),
  );
});

test('every cell is what the single question answers', () => {
  const rules = fc.record({
    apiGroups: fc.subarray(['', 'apps', '*'], {minLength: 1}),
    resources: fc.subarray(['pods', 'pods/log', '*/log', '*'], {minLength: 1}),
    verbs: fc.subarray(['get', 'create', '*'], {minLength: 1}),
    resourceNames: fc.subarray(['a']),
  });
  const subject = fc.constantFrom(
    USER('a'),
    GROUP_OF('system:serviceaccounts:ns'),
    GROUP_OF('system:masters'),
    ACCOUNT('ns', 'b'),
    ACCOUNT('other', 'b'),
  );
  const grants = fc.record({
    rules: fc.array(rules, {maxLength: 2}),
    subjects: fc.array(subject),
    namespace: fc.constantFrom('ns', 'other', ''),
  });
  fc.assert(
    fc.property(fc.array(grants, {maxLength: 4}), list => {
      const policy = policyOf(
        ...list.flatMap(({rules: of, subjects, namespace}, index) => [
          clusterRole(`r${index}`, of),
          binding(subjects, {to: `ClusterRole r${index}`, namespace}),
        ]),
      );
      const cells = accessMatrix(policy, TENANTS);
      const expected = 2 * subjectsOf(policy, TENANTS).length * permissionsOf(policy, TENANTS).length;
      expect(cells).toHaveLength(expected);
      for (const {namespace, subject: of, allowed, ...action} of cells) {
        expect(isAllowed(policy, identityOf(of), namespace, action)).toBe(allowed);
      }
    }),
    {numRuns: 30},
  );
});
