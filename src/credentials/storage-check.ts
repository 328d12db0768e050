import type {PolicyOptions} from './policy.ts';
import {meets, NAMESPACE, segmentsOf} from './storage-overlap.ts';

/** The part of `credentials` in the values that decides who reaches what in the store. */
export interface StorageValues {
  readonly bucket: string;
  readonly recordBucket: string;
  readonly prefixes: readonly string[];
  readonly policy: PolicyOptions;
}

/** Values of one Profile's alone, where an override chooses it by name. */
export interface StorageOverride {
  /** The Profile's name, and so its namespace's. */
  readonly namespace: string;
  readonly values: StorageValues;
}

/** Something by which a tenant would reach what is not its own; `path` is below `credentials`. */
export interface StorageProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** Which override's values it is about; none: everybody's. */
  readonly override?: number;
}

interface Holder {
  /** Whose values these are: one Profile's, or those of every other. */
  readonly namespace?: string;
  readonly values: StorageValues;
  readonly override?: number;
}

/** Finds every way in which one tenant's key would open another's objects, what all share, or our records. */
export function checkStorage(
  values: StorageValues,
  overrides: readonly StorageOverride[] = [],
): StorageProblem[] {
  const holders: Holder[] = [{values}, ...overrides.map((entry, override) => ({...entry, override}))];
  const named = holders.flatMap(nameProblems);
  // A name that is no name proves nothing about who meets whom.
  if (named.length > 0) return named;
  return holders.flatMap(holder => [
    ...recordProblems(holder, holders),
    ...sharedProblems(holder, holders),
    ...holder.values.prefixes.flatMap((_, index) => tenantProblems(holder, index, holders)),
  ]);
}

function nameProblems({
  values: {bucket, recordBucket, prefixes, policy},
  override,
}: Holder): StorageProblem[] {
  const names: [(string | number)[], string, string | undefined][] = [
    [['bucket'], bucket, patternIn(bucket)],
    [['recordBucket'], recordBucket, patternIn(recordBucket)],
    ...prefixes.map((prefix, index): [(string | number)[], string, string | undefined] => [
      ['prefixes', index],
      prefix,
      prefixFault(prefix) ?? namespaceFault(prefix),
    ]),
    [
      ['policy', 'sharedPrefix'],
      policy.sharedPrefix,
      policy.sharedPrefix && prefixFault(policy.sharedPrefix),
    ],
  ];
  return names.flatMap(([path, name, fault]) =>
    fault ? [problem(path, `cannot use ${name}: ${fault}`, override)] : [],
  );
}

function patternIn(name: string): string | undefined {
  return /[*?$]/.test(name) ? 'policies read * ? and $ as patterns' : undefined;
}

function prefixFault(prefix: string): string | undefined {
  const segments = segmentsOf(prefix);
  if (patternIn(prefix)) return patternIn(prefix);
  if (!prefix.endsWith('/')) return 'it must end in a slash, or it reaches the names that continue it';
  // Some stores resolve dots, and a key below them is somewhere else then.
  if (segments.some(segment => ['', '.', '..'].includes(segment))) return 'a part of it is empty or dots';
  return undefined;
}

function namespaceFault(prefix: string): string | undefined {
  if (!prefix.includes(NAMESPACE)) return `all tenants would share it: it must hold ${NAMESPACE}`;
  if (segmentsOf(prefix).some(segment => segment.includes(NAMESPACE) && segment !== NAMESPACE))
    return `${NAMESPACE} must stand between slashes`;
  return undefined;
}

function recordProblems(
  {values: {recordBucket}, override}: Holder,
  holders: readonly Holder[],
): StorageProblem[] {
  if (holders.every(({values}) => values.bucket !== recordBucket)) return [];
  return [problem(['recordBucket'], 'cannot keep records where tenants have their objects', override)];
}

function sharedProblems({values, override}: Holder, holders: readonly Holder[]): StorageProblem[] {
  const {bucket, policy} = values;
  if (policy.sharedPrefix === '') return [];
  const other = othersIn(bucket, holders).find(({prefix, namespace}) =>
    [
      meets({prefix: policy.sharedPrefix}, {prefix, namespace}),
      meets({prefix, namespace}, {prefix: policy.sharedPrefix}),
    ].some(Boolean),
  );
  if (!other) return [];
  const message = `cannot share ${policy.sharedPrefix} with everybody: a tenant may have ${other.prefix}`;
  return [problem(['policy', 'sharedPrefix'], message, override)];
}

function tenantProblems(holder: Holder, index: number, holders: readonly Holder[]): StorageProblem[] {
  const {values, namespace, override} = holder;
  const prefix = values.prefixes[index] as string;
  const other = othersIn(values.bucket, holders).find(candidate => meets({prefix, namespace}, candidate));
  if (!other) return [];
  const whose = other.namespace === undefined ? 'another tenant' : `Profile ${other.namespace}`;
  const message = `cannot give out ${prefix}: ${whose} may have ${other.prefix}, which it reaches`;
  return [problem(['prefixes', index], message, override)];
}

function othersIn(bucket: string, holders: readonly Holder[]) {
  return holders
    .filter(({values}) => values.bucket === bucket)
    .flatMap(({namespace, values}) => values.prefixes.map(prefix => ({prefix, namespace})));
}

function problem(
  path: StorageProblem['path'],
  message: string,
  override: number | undefined,
): StorageProblem {
  return {path, message, ...(override !== undefined && {override})};
}
