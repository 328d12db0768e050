import {Optional} from '@marcbachmann/cel-js';
import {isJsonObject, type Json, type JsonObject} from '../../kubernetes/object.ts';
import {evaluateError} from './error.ts';
import {MAX_VALUE_LENGTH} from './limits.ts';

/** JSON as the CEL library wants it. Made by `toCel` alone. */
export type CelValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly CelValue[]
  | ReadonlyMap<string, CelValue>
  | {readonly [key: string]: CelValue};

export type CelVariables = {readonly [variable: string]: CelValue};

/** Converts the value of each variable. */
export function toCelVariables(json: {readonly [name: string]: Json}): CelVariables {
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, toCel(value)]));
}

/**
 * Converts JSON once, for many evaluations: whole numbers become CEL's int (also where the shape says double),
 * other numbers double.
 */
export function toCel(value: Json): CelValue {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toCel);
  return isJsonObject(value) ? toCelMap(value) : value;
}

function toCelMap(json: JsonObject): CelValue {
  // The library asks a value for its `constructor`: a tenant's label of that name would stop every render.
  if (Object.hasOwn(json, 'constructor') || Object.hasOwn(json, '__proto__')) {
    return new Map(Object.entries(json).map(([key, value]) => [key, toCel(value)]));
  }
  const converted: {[key: string]: CelValue} = {};
  for (const key of Object.keys(json)) {
    const value = json[key];
    if (value !== undefined) converted[key] = toCel(value);
  }
  return converted;
}

/** Turns a result into JSON: `undefined` where it is null or an empty optional. Throws CelError. */
export function fromCel(value: unknown): Json | undefined {
  if (typeof value === 'string' && value.length <= MAX_VALUE_LENGTH) return value;
  return toJson(value, {left: MAX_VALUE_LENGTH}) ?? undefined;
}

type Budget = {left: number};

function toJson(value: unknown, budget: Budget): Json | undefined {
  switch (typeof value) {
    case 'string':
      spend(budget, value.length);
      return value;
    case 'boolean':
    case 'undefined':
      return value;
    case 'bigint':
      return safeInteger(value);
    case 'number':
      if (!Number.isFinite(value)) throw evaluateError('the result is not a finite number', 0);
      return value;
    default:
      return value === null ? null : objectToJson(value as object, budget);
  }
}

function objectToJson(value: object, budget: Budget): Json | undefined {
  if (Array.isArray(value)) return listToJson(value, budget);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null)
    return plainMapToJson(value as {[key: string]: unknown}, budget);
  if (value instanceof Map) return mapToJson(value, budget);
  if (value instanceof Optional) return value.hasValue() ? toJson(value.value(), budget) : undefined;
  // The library's uint.
  const primitive: unknown = value.valueOf();
  if (typeof primitive === 'bigint') return safeInteger(primitive);
  throw notJson(value);
}

function listToJson(list: readonly unknown[], budget: Budget): Json {
  spend(budget, list.length);
  const json: Json[] = [];
  for (const element of list) {
    const item = toJson(element, budget);
    if (item !== undefined) json.push(item);
  }
  return json;
}

// Most results are such objects: no list of entries is made on the way.
function plainMapToJson(map: {[key: string]: unknown}, budget: Budget): Json {
  const json: JsonObject = {};
  for (const key of Object.keys(map)) {
    spend(budget, key.length + 1);
    const item = toJson(map[key], budget);
    if (item === undefined) continue;
    // `bytes(…).json()` can make this key; assigning it would set the prototype instead.
    if (key === '__proto__') Object.defineProperty(json, key, {value: item, ...ORDINARY});
    else json[key] = item;
  }
  return json;
}

const ORDINARY = {configurable: true, enumerable: true, writable: true};

function mapToJson(map: ReadonlyMap<unknown, unknown>, budget: Budget): Json {
  const json: [string, Json][] = [];
  for (const [key, value] of map) {
    if (typeof key !== 'string') throw evaluateError('the keys of a map are not strings', 0);
    spend(budget, key.length + 1);
    const item = toJson(value, budget);
    if (item !== undefined) json.push([key, item]);
  }
  // It defines properties, so that `__proto__` is a key like any other.
  return Object.fromEntries(json);
}

function spend(budget: Budget, length: number): void {
  budget.left -= length;
  if (budget.left < 0) throw evaluateError(`the result is longer than ${MAX_VALUE_LENGTH} characters`, 0);
}

function safeInteger(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw evaluateError('the integer is too large for JSON', 0, 'use string(…)');
}

function notJson(value: object) {
  if (value instanceof Uint8Array) {
    return evaluateError('the result is bytes', 0, 'use .base64() or string(…)');
  }
  if (value instanceof Date) return evaluateError('the result is a timestamp', 0, 'use string(…)');
  switch (value.constructor?.name) {
    case 'Duration':
      return evaluateError('the result is a duration', 0, 'use string(….getSeconds())');
    case 'Type':
      return evaluateError('the result is a type', 0, 'compare it: type(x) == string');
    default:
      return evaluateError('the result is a namespace of functions', 0, 'call one of them');
  }
}
