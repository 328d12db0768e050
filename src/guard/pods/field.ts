import {isJsonObject, type Json, type JsonObject} from '../../kubernetes/object.ts';
import type {Path} from './finding.ts';

/** In a field's steps: each item of a list. */
export const EACH = '*';

/** What stands in a field, or what stands in its way. */
export type Reading =
  | {readonly path: Path; readonly isReadable: true; readonly value: Json | undefined}
  | {readonly path: Path; readonly isReadable: false; readonly wanted: 'map' | 'list'};

/** Reads a field of a map: nothing where the map that would hold it is absent, else its value or its absence. */
export function readField(map: JsonObject, field: readonly string[], path: Path): Reading[] {
  return read(map, field, path);
}

function read(value: Json | undefined, [step, ...rest]: readonly string[], path: Path): Reading[] {
  if (step === undefined) return [{path, isReadable: true, value: value ?? undefined}];
  if (value === undefined || value === null) return [];
  if (step === EACH) {
    if (!Array.isArray(value)) return [{path, isReadable: false, wanted: 'list'}];
    return value.flatMap((item, index) => read(item, rest, [...path, index]));
  }
  if (!isJsonObject(value)) return [{path, isReadable: false, wanted: 'map'}];
  return read(value[step], rest, [...path, step]);
}

/** The value of a field without lists. */
export function valueAt(map: JsonObject, field: readonly string[]): Json | undefined {
  const [reading] = read(map, field, []);
  return reading?.isReadable ? reading.value : undefined;
}

/** The path of a field, or of what would hold it. */
export function nearestPath(map: JsonObject, field: readonly string[], path: Path): Path {
  const depth = field.findIndex((_, index) => valueAt(map, field.slice(0, index + 1)) === undefined);
  return [...path, ...field.slice(0, depth === -1 ? field.length : depth)];
}
