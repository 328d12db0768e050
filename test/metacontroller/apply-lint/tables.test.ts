import {describe, expect, test} from 'vitest';
import type {JsonObject} from '../../../src/kubernetes/object.ts';
import definitions from '../../../src/kubernetes/schema/definitions.json' with {type: 'json'};
import {kubeflowDefinitions} from '../../../src/kubernetes/schema/kubeflow.ts';
import {KEPT_FIELDS} from '../../../src/metacontroller/apply-lint/kept-fields.ts';
import {BUILT_IN_KEYS, CUSTOM_KEYS} from '../../../src/metacontroller/apply-lint/list-keys.ts';

describe('the tables name fields that exist', () => {
  const all: {readonly [name: string]: JsonObject} = {...definitions, ...kubeflowDefinitions} as never;
  const names = [...KEPT_FIELDS, ...[...BUILT_IN_KEYS, ...CUSTOM_KEYS].map(({list}) => list)];
  test.each(names)('%s', name => {
    const [definition = '', of = ''] = name.split('.');
    expect(all[definition]?.properties).toHaveProperty(of);
  });

  test.each([...KEPT_FIELDS])('%s is optional: a required field is kept anyway', name => {
    const [definition = '', of = ''] = name.split('.');
    expect(all[definition]?.required ?? []).not.toContain(of);
  });
});
