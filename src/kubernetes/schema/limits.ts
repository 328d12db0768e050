import {isJsonObject, type JsonObject} from '../object.ts';

/** How large a value of some type is; `undefined` for values of another one, which the limit is not for. */
type Size = (value: unknown) => number | undefined;

const number: Size = value => (typeof value === 'number' ? value : undefined);
// Characters as people count them, and Kubernetes.
const characters: Size = value => (typeof value === 'string' ? [...value].length : undefined);
const items: Size = value => (Array.isArray(value) ? value.length : undefined);
const keys: Size = value => (isJsonObject(value) ? Object.keys(value).length : undefined);

const LIMITS: {
  readonly [keyword: string]: {size: Size; holds: (size: number, limit: number) => boolean; words: string};
} = {
  minimum: {size: number, holds: (size, limit) => size >= limit, words: 'be at least %'},
  exclusiveMinimum: {size: number, holds: (size, limit) => size > limit, words: 'be more than %'},
  maximum: {size: number, holds: (size, limit) => size <= limit, words: 'be at most %'},
  exclusiveMaximum: {size: number, holds: (size, limit) => size < limit, words: 'be less than %'},
  multipleOf: {size: number, holds: (size, limit) => size % limit === 0, words: 'be a multiple of %'},
  minLength: {size: characters, holds: (size, limit) => size >= limit, words: 'have at least % characters'},
  maxLength: {size: characters, holds: (size, limit) => size <= limit, words: 'have at most % characters'},
  minItems: {size: items, holds: (size, limit) => size >= limit, words: 'have at least % items'},
  maxItems: {size: items, holds: (size, limit) => size <= limit, words: 'have at most % items'},
  minProperties: {size: keys, holds: (size, limit) => size >= limit, words: 'have at least % keys'},
  maxProperties: {size: keys, holds: (size, limit) => size <= limit, words: 'have at most % keys'},
};

/** The limits that JSON schemas know. */
export const LIMIT_KEYWORDS: readonly string[] = Object.keys(LIMITS);

/** Which limits of a schema a value is beyond, as "must …". */
export function limitMessages(schema: JsonObject, value: unknown): string[] {
  return limitsOf(schema).flatMap(([keyword, limit]) => {
    const {size, holds, words} = LIMITS[keyword] as (typeof LIMITS)[string];
    const actual = size(value);
    return actual === undefined || holds(actual, limit) ? [] : [`must ${words.replace('%', String(limit))}`];
  });
}

/** Read once: few schemas have any, and every field of every object has a schema. */
const limits = new WeakMap<JsonObject, readonly (readonly [string, number])[]>();

function limitsOf(schema: JsonObject): readonly (readonly [string, number])[] {
  const known = limits.get(schema);
  if (known) return known;
  const read = LIMIT_KEYWORDS.map(keyword => [keyword, schema[keyword]] as const).filter(
    (entry): entry is readonly [string, number] => typeof entry[1] === 'number',
  );
  limits.set(schema, read);
  return read;
}
