import {CanonicalError} from './canonical-error.ts';
import {isJsonObject, type Json, type JsonObject} from './object.ts';
import {canonicalizeQuantities} from './quantity-fields.ts';

export {CanonicalError};

/**
 * An object as the API server would answer it, so that applying it again changes nothing.
 *
 * The same object gives the same bytes, however its fields were ordered. Throws a
 * CanonicalError for what has no such form: a null in a list, a quantity that cannot be read.
 */
export function canonical(object: JsonObject): JsonObject {
  try {
    const copy = sortedMap(withoutStringData(object));
    canonicalizeQuantities(copy);
    return copy;
  } catch (error) {
    if (error !== NULL_ITEM) throw error;
    throw new CanonicalError('cannot send null in a list', pathOfNullItem(object) ?? []);
  }
}

// Thrown without its place, which only a second walk finds: the first one runs on every request.
const NULL_ITEM = new Error('null in a list');

function sorted(value: JsonObject | Json[]): JsonObject | Json[] {
  return Array.isArray(value) ? value.map(sortedItem) : sortedMap(value);
}

function sortedItem(item: Json): Json {
  if (item === null) throw NULL_ITEM;
  return typeof item === 'object' ? sorted(item) : item;
}

function sortedMap(map: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const key of sortedKeys(map)) {
    const value = map[key] as Json;
    if (value === null) continue;
    const item = typeof value === 'object' ? sorted(value) : value;
    if (key === '__proto__') setOwn(result, key, item);
    else result[key] = item;
  }
  return result;
}

// Maps are small and mostly sorted already: inserting beats Array.sort several times.
function sortedKeys(map: JsonObject): string[] {
  const keys = Object.keys(map);
  if (keys.length > 32) return keys.sort();

  for (let index = 1; index < keys.length; index++) {
    const key = keys[index] as string;
    let place = index;
    for (; place > 0 && (keys[place - 1] as string) > key; place--) keys[place] = keys[place - 1] as string;
    keys[place] = key;
  }
  return keys;
}

// Assigning would change the prototype instead.
function setOwn(map: JsonObject, key: string, value: Json): void {
  Object.defineProperty(map, key, {value, configurable: true, enumerable: true, writable: true});
}

// The API server does this on every write and never shows `stringData` again.
function withoutStringData(object: JsonObject): JsonObject {
  const {stringData, ...rest} = object;
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1' || !isJsonObject(stringData)) return object;

  const texts = Object.entries(stringData).filter(([, text]) => text !== null);
  if (!texts.every(isText)) return object;
  if (texts.length === 0) return rest;
  const encoded = texts.map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
  const data = isJsonObject(rest.data) ? rest.data : {};
  return {...rest, data: {...data, ...Object.fromEntries(encoded)}};
}

function isText(entry: [string, Json]): entry is [string, string] {
  return typeof entry[1] === 'string';
}

function pathOfNullItem(value: Json): (string | number)[] | undefined {
  if (typeof value !== 'object' || value === null) return;
  const isList = Array.isArray(value);

  for (const [key, item] of Object.entries(value)) {
    const step = isList ? Number(key) : key;
    if (isList && item === null) return [step];
    const path = pathOfNullItem(item);
    if (path) return [step, ...path];
  }
}
