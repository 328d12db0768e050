import {expect, test} from 'vitest';
import type {Json} from '../../src/kubernetes/object.ts';
import {isSameStatus, readyCondition, withConditions} from '../../src/profile/status.ts';

const READY = readyCondition(true, 'done');
const OTHER = {type: 'Failed', status: '', message: 'x', since: 'yesterday'};
const OLD = {type: 'Ready', status: 'False', message: 'old', reason: 'Old'};

test.each<{when: string; observed: Json | undefined; status: Json}>([
  {when: 'there is no status', observed: undefined, status: {conditions: [{...READY}]}},
  {when: 'there is an empty one', observed: {}, status: {conditions: [{...READY}]}},
  {when: 'conditions are null', observed: {conditions: null}, status: {conditions: [{...READY}]}},
  {
    when: 'others wrote conditions',
    observed: {conditions: [OTHER]},
    status: {conditions: [OTHER, {...READY}]},
  },
  {when: 'it was there', observed: {conditions: [OLD, OTHER]}, status: {conditions: [{...READY}, OTHER]}},
  {
    when: 'it was there twice',
    observed: {conditions: [OTHER, OLD, OLD]},
    status: {conditions: [OTHER, {...READY}]},
  },
  {
    when: 'others wrote fields',
    observed: {phase: 'x', conditions: []},
    status: {phase: 'x', conditions: [{...READY}]},
  },
])('our condition takes its place and the rest is echoed when $when', ({observed, status}) => {
  expect(withConditions(observed, [READY])).toEqual(status);
});

test('Ready is True or False, with a message of at most 1024 characters', () => {
  expect(readyCondition(false, 'x'.repeat(2000))).toEqual({
    type: 'Ready',
    status: 'False',
    message: 'x'.repeat(1024),
  });
  expect(READY).toEqual({type: 'Ready', status: 'True', message: 'done'});
});

test('a status needs a write when it differs in anything', () => {
  const status = withConditions({conditions: [OTHER]}, [READY]);
  expect(isSameStatus(status, structuredClone(status))).toBe(true);
  expect(isSameStatus(status, {conditions: [OTHER]})).toBe(false);
  expect(isSameStatus(status, undefined)).toBe(false);
});
