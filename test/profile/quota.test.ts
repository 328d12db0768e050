import {describe, expect, test} from 'vitest';
import type {Json, JsonObject} from '../../src/kubernetes/object.ts';
import {capQuota} from '../../src/profile/quota.ts';

const quota = (hard: JsonObject, scopes: string[] = [], scopeSelector: JsonObject = {}) => ({
  hard,
  scopes,
  scopeSelector,
});
const select = (...matchExpressions: Json[]) => ({matchExpressions});

describe('a quota keeps', () => {
  test.each([
    ['cpu', '500m'],
    ['limits.memory', '1.5Gi'],
    ['requests.storage', '10Gi'],
    ['hugepages-2Mi', '4Mi'],
    ['pods', '10'],
    ['services.loadbalancers', 0],
    ['count/jobs.batch', '5'],
    ['requests.nvidia.com/gpu', '8'],
    ['gold.storageclass.storage.k8s.io/requests.storage', '500Gi'],
  ])('%s: %s', (resource, amount) => {
    const skipped: string[] = [];
    expect(capQuota(quota({[resource]: amount}), {}, skipped).hard).toEqual({[resource]: amount});
    expect(skipped).toEqual([]);
  });

  test.each([
    {what: 'scopes', wanted: quota({pods: '1'}, ['BestEffort'])},
    {
      what: 'a selector',
      wanted: quota({cpu: '1'}, [], select({scopeName: 'PriorityClass', operator: 'In', values: ['high']})),
    },
    {
      what: 'a selector without values',
      wanted: quota({cpu: '1'}, [], select({scopeName: 'Terminating', operator: 'Exists'})),
    },
  ])('$what that fit its resources', ({wanted}) => {
    expect(capQuota(wanted, {}, [])).toEqual(wanted);
  });
});

describe('for one of these Kubernetes refuses the whole quota, so a quota leaves out', () => {
  test.each<{resource: string; amount: Json; reason: string}>([
    {resource: 'bogus', amount: '1', reason: 'not the name of a resource'},
    {resource: 'a..b/c', amount: '1', reason: 'not the name of a resource'},
    {resource: `${'a'.repeat(64)}.b/c`, amount: '1', reason: 'not the name of a resource'},
    {resource: 'nvidia.com/gpu', amount: '500m', reason: 'not a whole number'},
    {resource: 'pods', amount: '1500m', reason: 'not a whole number'},
    {resource: 'count/pods', amount: 0.5, reason: 'not a whole number'},
    {resource: 'cpu', amount: '-1', reason: 'not a quantity'},
    {resource: 'cpu', amount: 'many', reason: 'not a quantity'},
    {resource: 'cpu', amount: {a: 1}, reason: 'not a quantity'},
  ])('$resource: $amount', ({resource, amount, reason}) => {
    const skipped: string[] = [];
    const max = {cpu: '10'};
    expect(capQuota(quota({[resource]: amount}), max, skipped).hard).toEqual(max);
    expect(skipped).toEqual([`quota of ${resource.slice(0, 63)}: ${reason}`]);
  });

  test.each([
    {
      what: 'a scope that is none',
      wanted: quota({pods: '1'}, ['Best']),
      reason: 'there is none of this name',
    },
    {
      what: 'scopes that exclude each other',
      wanted: quota({pods: '1'}, ['Terminating', 'NotTerminating']),
      reason: 'it excludes NotTerminating',
    },
    {
      what: 'a scope that is not about its resources',
      wanted: quota({memory: '1'}, ['BestEffort']),
      reason: 'it cannot be about memory',
    },
    {
      what: 'a selector with a scope that is none',
      wanted: quota({}, [], select({scopeName: 'x', operator: 'Exists'})),
      reason: 'not one that Kubernetes takes',
    },
    {
      what: 'a selector without values to be in',
      wanted: quota({}, [], select({scopeName: 'PriorityClass', operator: 'In'})),
      reason: 'not one',
    },
    {
      what: 'a selector with values that exist',
      wanted: quota({}, [], select({scopeName: 'PriorityClass', operator: 'Exists', values: ['a']})),
      reason: 'not one',
    },
    {
      what: 'a selector with values that are no text',
      wanted: quota({}, [], select({scopeName: 'PriorityClass', operator: 'In', values: [1]})),
      reason: 'not one',
    },
    {
      what: 'a selector by values of another scope',
      wanted: quota({}, [], select({scopeName: 'Terminating', operator: 'In', values: ['a']})),
      reason: 'not one',
    },
    {
      what: 'a selector twice by one scope',
      wanted: quota(
        {},
        [],
        select(
          {scopeName: 'Terminating', operator: 'Exists'},
          {scopeName: 'Terminating', operator: 'Exists'},
        ),
      ),
      reason: 'not one',
    },
    {what: 'a selector that is no list', wanted: quota({}, [], {matchExpressions: 'x'}), reason: 'not one'},
    {what: 'a selector of no maps', wanted: quota({}, [], select('x')), reason: 'not one'},
    {what: 'a selector with other fields', wanted: quota({}, [], {...select(), other: 1}), reason: 'not one'},
    {
      what: 'an expression with other fields',
      wanted: quota({}, [], select({scopeName: 'Terminating', operator: 'Exists', x: 1})),
      reason: 'not one',
    },
  ])('$what', ({wanted, reason}) => {
    const skipped: string[] = [];
    expect(capQuota(wanted, {}, skipped)).toEqual({...wanted, scopes: [], scopeSelector: {}});
    expect(skipped[0]).toContain(reason);
  });

  test('a scope that is there twice, once', () => {
    expect(capQuota(quota({pods: '1'}, ['BestEffort', 'BestEffort']), {}, []).scopes).toEqual(['BestEffort']);
  });

  test('what comes after a hundred entries, for each takes time in every sync', () => {
    const skipped: string[] = [];
    const hard = Object.fromEntries(Array.from({length: 70_000}, (_, index) => [`count/a${index}`, '1']));
    expect(Object.keys(capQuota(quota(hard), {}, skipped).hard)).toHaveLength(100);
    expect(skipped).toEqual(['69900 entries of the quota: at most 100 are honoured']);
  });
});
