import type {MappingEntry} from '../yaml.ts';
import {type Expression, elementOf, type Item} from './cel.ts';
import {compileScalar, type Field, report, type Scope, STEERING_PREFIX, startingAfresh} from './field.ts';

/** The annotations that decide whether and how often a template's object is rendered, and whose it is. */
export interface Steering {
  readonly includeWhen?: Field;
  /** What must hold for include-when to hold, and hangs on nothing but the values. */
  readonly valueConditions: readonly Expression[];
  readonly forEach?: Field;
  /** Whether fields that users add to the object stay. */
  readonly usersMayExtend: boolean;
  /** The type of `item` in the rest of the template. */
  readonly item?: Item;
}

export const INCLUDE_WHEN = `${STEERING_PREFIX}include-when`;
export const FOR_EACH = `${STEERING_PREFIX}for-each`;
const USERS_MAY_EXTEND = `${STEERING_PREFIX}users-may-extend`;

/** An annotation that is one expression. */
interface Lone {
  readonly field: Field;
  readonly expression: Expression;
}

/** Stands where the for-each itself is wrong: that is said once, and not at every `item`. */
const UNKNOWN_ITEM: Item = {type: 'dyn'};

/** Compiles the steering ones of a template's annotations. Problems go to the scope. */
export function compileSteering(scope: Scope, annotations: readonly MappingEntry[]): Steering {
  const entries = annotations.filter(({key}) => key.startsWith(STEERING_PREFIX));
  for (const {key, keyOffset} of entries) {
    if ([INCLUDE_WHEN, FOR_EACH, USERS_MAY_EXTEND].includes(key)) continue;
    const message = `cannot use annotation ${key}: only include-when, for-each and users-may-extend steer`;
    report(scope, keyOffset, message, 'use a prefix of your own', ['metadata', 'annotations']);
  }
  const list = entries.find(({key}) => key === FOR_EACH);
  const forEach = list && compileForEach(scope, list);
  const item = list && (forEach?.item ?? UNKNOWN_ITEM);
  const condition = entries.find(({key}) => key === INCLUDE_WHEN);
  const includeWhen = condition && compileIncludeWhen({...scope, ...(item && {item})}, condition);
  return {
    ...(includeWhen && {includeWhen: includeWhen.field}),
    valueConditions: includeWhen ? valueConditions(scope, includeWhen.expression) : [],
    ...(forEach && {forEach: forEach.field}),
    ...(item && {item}),
    usersMayExtend: readUsersMayExtend(scope, entries),
  };
}

// Plain text, for it does not differ between tenants; and never "false", which says what its absence says.
function readUsersMayExtend(scope: Scope, entries: readonly MappingEntry[]): boolean {
  const entry = entries.find(({key}) => key === USERS_MAY_EXTEND);
  if (!entry) return false;
  const {key, value} = entry;
  if (value.kind !== 'scalar' || value.value !== 'true') {
    const path = ['metadata', 'annotations', key];
    report(scope, value.offset, `cannot use annotation ${key}: not the text true`, 'write "true"', path);
  }
  return true;
}

function compileForEach(scope: Scope, entry: MappingEntry): {field: Field; item: Item} | undefined {
  const compiled = compileLone(scope, entry);
  if (!compiled) return undefined;
  const item = elementOf(compiled.expression);
  if (item) return {field: compiled.field, item};
  reportType(scope, entry, compiled.expression, 'a list');
  return undefined;
}

function compileIncludeWhen(scope: Scope, entry: MappingEntry): Lone | undefined {
  const compiled = compileLone(scope, entry);
  if (!compiled || ['bool', 'dyn'].includes(compiled.expression.type)) return compiled;
  reportType(scope, entry, compiled.expression, 'true or false');
  return undefined;
}

function valueConditions({compiler}: Scope, {conjuncts, reads}: Expression): Expression[] {
  // A part that reads `item` would not compile on its own, and hangs on the item anyway.
  if (reads.some(path => path.split('.')[0] === 'item')) return [];
  return conjuncts
    .map(source => compiler.compile(source))
    .filter(part => part.reads.every(path => path.split('.')[0] === 'values'));
}

function compileLone(scope: Scope, {key, value}: MappingEntry): Lone | undefined {
  const path = ['metadata', 'annotations', key];
  const before = scope.problems.length;
  const compiled = compileScalar(scope, value, path);
  const expression = compiled?.text.expressions[0];
  if (compiled?.text.lone && expression) return {field: startingAfresh(scope, compiled.field), expression};
  if (scope.problems.length === before)
    report(scope, value.offset, `cannot use annotation ${key}: not one expression`, 'write "${…}"', path);
  return undefined;
}

function reportType(scope: Scope, {key, value}: MappingEntry, {type}: Expression, wanted: string): void {
  const path = ['metadata', 'annotations', key];
  report(
    scope,
    value.offset,
    `cannot use annotation ${key}: it yields ${type}, not ${wanted}`,
    undefined,
    path,
  );
}
