import {isJsonObject, type Json, ownValue} from '../../kubernetes/object.ts';

export type Path = readonly (string | number)[];

/** A value and where it stands. */
export interface Selected {
  readonly path: Path;
  readonly value: Json;
}

/** One step of a pattern: fields that may be there, and whether what they hold is looked through. */
export interface Step {
  readonly fields: readonly string[];
  readonly isEach: boolean;
}

/**
 * The values that a pattern names, none where a field is missing or of another type. `containers[]` is every item of a
 * list or value of a map, `from|to` either field, and the empty pattern the value itself.
 */
export function select(value: Json, pattern: string): Selected[] {
  let selected: Selected[] = [{path: [], value}];
  for (const {fields, isEach} of stepsOf(pattern)) {
    selected = selected.flatMap(place => fields.flatMap(field => inField(place, field)));
    if (isEach) selected = selected.flatMap(eachIn);
  }
  return selected;
}

const parsed = new Map<string, readonly Step[]>();

/** A pattern's steps. Patterns are the program's own, a few hundred in all. */
export function stepsOf(pattern: string): readonly Step[] {
  const known = parsed.get(pattern);
  if (known) return known;
  const steps = pattern === '' ? [] : pattern.split('.').map(stepOf);
  parsed.set(pattern, steps);
  return steps;
}

function stepOf(text: string): Step {
  const isEach = text.endsWith('[]');
  return {fields: (isEach ? text.slice(0, -2) : text).split('|'), isEach};
}

function inField({path, value}: Selected, field: string): Selected[] {
  const next = isJsonObject(value) ? ownValue(value, field) : undefined;
  return next === undefined ? [] : [{path: [...path, field], value: next}];
}

function eachIn({path, value}: Selected): Selected[] {
  if (Array.isArray(value)) return value.map((item, index) => ({path: [...path, index], value: item}));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).map(([key, item]) => ({path: [...path, key], value: item}));
}
