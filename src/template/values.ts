import {LRUCache} from 'lru-cache';
import type {BackendChoice} from '../credentials/storage.ts';
import type {StorageValues} from '../credentials/storage-check.ts';
import {type Problem, TemplateError} from '../errors.ts';
import type {GuardedValues} from '../guard/context.ts';
import type {JsonObject} from '../kubernetes/object.ts';
import type {YamlFile} from '../yaml.ts';
import {type CelValue, type Shape, toCel} from './cel.ts';
import {createCheck, problemAt} from './values/check.ts';
import {commonProblems} from './values/common.ts';
import {mergeValues, readValues} from './values/merge.ts';
import {applies, forbiddenValues, type Override, type OverrideTarget} from './values/override.ts';
import {shapeOf} from './values/shape.ts';
import {storageProblems} from './values/storage.ts';

/** What this program itself reads of the values; templates read them all. Described key by key in `templates/values.schema.json`. */
export type Values = JsonObject &
  GuardedValues & {
    namespaces: {[role: string]: string};
    quota: {max: {[resource: string]: string | number}};
    plugins: {rolePattern: string};
    adopt: {name: string; uid: string}[];
    reservedNames: string[];
    reuse: {name: string; uid: string}[];
    abandon: string[];
    allowRemoval: string[];
    adoptCreatedBefore: string | null;
    foreignFields: {managers: string[]; interval: string};
    finalize: {abandonAfter: string};
    credentials: StorageValues &
      BackendChoice & {
        clusterId: string;
        userPrefix: string;
        overlap: string;
        reclaimPolicy: 'Retain' | 'Delete';
      } & JsonObject;
  };

/** The values of one Profile, ready for TypeScript and for CEL. */
export interface ProfileValues {
  readonly values: Values;
  readonly cel: CelValue;
}

/** Validated values: the image's, the operator's, and overrides for some Profiles. */
export interface ValueSet {
  /** Without overrides. */
  readonly base: ProfileValues;
  /** What results where one override alone applies, in the file's order: templates must render with each. */
  readonly variants: readonly ProfileValues[];
  /** What results where all overrides apply, in the file's order. */
  readonly combined: ProfileValues;
  readonly shape: Shape;
  readonly forProfile: (target: OverrideTarget) => ProfileValues;
}

/** Bounds the memory for combinations of overrides. */
const MAX_COMBINATIONS = 1000;

/**
 * Merges and checks values: maps merge, lists replace, null deletes.
 *
 * Throws TemplateError with everything wrong at its place in the files.
 */
export function createValues(schema: JsonObject, image: YamlFile, operator?: YamlFile): ValueSet {
  const files = operator ? [operator, image] : [image];
  const merged = files.map(readValues).reduceRight((under, over) => mergeValues(under, over));
  const check = createCheck(schema, files);
  failOn(check(merged));

  const overrides = merged.overrides as unknown as Override[];
  failOn(
    overrides.flatMap((override, index) => {
      const prefix = ['overrides', index, 'values'];
      const forbidden = forbiddenValues(override, schema).map(({path, message, hint}) =>
        problemAt(files, [...prefix, ...path], message, hint),
      );
      return [...forbidden, ...check(mergeValues(merged, override.values), prefix)];
    }),
  );

  failOn([...storageProblems(merged, overrides, files), ...commonProblems(merged, files)]);

  const combine = combiner(merged, overrides);
  return {
    base: combine([]),
    variants: overrides.map((_, index) => combine([index])),
    combined: combine(overrides.map((_, index) => index)),
    shape: shapeOf(schema),
    forProfile: target =>
      combine(overrides.flatMap((override, index) => (applies(override, target) ? [index] : []))),
  };
}

function combiner(
  merged: JsonObject,
  overrides: readonly Override[],
): (indices: readonly number[]) => ProfileValues {
  const cache = new LRUCache<string, ProfileValues>({max: MAX_COMBINATIONS});
  return indices => {
    const key = indices.join();
    const known = cache.get(key);
    if (known) return known;
    const {overrides: _, ...values} = indices.reduce(
      (all, index) => mergeValues(all, (overrides[index] as Override).values),
      merged,
    );
    const combined = {values: values as Values, cel: toCel(values)};
    cache.set(key, combined);
    return combined;
  };
}

function failOn(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new TemplateError(problems);
}
