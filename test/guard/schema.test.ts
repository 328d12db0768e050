import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {GuardContext} from '../../src/guard/context.ts';
import {createSchemaGuard} from '../../src/guard/schema.ts';
import type {CustomKind} from '../../src/kubernetes/crds.ts';
import type {KubernetesObject} from '../../src/kubernetes/object.ts';
import {oddObjects, stubbornObjects} from './whatever.ts';

const CONTEXT = {} as GuardContext;
const NOTEBOOK = {apiVersion: 'kubeflow.org/v1', kind: 'Notebook', metadata: {name: 'x'}};

const notebook: CustomKind = {
  scope: 'Namespaced',
  plural: 'notebooks',
  problems: () => [{path: ['spec', 'sep'], field: 'spec.sep', message: 'unknown field "sep"'}],
};
const none = createSchemaGuard(new Map());
const withNotebook = createSchemaGuard(new Map([['Notebook.kubeflow.org/v1', notebook]]));

describe('the schema guard', () => {
  test('refuses a kind without a schema, and says how to give one', () => {
    expect(none(NOTEBOOK, CONTEXT)).toEqual([
      {
        rule: 'schema/field',
        path: ['kind'],
        message: 'cannot render Notebook: there is no schema of this kind',
        hint: 'give its CustomResourceDefinition in a folder, by --crds DIR or, to serve, CRDS',
      },
    ]);
  });

  test("checks a kind by the admin's definition", () => {
    expect(withNotebook(NOTEBOOK, CONTEXT)).toEqual([
      {
        rule: 'schema/field',
        path: ['spec', 'sep'],
        message: 'cannot render Notebook: unknown field "sep"',
      },
    ]);
  });

  test("knows only the versions of the admin's definition", () => {
    expect(withNotebook({...NOTEBOOK, apiVersion: 'kubeflow.org/v2'}, CONTEXT)).toHaveLength(1);
  });

  test("takes the admin's definition of a kind that it knows itself", () => {
    const lenient = {...notebook, problems: () => []};
    const guard = createSchemaGuard(new Map([['PodDefault.kubeflow.org/v1alpha1', lenient]]));
    const podDefault = {apiVersion: 'kubeflow.org/v1alpha1', kind: 'PodDefault', metadata: {name: 'x'}, a: 1};
    expect(guard(podDefault, CONTEXT)).toEqual([]);
    expect(none(podDefault, CONTEXT)).toHaveLength(1);
  });

  test('finds nothing wrong with a good object', () => {
    const object = {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'x'}, data: {a: 'b'}};
    expect(none(object, CONTEXT)).toEqual([]);
  });

  test('stumbles over nothing', () => {
    for (const object of stubbornObjects()) none(object as unknown as KubernetesObject, CONTEXT);
    fc.assert(
      fc.property(oddObjects(), object => {
        withNotebook(object as unknown as KubernetesObject, CONTEXT);
      }),
    );
  });

  test('never quotes a value', () => {
    const object = {apiVersion: 'v1', kind: 'Secret', metadata: {name: 'x'}, data: {key: 'sEcReT key'}};
    expect(JSON.stringify(none(object, CONTEXT))).not.toContain('sEcReT');
  });

  test('shortens fields and kinds that somebody made long', () => {
    const long = 'x'.repeat(1000);
    const [kind] = none({...NOTEBOOK, kind: long}, CONTEXT);
    expect(kind?.message).toBe(`cannot render ${'x'.repeat(63)}: there is no schema of this kind`);
    const data = {[long]: 1};
    const [field] = none({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'x'}, data}, CONTEXT);
    expect(field?.message).toBe(
      `cannot render ConfigMap: data.${'x'.repeat(295)} must be a string, not a number`,
    );
  });

  test.each([
    {what: 'nothing', object: null, message: 'cannot render object: must be a map'},
    {what: 'a list', object: [], message: 'cannot render object: must be a map'},
    {what: 'a text', object: 'x', message: 'cannot render object: must be a map'},
    {
      what: 'a map without a kind',
      object: {apiVersion: 'v1'},
      message: 'cannot render object: required field "kind" is missing',
    },
    {
      what: 'a map with another kind',
      object: {apiVersion: 'v1', kind: ''},
      message: 'cannot render object: there is no schema of this kind',
    },
  ])('refuses $what', ({object, message}) => {
    const violations = withNotebook(object as unknown as KubernetesObject, CONTEXT);
    expect(violations.map(violation => violation.message)).toEqual([message]);
  });
});
