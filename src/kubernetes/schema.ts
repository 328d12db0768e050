import {Ajv, type ValidateFunction} from 'ajv';
import {isJsonObject, type JsonObject} from './object.ts';
import definitions from './schema/definitions.json' with {type: 'json'};
import {istioDefinitions} from './schema/istio.ts';
import {CUSTOM_KINDS, GENERATED_KINDS} from './schema/kinds.ts';
import {kubeflowDefinitions} from './schema/kubeflow.ts';
import {metacontrollerDefinitions} from './schema/metacontroller.ts';
import {problemAt, type SchemaProblem, toProblems} from './schema/problems.ts';

export type {SchemaProblem};

/**
 * What is wrong with an object's fields, all of it; a field that its kind does
 * not have is wrong. `undefined` when the kind is not one that we know.
 */
export function schemaProblems(object: unknown): SchemaProblem[] | undefined {
  if (!isJsonObject(object)) return [problemAt([], 'must be a map')];
  const unnamed = ['apiVersion', 'kind'].filter(field => typeof object[field] !== 'string');
  if (unnamed.length > 0) return unnamed.map(field => problemAt([field], 'required field is missing'));

  const validate = validatorOf(`${object.apiVersion} ${object.kind}`);
  if (!validate) return;
  return validate(object) ? [] : toProblems(object, validate.errors ?? []);
}

const KINDS = new Map<string, string>(Object.entries({...GENERATED_KINDS, ...CUSTOM_KINDS}));
const validators = new Map<string, ValidateFunction>();
let ajv: Ajv | undefined;

// A Deployment takes nearly a tenth of a second to compile, so each kind waits for its first object.
function validatorOf(kind: string): ValidateFunction | undefined {
  const definition = KINDS.get(kind);
  if (!definition) return;

  const known = validators.get(definition);
  if (known) return known;
  ajv ??= buildAjv();
  const validate = ajv.compile(named(definition));
  validators.set(definition, validate);
  return validate;
}

// Code that is neither inlined nor optimized runs as fast here and compiles in half the time.
function buildAjv(): Ajv {
  const built = new Ajv({
    allErrors: true,
    allowUnionTypes: true,
    code: {optimize: false},
    inlineRefs: false,
    validateSchema: false,
    verbose: true,
  });
  return built.addSchema({
    $id: 'kubernetes',
    definitions: {...definitions, ...istioDefinitions, ...kubeflowDefinitions, ...metacontrollerDefinitions},
  });
}

// The definitions of metadata serve pod templates too, which need no name.
function named(definition: string): JsonObject {
  return {
    $ref: `kubernetes#/definitions/${definition}`,
    type: 'object',
    required: ['metadata'],
    properties: {metadata: {type: 'object', required: ['name']}},
  };
}
