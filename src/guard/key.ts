import {
  groupKey,
  isJsonObject,
  type Json,
  type JsonObject,
  type KubernetesObject,
} from '../kubernetes/object.ts';
import type {ObjectViolation} from './violation.ts';

/**
 * Finds what hangs on the tenant's key outside the data of Secrets: two renderings with different keys, object by
 * object, must be equal everywhere else. However the key was changed on the way, it shows.
 */
export function checkKey(
  objects: readonly KubernetesObject[],
  withOtherKey: readonly KubernetesObject[],
): ObjectViolation[] {
  const [first] = objects;
  if (objects.length !== withOtherKey.length) return first ? [violation(first, [])] : [];
  return objects.flatMap((object, index) => {
    const other = withOtherKey[index] as KubernetesObject;
    const path = firstDifference(withoutData(object), withoutData(other));
    return path ? [violation(object, path)] : [];
  });
}

function violation(object: KubernetesObject, path: readonly (string | number)[]): ObjectViolation {
  return {
    rule: 'secrets/key',
    object,
    path,
    message: `cannot render ${object.kind}: it would show something of the tenant's key`,
    hint: 'read the key in the data of a Secret alone',
  };
}

// The names of what is in a Secret are no secrets: whoever may list Secrets sees them.
function withoutData(object: KubernetesObject): Json {
  if (groupKey(object) !== 'Secret.v1') return object as Json;
  const {data, stringData, ...rest} = object;
  return {...rest, data: namesIn(data), stringData: namesIn(stringData)} as Json;
}

function namesIn(data: unknown): Json {
  return isJsonObject(data) ? Object.fromEntries(Object.keys(data).map(name => [name, null])) : null;
}

/** Ends above a key that only one of them has: it may be made of the tenant's key itself. */
function firstDifference(one: Json | undefined, other: Json | undefined): (string | number)[] | undefined {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return one === other ? undefined : [];
  if (Array.isArray(one) !== Array.isArray(other)) return [];
  const [keys, others] = [Object.keys(one), Object.keys(other)];
  if (keys.length !== others.length || keys.some(key => !Object.hasOwn(other, key))) return [];
  for (const key of keys) {
    const path = firstDifference((one as JsonObject)[key], (other as JsonObject)[key]);
    if (path) return [Array.isArray(one) ? Number(key) : key, ...path];
  }
  return undefined;
}
