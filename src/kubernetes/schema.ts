import {isJsonObject, type JsonObject} from './object.ts';
import {definitions} from './schema/definitions.ts';
import {CUSTOM_KINDS, GENERATED_KINDS} from './schema/kinds.ts';
import {problemAt, type SchemaProblem} from './schema/problems.ts';
import {validate} from './schema/validate.ts';

export type {SchemaProblem};

/**
 * What is wrong with an object's fields, all of it; a field that its kind does
 * not have is wrong. `undefined` when the kind is not one that we know.
 */
export function schemaProblems(object: unknown): SchemaProblem[] | undefined {
  if (!isJsonObject(object)) return [problemAt([], 'must be a map')];
  const unnamed = ['apiVersion', 'kind'].filter(field => typeof object[field] !== 'string');
  if (unnamed.length > 0) return unnamed.map(field => problemAt([field], 'required field is missing'));

  const definition = KINDS.get(`${object.apiVersion} ${object.kind}`);
  return definition === undefined ? undefined : validate(object, named(definition), {definitions});
}

const KINDS = new Map<string, string>(Object.entries({...GENERATED_KINDS, ...CUSTOM_KINDS}));

// The definitions of metadata serve pod templates too, which need no name.
function named(definition: string): JsonObject {
  return {
    $ref: `#/definitions/${definition}`,
    type: 'object',
    required: ['metadata'],
    properties: {metadata: {type: 'object', required: ['name']}},
  };
}
