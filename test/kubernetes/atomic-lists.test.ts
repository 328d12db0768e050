import {describe, expect, test} from 'vitest';
import {withAtomicLists} from '../../src/kubernetes/atomic-lists.ts';
import {canonical} from '../../src/kubernetes/canonical.ts';
import type {Json, JsonObject} from '../../src/kubernetes/object.ts';
import {bare} from '../support/requests.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
const RULE = {to: [{podSelector: {}}]};

describe('a NetworkPolicy', () => {
  test.each<{has: string; spec: JsonObject; sent: JsonObject}>([
    {has: 'no list', spec: {}, sent: {ingress: [], egress: [], policyTypes: ['Ingress']}},
    {
      has: 'null for each',
      spec: {ingress: null, egress: null, policyTypes: null},
      sent: {ingress: [], egress: [], policyTypes: ['Ingress']},
    },
    {
      has: 'an empty list of types',
      spec: {policyTypes: []},
      sent: {ingress: [], egress: [], policyTypes: ['Ingress']},
    },
    {
      has: 'egress rules and no types',
      spec: {egress: [RULE]},
      sent: {ingress: [], egress: [RULE], policyTypes: ['Ingress', 'Egress']},
    },
    {
      has: 'an empty egress and no types',
      spec: {egress: []},
      sent: {ingress: [], egress: [], policyTypes: ['Ingress']},
    },
    {
      has: 'types of its own',
      spec: {policyTypes: ['Egress'], ingress: [{}]},
      sent: {ingress: [{}], egress: [], policyTypes: ['Egress']},
    },
  ])('that has $has is sent with all three', ({spec, sent}) => {
    const policy = {...bare('networking.k8s.io/v1', 'NetworkPolicy', 'deny'), spec};
    expect(withAtomicLists(policy).spec).toEqual(sent);
  });

  test.each([undefined, null, 'text', []])('without a spec that is a map is left alone: %o', spec => {
    const policy = {...bare('networking.k8s.io/v1', 'NetworkPolicy', 'deny'), spec: spec as Json};
    expect(withAtomicLists(policy)).toBe(policy);
  });
});

test.each([
  {kind: 'RoleBinding', list: 'subjects'},
  {kind: 'Role', list: 'rules'},
])('a $kind always has $list', ({kind, list}) => {
  const object = bare(RBAC, kind, 'a');
  expect(withAtomicLists(object)).toEqual({...object, [list]: []});
  expect(withAtomicLists({...object, [list]: null})).toEqual({...object, [list]: []});
  expect(withAtomicLists({...object, [list]: [{}]})).toEqual({...object, [list]: [{}]});
});

test.each([
  bare('v1', 'ConfigMap', 'a'),
  bare('example.com/v1', 'Role', 'a'),
  {...bare('example.com/v1', 'NetworkPolicy', 'a'), spec: {}},
])('$apiVersion $kind is as it was', object => {
  expect(withAtomicLists(object)).toBe(object);
});

test('the canonical form keeps empty lists', () => {
  const role = {...bare(RBAC, 'Role', 'a'), rules: []};
  expect(canonical(role as unknown as JsonObject)).toEqual(role);
});
