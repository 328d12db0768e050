import type {JsonObject} from '../object.ts';

/** A JSON schema, or a part of one. */
export type Schema = JsonObject;

export const text: Schema = {type: 'string'};
export const flag: Schema = {type: 'boolean'};
export const anyMap: Schema = {type: 'object'};

/** Exactly these fields: any other is an error. */
export function strict(properties: {[field: string]: Schema}, required: string[] = []): Schema {
  return {type: 'object', additionalProperties: false, properties, ...(required.length > 0 && {required})};
}

/** A list of what the schema describes. */
export function list(items: Schema): Schema {
  return {type: 'array', items};
}

/** A list with something in it. */
export function nonEmptyList({items}: Schema): Schema {
  return {type: 'array', description: 'a list with at least one item', items: items as Schema, minItems: 1};
}

/** A whole number, of 32 bits unless said otherwise. `description` says what people would call it. */
export function range(description: string, minimum: number, maximum = 2 ** 31 - 1): Schema {
  return {type: 'integer', description, minimum, maximum};
}

/** Any keys, with values that the schema describes. */
export function map(values: Schema): Schema {
  return {type: 'object', additionalProperties: values};
}

/** One of these words. */
export function oneOf(...words: readonly string[]): Schema {
  return {enum: [...words]};
}

/** Another definition. */
export function ref(definition: string): Schema {
  return {$ref: `#/definitions/${definition}`};
}

/** A kind of its own: what every object has, and these fields. */
export function kind(fields: {[field: string]: Schema}, required: string[] = []): Schema {
  return strict({apiVersion: text, kind: text, metadata: ref('V1ObjectMeta'), ...fields}, required);
}
