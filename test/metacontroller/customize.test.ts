import {expect, test} from 'vitest';
import {customize, NAMESPACES, ROLE_BINDINGS} from '../../src/metacontroller/customize.ts';

test('customize asks for the Namespace and the RoleBindings in it, and for nothing else', () => {
  expect(customize('alice')).toEqual({
    relatedResources: [
      {apiVersion: 'v1', resource: 'namespaces', names: ['alice']},
      {apiVersion: 'rbac.authorization.k8s.io/v1', resource: 'rolebindings', namespace: 'alice'},
    ],
  });
});

test('the groups that it makes Metacontroller send are known by its keys', () => {
  expect([NAMESPACES, ROLE_BINDINGS]).toEqual(['Namespace.v1', 'RoleBinding.rbac.authorization.k8s.io/v1']);
});
