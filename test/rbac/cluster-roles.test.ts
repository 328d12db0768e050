import {describe, expect, test} from 'vitest';
import type {JsonObject} from '../../src/kubernetes/object.ts';
import {aggregateClusterRoles, type ClusterRole} from '../../src/rbac/cluster-roles.ts';
import {clusterRole, rule} from './support.ts';

const gets = (resource: string) => rule({resources: [resource]});
const part = (name: string, labels: {[key: string]: string}, more: JsonObject = {}) =>
  clusterRole(name, [gets(name)], {metadata: {name, labels}, ...more});
const aggregating = (name: string, clusterRoleSelectors: JsonObject[], metadata: JsonObject = {}) =>
  clusterRole(name, [gets('own')], {
    metadata: {name, ...metadata},
    aggregationRule: {clusterRoleSelectors},
  });
const resources = (name: string, ...roles: object[]) =>
  aggregateClusterRoles(roles as ClusterRole[])
    .get(name)
    ?.flatMap(({resources: named = []}) => named)
    .sort();

describe('an aggregating ClusterRole', () => {
  const byLabel = [{matchLabels: {to: 'edit'}}];

  test('gets the rules of the parts that any of its selectors matches, instead of its own', () => {
    const edit = aggregating('edit', [...byLabel, {matchLabels: {to: 'view', tier: 'gold'}}]);
    const parts = [part('a', {to: 'edit'}), part('b', {to: 'view', tier: 'gold'}), part('c', {to: 'view'})];
    expect(resources('edit', edit, ...parts)).toEqual(['a', 'b']);
  });

  test('gets the rules of parts of parts, in whatever order they are given, even in a circle', () => {
    const edit = aggregating('edit', byLabel, {labels: {to: 'view'}});
    const view = aggregating('view', [{matchLabels: {to: 'view'}}], {labels: {to: 'edit'}});
    for (const roles of [
      [edit, view, part('a', {to: 'view'})],
      [part('a', {to: 'view'}), view, edit],
    ]) {
      expect(resources('edit', ...roles)).toEqual(['a']);
      expect(resources('view', ...roles)).toEqual(['a']);
    }
  });

  test('keeps its own rules where no part was given, or where it comes from a cluster', () => {
    expect(resources('edit', aggregating('edit', byLabel))).toEqual(['own']);
    const observed = aggregating('edit', byLabel, {uid: 'x'});
    expect(resources('edit', observed, part('a', {to: 'edit'}))).toEqual(['a', 'own']);
  });

  const expression = (operator: string, values?: string[]) => [
    {matchExpressions: [{key: 'to', operator, ...(values && {values})}]},
  ];
  test.each([
    {rule: 'In', selectors: expression('In', ['edit', 'x']), matched: ['a']},
    {
      rule: 'NotIn, also where there is no label',
      selectors: expression('NotIn', ['edit']),
      matched: ['b', 'c'],
    },
    {rule: 'Exists', selectors: expression('Exists'), matched: ['a', 'b']},
    {rule: 'DoesNotExist', selectors: expression('DoesNotExist'), matched: ['c']},
    {rule: 'nothing, and so everything', selectors: [{}], matched: ['a', 'b', 'c']},
    {
      rule: 'no label of JavaScript’s own',
      selectors: [{matchExpressions: [{key: 'constructor', operator: 'Exists'}]}],
      matched: ['own'],
    },
  ])('selects by $rule', ({selectors, matched}) => {
    const parts = [part('a', {to: 'edit'}), part('b', {to: 'view'}), part('c', {})];
    expect(resources('edit', aggregating('edit', selectors), ...parts)).toEqual(matched);
  });
});

test('a plain ClusterRole keeps its rules, and one without any has none', () => {
  expect(resources('a', part('a', {}))).toEqual(['a']);
  expect(resources('a', {metadata: {name: 'a'}})).toEqual([]);
});
