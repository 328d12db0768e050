import {fieldPath} from '../../kubernetes/field-path.ts';
import {isJsonObject, type Json} from '../../kubernetes/object.ts';
import {printable, shownWord} from '../../printable.ts';
import type {RuleName} from '../rules.ts';
import type {Violation} from '../violation.ts';
import type {Path} from './select.ts';

/** What the API server does not take in a field: the words behind its name, such as "must not be empty". */
export interface Fault {
  readonly path: Path;
  readonly message: string;
}

/** Characters of a field in a message: keys in it may be a user's, and long. */
const MAX_FIELD_LENGTH = 300;

/** Judges a value; paths lead from it. What is of a wrong type has no faults here: the schema says so. */
export type Check = (value: Json) => readonly Fault[];

/** A check, and the pattern of the fields that it is for. */
export type FieldCheck = readonly [pattern: string, check: Check];

/** The checks of a part, for where the part stands. */
export function under(prefix: string, checks: readonly FieldCheck[]): readonly FieldCheck[] {
  return checks.map(([pattern, check]) => [[prefix, pattern].filter(Boolean).join('.'), check]);
}

/** What is wrong with an object, as a guard says it. */
export function toViolations(rule: RuleName, object: unknown, faults: readonly Fault[]): Violation[] {
  return faults.map(({path, message}) => {
    const words = [shownField(path), message].filter(Boolean).join(' ');
    return {rule, path, message: `cannot render ${kindOf(object)}: ${words}`};
  });
}

/** A check of a map. */
export function ofMap(judge: (map: {readonly [field: string]: Json}) => readonly Fault[]): Check {
  return value => (isJsonObject(value) ? judge(value) : []);
}

/** A check of a list. */
export function ofList(judge: (items: readonly Json[]) => readonly Fault[]): Check {
  return value => (Array.isArray(value) ? judge(value) : []);
}

/** A check that all of the others have to pass. */
export function all(...checks: readonly Check[]): Check {
  return value => checks.flatMap(check => check(value));
}

/** A text, or the empty one for anything else: not all that was rendered can be made a text of. */
export function asText(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** Whether it is a list that is not empty. */
export function hasItems(value: Json | undefined): boolean {
  return Array.isArray(value) && value.length > 0;
}

/** One fault, at a path from the checked value. */
export function fault(path: Path, message: string): Fault {
  return {path, message};
}

/** A field for a message. */
export function shownField(path: Path): string {
  return printable(fieldPath(path), MAX_FIELD_LENGTH);
}

/** An object's kind for a message, whatever the object is. */
export function kindOf(object: unknown): string {
  const kind = isJsonObject(object) ? object.kind : undefined;
  return typeof kind === 'string' && kind !== '' ? shownWord(kind) : 'object';
}
