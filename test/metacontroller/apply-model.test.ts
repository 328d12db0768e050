import {describe, expect, test} from 'vitest';
import type {JsonObject} from '../../src/kubernetes/object.ts';
import {LAST_APPLIED, outcomeOf, startApplying} from './apply-model.ts';
import {APPLY_ROWS, APPLY_STRATEGIES, type ApplyStrategy, BUILDERS, type Outcome} from './apply-rows.ts';

const {binding, configMap, container, pods, policy, quota, service} = BUILDERS;
const METADATA = {name: 'a', namespace: 'alice'};
const named = (object: JsonObject): JsonObject => ({...object, metadata: METADATA});

describe.each(APPLY_STRATEGIES)(
  'the model makes of an object what the real thing does, under %s',
  strategy => {
    test.each(APPLY_ROWS)('$what', row => {
      expect(outcomeOf(row.object as JsonObject, strategy)).toBe(row[strategy]);
    });
  },
);

describe('what canonical objects do not have, under dynamic-apply', () => {
  test.each<{what: string; object: JsonObject; outcome: Outcome}>([
    {what: 'null', object: configMap({data: {a: 'b'}, immutable: null}), outcome: 'noisy'},
    {what: 'a quantity in another form', object: quota({hard: {memory: '1024Mi'}}), outcome: 'noisy'},
    {what: 'stringData', object: {apiVersion: 'v1', kind: 'Secret', stringData: {a: 'b'}}, outcome: 'noisy'},
    {what: 'data', object: {apiVersion: 'v1', kind: 'Secret', data: {a: 'Yg=='}}, outcome: 'quiet'},
  ])('$what: $outcome', ({object, outcome}) => {
    expect(outcomeOf(named(object), 'dynamic-apply')).toBe(outcome);
  });

  test('a text in place of a map to which others have added is ignored without a word', () => {
    const text = named(configMap({data: 'text'}));
    const applied = applyOnce(named(configMap({data: {a: 'b'}})), 'dynamic-apply');
    applied.edit(observed => ({...observed, data: {a: 'b', more: 'c'}}));
    applied.sync(text);
    expect(applied.observed).toMatchObject({data: {more: 'c'}});
    expect(applied.sync(text)).toBe('nothing');
  });
});

describe('what is no longer rendered goes', () => {
  test.each(APPLY_STRATEGIES)('a field and an item, under %s', strategy => {
    const env = [
      {name: 'A', value: '1'},
      {name: 'B', value: '2'},
    ];
    const applied = applyOnce(named(container({env, workingDir: '/'})), strategy);
    applied.sync(named(container({env: env.slice(1)})));
    expect(containerOf(applied.observed)).toMatchObject({env: env.slice(1)});
    expect(containerOf(applied.observed)).not.toHaveProperty('workingDir');
  });
});

describe('what others add', () => {
  const open = [{}];

  test.each(APPLY_STRATEGIES)('to a list that is left out stays, under %s', strategy => {
    const object = named(policy({}));
    const applied = applyOnce(object, strategy);
    applied.edit(observed => withSpec(observed, {ingress: open}));
    applied.sync(object);
    expect(applied.observed).toMatchObject({spec: {ingress: open}});
  });

  test.each(APPLY_STRATEGIES)('to a list that is sent empty goes, under %s', strategy => {
    const object = named(policy({ingress: []}));
    const applied = applyOnce(object, strategy);
    applied.edit(observed => withSpec(observed, {ingress: open}));
    applied.sync(object);
    expect(applied.observed).not.toMatchObject({spec: {ingress: open}});
  });

  test.each(APPLY_STRATEGIES)('as a container and as a key stays, under %s', strategy => {
    const server = named(pods({}));
    const applied = applyOnce(server, strategy);
    applied.edit(observed => {
      containersOf(observed).push({name: 'evil', image: 'evil'});
      return observed;
    });
    applied.sync(server);
    expect(containersOf(applied.observed as JsonObject)).toHaveLength(2);

    const config = named(configMap({data: {a: 'b'}}));
    const other = applyOnce(config, strategy);
    other.edit(observed => ({...observed, data: {a: 'b', more: 'c'}}));
    other.sync(config);
    expect(other.observed).toMatchObject({data: {a: 'b', more: 'c'}});
  });

  test.each(APPLY_STRATEGIES)('is put back where it is ours, under %s', strategy => {
    const object = named(binding([{kind: 'User', name: 'a'}]));
    const applied = applyOnce(object, strategy);
    applied.edit(observed => ({...observed, subjects: []}));
    expect(applied.sync(object)).toBe('written');
    expect(applied.observed).toMatchObject({subjects: [{name: 'a'}]});
    expect(applied.sync(object)).toBe('nothing');
  });

  test('to the labels of what has a generation is not seen under server-side-apply', () => {
    const object = {...pods({}), metadata: {...METADATA, labels: {a: 'b'}}};
    const applied = applyOnce(object, 'server-side-apply');
    applied.edit(observed => ({...observed, metadata: METADATA}));
    expect(applied.sync(object)).toBe('nothing');
  });
});

describe('the copy of what was written', () => {
  test('holds all of it under dynamic-apply, a Secret too', () => {
    const secret = named({apiVersion: 'v1', kind: 'Secret', data: {a: 'Yg=='}});
    const {metadata} = applyOnce(secret, 'dynamic-apply').observed as {metadata: {annotations: JsonObject}};
    expect(JSON.parse(metadata.annotations[LAST_APPLIED] as string)).toEqual(secret);
  });

  test('is not there under server-side-apply', () => {
    const {observed} = applyOnce(named(service({ports: [{port: 80}]})), 'server-side-apply');
    expect(observed?.metadata).toEqual(METADATA);
  });
});

function applyOnce(object: JsonObject, strategy: ApplyStrategy) {
  const applied = startApplying(strategy);
  expect(applied.sync(object)).toBe('written');
  return applied;
}

function withSpec(object: JsonObject, fields: JsonObject): JsonObject {
  return {...object, spec: {...(object.spec as JsonObject), ...fields}};
}

function containersOf({spec}: JsonObject): JsonObject[] {
  return (spec as {template: {spec: {containers: JsonObject[]}}}).template.spec.containers;
}

function containerOf(object: JsonObject | undefined): JsonObject | undefined {
  return object && containersOf(object)[0];
}
