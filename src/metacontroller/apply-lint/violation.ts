import {kindOf} from '../../guard/fields/check.ts';
import type {RuleName} from '../../guard/rules.ts';
import type {Violation} from '../../guard/violation.ts';
import type {Json} from '../../kubernetes/object.ts';
import {shownWord} from '../../printable.ts';

type Path = Violation['path'];

/** What is wrong, but for the kind of the object. */
export interface Finding {
  readonly rule: RuleName;
  readonly path: Path;
  readonly reason: string;
  readonly hint?: string;
}

export function toViolation(object: Json, {reason, ...finding}: Finding): Violation {
  return {...finding, message: `cannot render ${kindOf(object)}: ${reason}`};
}

/** What dynamic-apply would write in every sync, for the API server keeps something else. */
export function writtenAgain(path: Path, what: string, hint: string): Finding {
  return endless(path, `${what}, and dynamic-apply would write it again in every sync`, hint);
}

/** What dynamic-apply would take out in every sync, for the API server fills it in. */
export function filledIn(path: Path, field: string, hint: string): Finding {
  const reason = `the API server fills in ${field}, and dynamic-apply would take it out again in every sync`;
  return endless(path, reason, hint);
}

/** What only dynamic-apply is never done with. */
export function endless(path: Path, reason: string, hint: string): Finding {
  return {rule: 'apply/endless', path, reason, hint: orApplyServerSide(hint)};
}

/** A hint for what dynamic-apply alone cannot do. */
export function orApplyServerSide(hint: string): string {
  return `${hint}, or set guards.applyStrategy: server-side-apply`;
}

/** The field that a path ends in, for people. */
export function nameOf(path: Path): string {
  return shownWord(String(path.findLast(step => typeof step === 'string')));
}
