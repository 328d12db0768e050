import {readFileSync} from 'node:fs';
import {Ajv} from 'ajv';
import {expect, test} from 'vitest';
import {generateDefinitions} from '../../../src/kubernetes/schema/generate.ts';
import {istioDefinitions} from '../../../src/kubernetes/schema/istio.ts';
import {kubeflowDefinitions} from '../../../src/kubernetes/schema/kubeflow.ts';
import {metacontrollerDefinitions} from '../../../src/kubernetes/schema/metacontroller.ts';

const file = new URL('../../../src/kubernetes/schema/definitions.json', import.meta.url);
const text = readFileSync(file, 'utf8');
const definitions = {
  ...JSON.parse(text),
  ...istioDefinitions,
  ...kubeflowDefinitions,
  ...metacontrollerDefinitions,
};

test('definitions.json is what the generator writes now (npm run gen:schema)', () => {
  expect(text).toBe(generateDefinitions());
});

test('the definitions are valid JSON schema', () => {
  const ajv = new Ajv({strict: true, allowUnionTypes: true});
  expect(ajv.validateSchema({definitions}), JSON.stringify(ajv.errors)).toBe(true);
});

test('every reference has its definition', () => {
  const references = JSON.stringify(definitions).matchAll(/#\/definitions\/(\w+)/g);
  const missing = [...references].filter(([, name]) => !(`${name}` in definitions));
  expect(missing).toEqual([]);
});

test('no definition of an object admits unknown fields', () => {
  const open = Object.entries<{properties?: object; additionalProperties?: unknown}>(definitions)
    .filter(([, {properties, additionalProperties}]) => properties && additionalProperties !== false)
    .map(([name]) => name);
  expect(open).toEqual([]);
});
