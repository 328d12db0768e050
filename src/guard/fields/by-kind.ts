import {groupKey, isJsonObject, type Json, type KubernetesObject} from '../../kubernetes/object.ts';
import type {RuleName} from '../rules.ts';
import type {Violation} from '../violation.ts';
import {asText, type Fault, type FieldCheck, toViolations} from './check.ts';
import {planOf} from './plan.ts';

/** A guard of the fields that objects have by their kind; `checksOf` is asked once for each kind. */
export function guardByKind(
  rule: RuleName,
  checksOf: (key: string) => readonly FieldCheck[],
): (object: KubernetesObject) => Violation[] {
  const known = new Map<string, (value: Json) => Fault[]>();
  return object => {
    const key = keyOf(object);
    const plan = known.get(key) ?? planOf(checksOf(key));
    known.set(key, plan);
    return toViolations(rule, object, plan(object as Json));
  };
}

/** An object's kind as `Kind.group/version`, whatever was rendered: the schema says what is wrong with it. */
export function keyOf(object: unknown): string {
  if (!isJsonObject(object)) return '';
  return groupKey({apiVersion: asText(object.apiVersion), kind: asText(object.kind)});
}
