import {accessOf, checkedTypeOf, type Node, offsetOf, partsOf, walk} from './ast.ts';
import {memberShape, type Shape, type Struct, shapeOfType} from './environment.ts';
import {compileError} from './error.ts';
import {MAX_LOOPS, MAX_NESTED_LOOPS} from './limits.ts';
import {suggestMember} from './vocabulary.ts';

/** How deep loops nest. Refuses what could run for long, which nothing but a deadline could stop. */
export function boundedLoopDepth(root: Node): number {
  let loops = 0;
  let deepest = 0;
  visit(root, 0);
  return deepest;

  function visit(node: Node, depth: number): void {
    refuseMatches(node);
    const {outside, inside, loops: isLoop} = partsOf(node);
    const inner = isLoop ? depth + 1 : depth;
    deepest = Math.max(deepest, inner);
    if (inner > MAX_NESTED_LOOPS) {
      throw compileError(`loops nest more than ${MAX_NESTED_LOOPS} deep`, offsetOf(node));
    }
    if (isLoop && ++loops > MAX_LOOPS) {
      throw compileError(`it has more than ${MAX_LOOPS} loops`, offsetOf(node));
    }
    for (const part of outside) visit(part, depth);
    for (const part of inside) visit(part, inner);
  }
}

// A backtracking regular expression can take for ever on 30 characters.
function refuseMatches(node: Node): void {
  if (node.op !== 'rcall' || node.args[0] !== 'matches') return;
  throw compileError(
    'matches is not available',
    offsetOf(node),
    'use startsWith, endsWith, contains, indexOf or split',
  );
}

/**
 * Refuses unknown fields wherever the type is known. `check()` alone does not look into `has(…)`, and takes any field
 * after `.?`.
 */
export function refuseUnknownFields(root: Node, structs: ReadonlyMap<string, Struct>): void {
  walk(root, node => {
    const access = accessOf(node);
    if (access?.key === undefined) return;
    const struct = shapeOf(access.object, structs);
    if (typeof struct === 'string' || !('fields' in struct) || Object.hasOwn(struct.fields, access.key))
      return;
    const owner = [...structs].find(([, known]) => known === struct)?.[0];
    const hint = suggestMember(access.key, struct);
    throw compileError(`unknown field ${JSON.stringify(access.key)} of ${owner}`, offsetOf(node), hint);
  });
}

function shapeOf(node: Node, structs: ReadonlyMap<string, Struct>): Shape {
  const type = checkedTypeOf(node);
  if (type) return shapeOfType(type, structs);
  const access = accessOf(node);
  return access ? memberShape(shapeOf(access.object, structs), access.key) : 'dyn';
}

// The library writes such keys as text, and leaves the three names out without a word.
const LOST_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** Refuses keys of map literals that would be changed or lost. Call it after `check()`. */
export function refuseLossyKeys(root: Node): void {
  walk(root, node => {
    if (node.op !== 'map') return;
    for (const [key] of node.args) {
      const type = checkedTypeOf(key);
      if (type && type.name !== 'string' && type.kind !== 'dyn') {
        throw compileError(`the key of a map is ${type.name}, not string`, key.start, 'use string(…)');
      }
      if (key.op === 'value' && LOST_KEYS.has(String(key.args))) {
        throw compileError(`the key ${JSON.stringify(key.args)} is not available`, key.start);
      }
    }
  });
}

/**
 * Makes `condition ? "a" : null` mean `condition ? "a" : dyn(null)`, which the library wants. `makeNull` makes the
 * node of `dyn(null)`.
 */
export function allowNullBranches(root: Node, makeNull: () => Node): void {
  walk(root, node => {
    if (node.op !== '?:') return;
    if (isNull(node.args[1])) node.args[1] = makeNull();
    if (isNull(node.args[2])) node.args[2] = makeNull();
  });
}

function isNull(node: Node): boolean {
  return node.op === 'value' && node.args === null;
}

/** The paths of variables that the expression reads. A path that is not static ends where it stops being so. */
export function readsOf(root: Node, isVariable: (name: string) => boolean): string[] {
  const paths = new Set<string>();
  visit(root, new Set());
  return [...paths].sort();

  function visit(node: Node, bound: ReadonlySet<string>): void {
    const path = pathOf(node, name => isVariable(name) && !bound.has(name));
    if (path !== undefined) {
      paths.add(path);
      return;
    }
    const {outside, inside, name} = partsOf(node);
    for (const part of outside) visit(part, bound);
    for (const part of inside) visit(part, name === undefined ? bound : new Set([...bound, name]));
  }
}

function pathOf(node: Node, isVariable: (name: string) => boolean): string | undefined {
  if (node.op === 'id') return isVariable(node.args) ? node.args : undefined;
  const access = accessOf(node);
  // A key such as `app.kubernetes.io/name` would read as three fields.
  if (access?.key === undefined || !/^\w+$/.test(access.key)) return undefined;
  const object = pathOf(access.object, isVariable);
  return object && `${object}.${access.key}`;
}
