import {nearest} from '../../nearest.ts';
import {fieldPath} from '../field-path.ts';
import type {JsonObject} from '../object.ts';

/** A field that is not as its kind wants it. Says what is wrong, never the value: it may be secret. */
export type SchemaProblem = {
  readonly path: readonly (string | number)[];
  /** The path as people write it: `spec.rules[0].verbs`. */
  readonly field: string;
  readonly message: string;
};

export function problemAt(path: readonly (string | number)[], message: string): SchemaProblem {
  return {path, field: fieldPath(path), message};
}

/** What a schema calls what it wants, in people's words. */
export function wanted({description, type}: JsonObject): string {
  if (typeof description === 'string') return description;
  return (Array.isArray(type) ? type : [type]).map(one => article(String(one))).join(' or ');
}

/** "must be …, not …". A number that is none of the wanted ones is a number all the same. */
export function typeMessage(schema: JsonObject, value: unknown): string {
  const words = wanted(schema);
  const isNumberAnyway = typeof value === 'number' && words.includes('integer');
  return isNumberAnyway ? `must be ${words}` : `must be ${words}, not ${typeName(value)}`;
}

/** The word that somebody probably meant, as the end of a message. */
export function didYouMean(word: unknown, candidates: readonly string[]): string {
  const near = typeof word === 'string' ? nearest(word, candidates) : undefined;
  return near === undefined ? '' : `, did you mean "${near}"?`;
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return article(Array.isArray(value) ? 'array' : typeof value);
}

// Kubernetes' users say list and map.
function article(type: string): string {
  const names: {[type: string]: string} = {array: 'a list', integer: 'an integer', object: 'a map'};
  return names[type] ?? `a ${type}`;
}
