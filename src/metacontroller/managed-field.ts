import {fieldStep} from '../kubernetes/field-path.ts';
import {isJsonObject, type Json, ownValue} from '../kubernetes/object.ts';

/** One step of a path in `managedFields`, as structured-merge-diff writes it. */
export interface Step {
  /** As people write it, with the dot before it. */
  readonly shown: string;
  /** What stands there in a value; `undefined` where nothing does. */
  readonly read: (value: Json | undefined) => Json | undefined;
}

type Scalar = null | boolean | number | string;
type Keys = {[key: string]: Scalar};

/** What the API server fills in for a key of a list's items that is not written. */
const KEY_DEFAULTS: Keys = {protocol: 'TCP'};

/**
 * Reads a step: `f:name` of a map, `k:{"name":"x"}` the item of a list with these keys, `v:"x"` the item of a set,
 * `i:0` an item by its place. Anything else, such as `.` for the field itself, is no step.
 */
export function parseStep(text: string): Step | undefined {
  const rest = text.slice(2);
  if (text.startsWith('f:')) {
    return {shown: fieldStep(rest), read: map => (isJsonObject(map) ? ownValue(map, rest) : undefined)};
  }
  const json = parse(rest);
  if (text.startsWith('k:') && isKeys(json)) {
    return {shown: shownKeys(json), read: list => itemsOf(list).find(item => hasKeys(item, json))};
  }
  if (text.startsWith('v:') && isScalar(json)) {
    return {shown: `[${rest}]`, read: list => itemsOf(list).find(item => item === json)};
  }
  if (text.startsWith('i:') && typeof json === 'number') {
    return {shown: fieldStep(json), read: list => itemsOf(list)[json]};
  }
  return undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isKeys(json: unknown): json is Keys {
  return isJsonObject(json) && Object.values(json).every(isScalar);
}

function isScalar(json: unknown): json is Scalar {
  return json === null || ['boolean', 'number', 'string'].includes(typeof json);
}

function itemsOf(list: Json | undefined): readonly Json[] {
  return Array.isArray(list) ? list : [];
}

function hasKeys(item: Json, keys: Keys): boolean {
  if (!isJsonObject(item)) return false;
  return Object.entries(keys).every(
    ([key, value]) => (ownValue(item, key) ?? ownValue(KEY_DEFAULTS, key)) === value,
  );
}

function shownKeys(keys: Keys): string {
  return `[${Object.entries(keys).map(([key, value]) => `${key}=${value}`)}]`;
}
