import {isJsonObject, type Json, type JsonObject} from '../object.ts';
import {definitions} from '../schema/definitions.ts';
import {LIMIT_KEYWORDS} from '../schema/limits.ts';
import type {SchemaProblem} from '../schema/problems.ts';
import {validate} from '../schema/validate.ts';
import {compilePattern, MAX_TEXT_LENGTH} from './pattern.ts';

/** Limits whose second keyword is a flag here and a number in JSON schema. */
const RANGES = [
  ['minimum', 'exclusiveMinimum'],
  ['maximum', 'exclusiveMaximum'],
] as const;
/** Keywords that mean the same in JSON schema. */
const SAME = [...LIMIT_KEYWORDS, 'enum', 'pattern', 'required'].filter(
  keyword => !RANGES.flat().some(name => name === keyword),
);
const OBJECT_META = {$ref: '#/definitions/V1ObjectMeta'};

/** Reads a structural schema of a whole object; the same is wrong with its metadata as with any other object's. */
export function compileStructural(root: JsonObject): (object: unknown) => SchemaProblem[] {
  const whole = fieldSchema({...root, 'x-kubernetes-embedded-resource': true});
  const named = {properties: {metadata: {type: 'object', required: ['name']}}};
  const schema: JsonObject = {
    ...whole,
    required: ['apiVersion', 'kind', 'metadata', ...namesIn(root.required)],
    allOf: [named, ...(Array.isArray(whole.allOf) ? whole.allOf : [])],
  };
  const expressions = new Map<string, RegExp | undefined>();
  const matches = (pattern: string, text: string) => {
    if (!expressions.has(pattern)) expressions.set(pattern, compilePattern(pattern));
    return expressions.get(pattern)?.test(text) === true;
  };
  return object => validate(object, schema, {definitions, matches});
}

/** The JSON schema of one field. Unlike a JSON schema, a structural one has no other fields than it names. */
function fieldSchema(schema: JsonObject): JsonObject {
  const {type, properties, additionalProperties, items} = schema;
  const own = {...values(schema), ...typeOf(schema)};
  if (isJsonObject(items)) Object.assign(own, {items: fieldSchema(items)});
  if (type !== 'object' && properties === undefined) return own;
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
  return {
    ...own,
    properties: {...mapValues(properties, fieldSchema), ...(isEmbedded && envelope(properties))},
    additionalProperties: isJsonObject(additionalProperties)
      ? fieldSchema(additionalProperties)
      : additionalProperties === true || schema['x-kubernetes-preserve-unknown-fields'] === true,
    ...(isEmbedded && {required: ['apiVersion', 'kind', ...namesIn(schema.required)]}),
  };
}

/** What every object has, its own or one within another; a schema may want more of its name. */
function envelope(properties: Json | undefined): JsonObject {
  const own = isJsonObject(properties) && isJsonObject(properties.metadata) ? properties.metadata : {};
  return {
    apiVersion: {type: 'string'},
    kind: {type: 'string'},
    metadata: {allOf: [OBJECT_META, branchSchema(own)]},
  };
}

function typeOf(schema: JsonObject): JsonObject {
  if (schema['x-kubernetes-int-or-string'] === true) return {type: ['integer', 'string']};
  return schema.type === undefined ? {} : {type: schema.type as string};
}

/** What a schema wants of values, without a word on which fields there are. */
function values(schema: JsonObject): JsonObject {
  const own: JsonObject = {};
  for (const keyword of SAME) if (schema[keyword] !== undefined) own[keyword] = schema[keyword] as Json;
  for (const [inclusive, exclusive] of RANGES) {
    const limit = schema[inclusive];
    if (limit !== undefined) own[schema[exclusive] === true ? exclusive : inclusive] = limit;
  }
  if (typeof own.pattern === 'string')
    own.maxLength = Math.min(Number(own.maxLength ?? MAX_TEXT_LENGTH), MAX_TEXT_LENGTH);
  for (const junctor of ['allOf', 'anyOf', 'oneOf']) {
    const list = schema[junctor];
    if (Array.isArray(list)) own[junctor] = list.filter(isJsonObject).map(branchSchema);
  }
  if (isJsonObject(schema.not)) own.not = branchSchema(schema.not);
  return own;
}

function branchSchema(schema: JsonObject): JsonObject {
  const own = values(schema);
  if (typeof schema.type === 'string') own.type = schema.type;
  if (isJsonObject(schema.items)) own.items = branchSchema(schema.items);
  if (isJsonObject(schema.properties)) own.properties = mapValues(schema.properties, branchSchema);
  return own;
}

function mapValues(map: Json | undefined, convert: (schema: JsonObject) => JsonObject): JsonObject {
  if (!isJsonObject(map)) return {};
  return Object.fromEntries(
    Object.entries(map).map(([name, schema]) => [name, isJsonObject(schema) ? convert(schema) : {}]),
  );
}

function namesIn(list: Json | undefined): string[] {
  return Array.isArray(list) ? list.filter(name => typeof name === 'string') : [];
}
