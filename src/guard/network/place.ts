import {isJsonObject, type Json, type KubernetesObject, ownValue} from '../../kubernetes/object.ts';
import {printable} from '../../printable.ts';
import type {RuleName} from '../rules.ts';
import type {Violation} from '../violation.ts';

/** A value within an object, and where it stands; of what is absent, its nearest parent's path. */
export interface Place {
  readonly value: Json | undefined;
  readonly path: readonly (string | number)[];
}

/** Enough for any name and Istio principal. */
const MAX_SHOWN_LENGTH = 120;

/** A field at the top of an object. */
export function topField(object: KubernetesObject, field: string): Place {
  return fieldOf({value: object as Json, path: []}, field);
}

/** A field of a map; absent where the value is no map. */
export function fieldOf({value, path}: Place, field: string): Place {
  const item = isJsonObject(value) ? ownValue(value, field) : undefined;
  return item === undefined ? {value: undefined, path} : {value: item, path: [...path, field]};
}

/** All fields of a map; none where the value is no map. */
export function fieldsOf({value, path}: Place): (Place & {readonly name: string})[] {
  if (!isJsonObject(value)) return [];
  return Object.entries(value).map(([name, item]) => ({name, value: item, path: [...path, name]}));
}

/** The items of a list; none where the value is no list. */
export function itemsOf({value, path}: Place): Place[] {
  return Array.isArray(value) ? value.map((item, index) => ({value: item, path: [...path, index]})) : [];
}

/** The items of a list within a map. */
export function itemsAt(place: Place, field: string): Place[] {
  return itemsOf(fieldOf(place, field));
}

/** A value as messages show it. */
export function shown({value}: Place): string {
  return typeof value === 'string' ? `"${printable(value, MAX_SHOWN_LENGTH)}"` : '(no text)';
}

/** Says what is wrong at a place. */
export type Refuse = (place: Place, reason: string, hint: string) => Violation;

/** How one rule refuses objects of one kind. */
export function refusalOf(rule: RuleName, kind: string): Refuse {
  return ({path}, reason, hint) => ({rule, path, message: `cannot render ${kind}: ${reason}`, hint});
}
