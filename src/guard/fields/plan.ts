import {isJsonObject, type Json, ownValue} from '../../kubernetes/object.ts';
import type {Check, Fault, FieldCheck} from './check.ts';
import {type Path, stepsOf} from './select.ts';

/** Checks by the fields that lead to them: objects are walked once, however many checks there are. */
interface Branch {
  readonly checks: Check[];
  readonly fields: Map<string, Branch>;
  each?: Branch;
}

/** Makes checks of a whole out of those of its fields. */
export function planOf(checks: readonly FieldCheck[]): (value: Json) => Fault[] {
  const root = newBranch();
  for (const [pattern, check] of checks) {
    for (const branch of branchesAt(root, pattern)) branch.checks.push(check);
  }
  return value => {
    const faults: Fault[] = [];
    walk(value, root, [], faults);
    return faults;
  };
}

function newBranch(): Branch {
  return {checks: [], fields: new Map()};
}

function branchesAt(root: Branch, pattern: string): Branch[] {
  let branches = [root];
  for (const {fields, isEach} of stepsOf(pattern)) {
    branches = branches.flatMap(branch => fields.map(field => fieldBranch(branch, field)));
    if (isEach) branches = branches.map(eachBranch);
  }
  return branches;
}

function fieldBranch({fields}: Branch, field: string): Branch {
  const branch = fields.get(field) ?? newBranch();
  fields.set(field, branch);
  return branch;
}

function eachBranch(branch: Branch): Branch {
  branch.each ??= newBranch();
  return branch.each;
}

function walk(value: Json, branch: Branch, path: Path, faults: Fault[]): void {
  for (const check of branch.checks) {
    for (const fault of check(value)) faults.push({...fault, path: [...path, ...fault.path]});
  }
  if (Array.isArray(value)) walkEach([...value.entries()], branch, path, faults);
  else if (isJsonObject(value)) {
    for (const [field, next] of branch.fields) {
      const item = ownValue(value, field);
      if (item !== undefined) walk(item, next, [...path, field], faults);
    }
    walkEach(Object.entries(value), branch, path, faults);
  }
}

function walkEach(
  entries: readonly (readonly [string | number, Json])[],
  {each}: Branch,
  path: Path,
  faults: Fault[],
): void {
  if (!each) return;
  for (const [step, item] of entries) walk(item, each, [...path, step], faults);
}
