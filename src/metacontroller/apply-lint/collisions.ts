import {isJsonObject, type Json, type JsonObject, ownValue} from '../../kubernetes/object.ts';
import type {Field} from './fields.ts';
import {BUILT_IN_KEYS, CUSTOM_KEYS, type ListKey} from './list-keys.ts';
import {mergeKeyOf} from './merge-key.ts';
import {type Finding, nameOf, orApplyServerSide} from './violation.ts';

/** Items that the API server takes for one, in server-side apply or in any write. */
export function refusedItems(field: Field, strategy: string): Finding[] {
  const {value} = field;
  if (!field.name || !Array.isArray(value)) return [];
  const isServerSide = strategy === 'server-side-apply';
  return (field.isBuiltIn ? BUILT_IN_KEYS : CUSTOM_KEYS)
    .filter(({list, isOnlyApplied}) => list === field.name && (isServerSide || !isOnlyApplied))
    .flatMap(listKey => [
      ...(isServerSide ? itemsWithoutKey(field, value, listKey) : []),
      ...repeatedItems(field, value, listKey),
    ]);
}

/** Items that dynamic-apply takes for one although they differ: the last of them replaces the others. */
export function mergedItems({path, value, isReplaced}: Field): Finding[] {
  if (!Array.isArray(value) || isReplaced) return [];
  const key = mergeKeyOf(value);
  if (key === undefined) return [];
  const items = value as JsonObject[];
  return repeats(items, item => printed(item[key] as Json))
    .filter(([index, first]) => JSON.stringify(items[index]) !== JSON.stringify(items[first]))
    .map(([index]) => ({
      rule: 'apply/collision',
      path: [...path, index, key],
      reason: `two items of ${nameOf(path)} have the same ${key}: dynamic-apply takes them for one, and one is lost`,
      hint: orApplyServerSide(`give each its own ${key}, for instance in two objects`),
    }));
}

function repeatedItems({path}: Field, items: readonly Json[], {key}: ListKey): Finding[] {
  const fields = Object.keys(key);
  return repeats(items, item => identityOf(item, key)).map(([index]) => ({
    rule: 'apply/collision',
    path: [...path, index, ...firstOf(fields, items[index])],
    reason:
      fields.length === 0
        ? `an item of ${nameOf(path)} is there twice: the API server refuses it`
        : `two items of ${nameOf(path)} have the same ${fields.join(' and ')}: the API server refuses them`,
    hint: fields.length === 0 ? 'leave one of them out' : `give each its own ${fields[0]}`,
  }));
}

// Structured-merge-diff cannot tell such an item from another. Only this list lets it through the schema.
function itemsWithoutKey({name, path}: Field, items: readonly Json[], {key}: ListKey): Finding[] {
  if (name !== 'V1ServiceAccount.secrets') return [];
  return items.flatMap((item, index) =>
    identityOf(item, key) === undefined
      ? [
          {
            rule: 'apply/endless' as const,
            path: [...path, index],
            reason: 'a Secret without a name: the API server refuses it in every sync',
            hint: 'write its name',
          },
        ]
      : [],
  );
}

/** `undefined` for an item that has no key, and so is like no other. */
function identityOf(item: Json | undefined, key: ListKey['key']): string | undefined {
  const fields = Object.keys(key);
  if (fields.length === 0) return JSON.stringify(item);
  if (!isJsonObject(item)) return undefined;
  const values = fields.map(field => ownValue(item, field) ?? key[field] ?? null);
  return fields.every(field => key[field] === undefined && !Object.hasOwn(item, field))
    ? undefined
    : JSON.stringify(values);
}

/** The index of each item whose identity an earlier one has, with the index of that one. */
function repeats<Item>(
  items: readonly Item[],
  identity: (item: Item) => string | undefined,
): [index: number, first: number][] {
  const seen = new Map<string, number>();
  return items.flatMap((item, index) => {
    const own = identity(item);
    if (own === undefined) return [];
    const first = seen.get(own);
    if (first !== undefined) return [[index, first] as [number, number]];
    seen.set(own, index);
    return [];
  });
}

function firstOf(fields: readonly string[], item: Json | undefined): string[] {
  const present = fields.find(field => isJsonObject(item) && Object.hasOwn(item, field));
  return present === undefined ? [] : [present];
}

// As Go's `%v` prints it: 80 and "80" are one key.
function printed(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
