import {describe, expect, test, vi} from 'vitest';
import {createForgetfulGuard, createGuard, type Rendering} from '../../src/guard/guard.ts';
import {RULES} from '../../src/guard/rules.ts';
import type {KubernetesObject} from '../../src/kubernetes/object.ts';
import {guardContext} from '../support/guard.ts';
import {bare} from '../support/requests.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
const GOOD: KubernetesObject = {...bare('v1', 'ConfigMap', 'a'), data: {}};
const WILD = [{apiGroups: [''], resources: ['pods'], verbs: ['*']}];

describe('a guard', () => {
  const judge = createForgetfulGuard();

  test('names every violation of every object, those of parts first', () => {
    const part: KubernetesObject = {...bare(RBAC, 'Role', 'part'), rules: WILD};
    const foreign = {...bare('v1', 'ConfigMap', 'b', 'bob'), status: {}};
    const secret: KubernetesObject = {...bare('v1', 'Secret', 'c'), type: 'x'};
    const found = judge(rendering({objects: [foreign, secret], parts: [part]}), guardContext());
    expect(found.map(({object, rule}) => `${object.metadata.name} ${rule}`)).toEqual([
      'part rbac/wildcard',
      'b tenancy/namespace',
      'b tenancy/metadata',
      'c secrets/type',
    ]);
  });

  test('judges rules in the parts that hold them, and the rest of an aggregated Role in itself', () => {
    const role: KubernetesObject = {...bare(RBAC, 'Role', 'r', 'bob'), rules: WILD};
    expect(judge(rendering({aggregated: [role]}), guardContext()).map(({rule}) => rule)).toEqual([
      'tenancy/namespace',
    ]);
  });

  test('lets a binding point at an aggregated Role, and at no part', () => {
    const binding: KubernetesObject = {
      ...bare(RBAC, 'RoleBinding', 'b'),
      roleRef: {apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r'},
      subjects: [],
    };
    const role: KubernetesObject = {...bare(RBAC, 'Role', 'r'), rules: []};
    expect(judge(rendering({objects: [binding], aggregated: [role]}), guardContext())).toEqual([]);
    expect(judge(rendering({objects: [binding], parts: [role]}), guardContext())).toMatchObject([
      {rule: 'rbac/role-ref', object: binding},
    ]);
  });

  test('says of a kind that is not allowed just that', () => {
    const job = {...bare('batch/v1', 'CronTab', 'x', 'bob'), status: {}};
    expect(judge(rendering({objects: [job]}), guardContext())).toMatchObject([{rule: 'tenancy/kind'}]);
  });

  test('asks what another key would change', () => {
    const other = {...GOOD, data: {a: 'x'}};
    const keyed = () => ({objects: [GOOD], withOtherKey: [other]});
    expect(judge(rendering({keyed}), guardContext())).toMatchObject([{rule: 'secrets/key', object: GOOD}]);
  });
});

describe('a guard that remembers', () => {
  const bad = {...GOOD, status: {}};

  test('judges the same content once, whichever objects hold it', () => {
    const guard = createGuard();
    const keyed = vi.fn(nothingKeyed);
    const context = guardContext();
    for (let time = 0; time < 3; time++) {
      expect(guard(rendering({objects: [structuredClone(GOOD)], keyed}), {...context})).toEqual([]);
    }
    expect(keyed).toHaveBeenCalledTimes(1);
  });

  test.each([
    {what: 'an object', change: {objects: [{...GOOD, data: {a: 'x'}}]}},
    {what: 'where an object counts', change: {objects: [], parts: [GOOD]}},
    {what: 'an aggregated Role', change: {aggregated: [{...bare(RBAC, 'Role', 'r'), rules: []}]}},
    {what: 'the owner', change: {}, context: {owner: {kind: 'User', name: 'bob'}}},
    {what: 'the mode', change: {}, context: {mode: 'standalone' as const}},
    {what: 'the values', change: {}, context: {guards: {groups: ['x']}}},
    {what: 'the collaborators', change: {}, context: {collaborators: [{kind: 'User', name: 'bob'}]}},
  ])('judges anew when $what differs', ({change, context}) => {
    const guard = createGuard();
    const keyed = vi.fn(nothingKeyed);
    const usual = guardContext();
    guard(rendering({objects: [GOOD], keyed}), usual);
    guard(rendering({objects: [GOOD], keyed, ...change}), context ? guardContext(context) : usual);
    expect(keyed).toHaveBeenCalledTimes(2);
  });

  test('remembers nothing that it refused', () => {
    const guard = createGuard();
    const context = guardContext();
    for (let time = 0; time < 2; time++) {
      expect(guard(rendering({objects: [bad]}), context)).toMatchObject([{rule: 'tenancy/metadata'}]);
    }
  });
});

test('every rule says what it refuses, in words that end a sentence', () => {
  for (const [name, {refuses, allow}] of Object.entries(RULES)) {
    expect(name).toMatch(/^[a-z]+\/[a-z-]+$/);
    expect(refuses).toMatch(/^[^.]{10,}$/);
    if (allow) expect(allow).toMatch(/^(guards\.|allowRemoval|plugins\.)/);
  }
});

function nothingKeyed() {
  return {objects: [], withOtherKey: []};
}

function rendering(changes: Partial<Rendering>): Rendering {
  return {objects: [], aggregated: [], parts: [], keyed: nothingKeyed, ...changes};
}

test('judging is limited, but for what is remembered', () => {
  const limited = vi.fn();
  const guard = createGuard(undefined, work => {
    limited();
    return work();
  });
  const context = guardContext();
  guard(rendering({objects: [GOOD]}), context);
  guard(rendering({objects: [GOOD]}), context);
  expect(limited).toHaveBeenCalledTimes(1);
});
