import {checkStorage, type StorageOverride, type StorageValues} from '../../credentials/storage-check.ts';
import type {Problem} from '../../errors.ts';
import {isJsonObject, type JsonObject} from '../../kubernetes/object.ts';
import type {YamlFile} from '../../yaml.ts';
import {problemAt} from './check.ts';
import {mergeValues} from './merge.ts';
import type {Override} from './override.ts';

interface Chosen extends StorageOverride {
  /** Where its last override stands. */
  readonly index: number;
}

/** Finds where values that the schema accepts would open one tenant's objects to another, at their place in the files. */
export function storageProblems(
  merged: JsonObject,
  overrides: readonly Override[],
  files: readonly YamlFile[],
): Problem[] {
  // A schema of its own need not have them.
  if (!isJsonObject(merged.credentials)) return [];
  const chosen = chosenProfiles(merged, overrides);
  return checkStorage(merged.credentials as unknown as StorageValues, chosen).map(
    ({path, message, override}) => {
      const prefix =
        override === undefined ? [] : ['overrides', (chosen[override] as Chosen).index, 'values'];
      return problemAt(files, [...prefix, 'credentials', ...path], message);
    },
  );
}

// Only these can change credentials: an override by label may not. All of one Profile's count together.
function chosenProfiles(merged: JsonObject, overrides: readonly Override[]): Chosen[] {
  const profiles = new Map<string, {namespace: string; index: number; values: JsonObject}>();
  for (const [index, {profile, values}] of overrides.entries()) {
    if (!profile || values.credentials === undefined) continue;
    const key = `${profile.name}/${profile.uid}`;
    const below = profiles.get(key)?.values ?? merged;
    profiles.set(key, {namespace: profile.name, index, values: mergeValues(below, values)});
  }
  return [...profiles.values()].map(({values, ...rest}) => ({
    ...rest,
    values: values.credentials as unknown as StorageValues,
  }));
}
