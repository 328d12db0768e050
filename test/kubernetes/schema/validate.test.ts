import {Ajv} from 'ajv';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {isJsonObject, type Json, type JsonObject} from '../../../src/kubernetes/object.ts';
import {definitions} from '../../../src/kubernetes/schema/definitions.ts';
import {CUSTOM_KINDS, GENERATED_KINDS} from '../../../src/kubernetes/schema/kinds.ts';
import {validate} from '../../../src/kubernetes/schema/validate.ts';
import {oddObjects} from '../../guard/whatever.ts';

const ajv = new Ajv({allowUnionTypes: true, validateSchema: false, ownProperties: true});
ajv.addSchema({$id: 'kubernetes', definitions});

describe('validate', () => {
  test('refuses what a well-known validator of JSON schemas refuses, and nothing else', () => {
    fc.assert(
      fc.property(oddObjects(), object => {
        const definition = definitionOf(object);
        const problems = validate(object, {$ref: `#/definitions/${definition}`}, {definitions});
        const isValid = ajv.validate({$ref: `kubernetes#/definitions/${definition}`}, object);
        expect(problems.length === 0, JSON.stringify(problems)).toBe(isValid);
      }),
      {numRuns: 1000},
    );
  });

  test.each<{schema: JsonObject; value: Json; message: string | undefined}>([
    {schema: {enum: [1, {a: [1]}, null]}, value: {a: [1]}, message: undefined},
    {schema: {enum: [1, {a: [1]}, null]}, value: null, message: undefined},
    {schema: {enum: [1, 'a']}, value: '1', message: 'must be one of 1, a, did you mean "1"?'},
    {schema: {type: 'number'}, value: 'a', message: 'must be a number, not a string'},
    {schema: {type: ['integer', 'string']}, value: 1.5, message: 'must be an integer or a string'},
    {schema: {type: 'boolean'}, value: null, message: 'must be a boolean, not null'},
    {schema: {type: 'object'}, value: [], message: 'must be a map, not a list'},
    {schema: {minLength: 2}, value: 1, message: undefined},
    {schema: {pattern: '^a$'}, value: 1, message: undefined},
    {schema: {pattern: '^a$', description: 'an a'}, value: 'b', message: 'must be an a'},
    {schema: {maximum: 1, description: 'a bit'}, value: 2, message: 'must be a bit'},
    {schema: {required: ['constructor']}, value: {}, message: 'required field is missing'},
  ])('$schema of $value: $message', ({schema, value, message}) => {
    expect(validate(value, schema, {definitions: {}})[0]?.message).toBe(message);
  });
});

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function definitionOf(object: Json): string {
  const kinds: {[kind: string]: string} = {...GENERATED_KINDS, ...CUSTOM_KINDS};
  const key = isJsonObject(object) ? [object.apiVersion, object.kind].filter(isText).join(' ') : '';
  return (Object.hasOwn(kinds, key) && kinds[key]) || 'V1Pod';
}
