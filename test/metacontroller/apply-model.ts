import {isDeepStrictEqual} from 'node:util';
import {isJsonObject, type Json, type JsonObject} from '../../src/kubernetes/object.ts';
import type {ApplyStrategy, Outcome} from './apply-rows.ts';
import {RefusedError, stored} from './apply-server.ts';

/** Metacontroller's copy of what it wrote, under dynamic-apply. */
export const LAST_APPLIED = 'metacontroller.k8s.io/last-applied-configuration';

/** One object in a cluster, and Metacontroller that keeps applying it. */
export interface Applied {
  /** What stands in the cluster; `undefined` until it has been taken. */
  readonly observed: JsonObject | undefined;
  /** One sync. */
  readonly sync: (desired: JsonObject) => 'nothing' | 'written' | 'refused';
  /** Somebody else writes. */
  readonly edit: (change: (observed: JsonObject) => JsonObject) => void;
}

/** What an object comes to in five syncs. */
export function outcomeOf(object: JsonObject, strategy: ApplyStrategy): Outcome {
  const applied = startApplying(strategy);
  let last = '';
  for (let sync = 0; sync < 5; sync++) last = applied.sync(object);
  if (last === 'refused') return 'refused';
  if (last === 'written') return 'noisy';
  return isDeepStrictEqual(contentOf(applied.observed as JsonObject), contentOf(stored(object)))
    ? 'quiet'
    : 'lossy';
}

/** Starts with an empty cluster. */
export function startApplying(strategy: ApplyStrategy): Applied {
  let observed: JsonObject | undefined;
  const write = strategy === 'dynamic-apply' ? applyDynamically : serverSideApplier();
  return {
    get observed() {
      return observed;
    },
    sync: desired => {
      try {
        const written = write(observed, desired);
        observed = written ?? observed;
        return written ? 'written' : 'nothing';
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        return 'refused';
      }
    },
    edit: change => {
      observed = change(structuredClone(observed) as JsonObject);
    },
  };
}

/** An object without what Metacontroller adds. */
function contentOf({metadata, ...rest}: JsonObject): JsonObject {
  const {annotations, ...others} = metadata as JsonObject;
  const {[LAST_APPLIED]: _, ...own} = (annotations ?? {}) as JsonObject;
  return {...rest, metadata: {...others, annotations: own}};
}

function applyDynamically(observed: JsonObject | undefined, desired: JsonObject): JsonObject | undefined {
  if (!observed) return stored(withLastApplied(desired, desired));
  const last = JSON.parse(String(annotationsOf(observed)[LAST_APPLIED] ?? 'null')) as JsonObject | null;
  const merged = merge(structuredClone(observed), last ?? undefined, structuredClone(desired)) as JsonObject;
  const update = withLastApplied(merged, desired);
  return isDeepStrictEqual(update, observed) ? undefined : stored(update);
}

function withLastApplied(object: JsonObject, desired: JsonObject): JsonObject {
  const annotations = {...annotationsOf(object), [LAST_APPLIED]: goJson(desired)};
  return {...object, metadata: {...(object.metadata as JsonObject), annotations}};
}

function annotationsOf({metadata}: JsonObject): JsonObject {
  return ((metadata as JsonObject).annotations ?? {}) as JsonObject;
}

function goJson(value: Json): string {
  return JSON.stringify(value).replace(/[<>&]/g, character => `\\u00${character.charCodeAt(0).toString(16)}`);
}

/** What was written and is no longer wanted goes, what is wanted is set; what is of another type is let be. */
function merge(target: Json | undefined, last: Json | undefined, wanted: Json | undefined): Json | undefined {
  if (isJsonObject(target)) return mergeMap(target, asMap(last), asMap(wanted));
  if (!Array.isArray(target)) return wanted;
  const [before, after] = [asList(last), asList(wanted)];
  const key = guessKey([...target, ...before, ...after]);
  return key === undefined ? after : mergeByKey(key, target as JsonObject[], before, after);
}

function mergeMap(target: JsonObject, last: JsonObject, wanted: JsonObject): JsonObject {
  for (const key of Object.keys(last)) if (!(key in wanted)) delete target[key];
  for (const key of Object.keys(wanted)) target[key] = merge(target[key], last[key], wanted[key]) as Json;
  return target;
}

function mergeByKey(key: string, target: JsonObject[], last: Json[], wanted: Json[]): Json[] {
  const byKey = (items: Json[]) =>
    Object.fromEntries((items as JsonObject[]).map(item => [`key ${item[key]}`, item] as const));
  const merged = mergeMap(byKey(target), byKey(last), byKey(wanted));
  const added = (wanted as JsonObject[]).filter(
    item => !target.some(other => `${other[key]}` === `${item[key]}`),
  );
  const order = [
    ...target.map(item => `key ${item[key]}`),
    ...new Set(added.map(item => `key ${item[key]}`)),
  ];
  return order.filter(name => name in merged).map(name => merged[name] as Json);
}

function guessKey(items: readonly Json[]): string | undefined {
  if (items.length === 0 || !items.every(isJsonObject)) return undefined;
  return ['containerPort', 'port', 'mountPath', 'name', 'uid', 'ip', 'path'].find(key =>
    (items as JsonObject[]).every(item => key in item),
  );
}

const asMap = (value: Json | undefined) => (isJsonObject(value) ? value : {});
const asList = (value: Json | undefined) => (Array.isArray(value) ? value : []);

/** Lists that server-side apply merges by these fields; `['']` for a set. Others are replaced as a whole. */
const MERGED: readonly [RegExp, readonly string[]][] = [
  [/^Deployment.*ontainers$/, ['name']],
  [/^Deployment.*\.(env|volumes|imagePullSecrets|resourceClaims|schedulingGates|claims)$/, ['name']],
  [/^Deployment.*ontainers\[\]\.ports$/, ['containerPort', 'protocol']],
  [/^PodDefault\.spec\.sidecars\[\]\.ports$/, ['containerPort', 'protocol']],
  [/^Service\.spec\.ports$/, ['port', 'protocol']],
  [/\.volumeMounts$/, ['mountPath']],
  [/\.volumeDevices$/, ['devicePath']],
  [/\.hostAliases$/, ['ip']],
  [/\.topologySpreadConstraints$/, ['topologyKey', 'whenUnsatisfiable']],
  [/^ServiceAccount\.secrets$/, ['name']],
  [/(\.metadata\.finalizers|\.exitCodes\.values)$/, ['']],
];
const KEY_DEFAULTS: JsonObject = {protocol: 'TCP'};
const NAMELESS = /\.imagePullSecrets$/;

/** Kinds whose metadata does not change their generation. */
const HAS_GENERATION = [
  'Deployment',
  'NetworkPolicy',
  'PodDisruptionBudget',
  'PodDefault',
  'AuthorizationPolicy',
];

/** One manager, which forces, and applies again only what changed on either side. */
function serverSideApplier() {
  let last: JsonObject | undefined;
  let seen: Json | undefined;
  return (observed: JsonObject | undefined, desired: JsonObject): JsonObject | undefined => {
    if (observed && isDeepStrictEqual(last, desired) && isDeepStrictEqual(seen, generationOf(observed)))
      return undefined;
    const kind = String(desired.kind);
    refuseDuplicates(desired, kind);
    const result = stored(own(observed ?? {}, last, structuredClone(desired), kind) as JsonObject);
    last = structuredClone(desired);
    seen = generationOf(result);
    return result;
  };
}

function generationOf(object: JsonObject): JsonObject {
  const {metadata: _, ...rest} = object;
  return structuredClone(HAS_GENERATION.includes(String(object.kind)) ? rest : object);
}

function refuseDuplicates(value: Json, path: string): void {
  if (isJsonObject(value))
    for (const [key, entry] of Object.entries(value)) refuseDuplicates(entry, `${path}.${key}`);
  if (!Array.isArray(value)) return;
  const fields = mergedBy(path);
  const keys = fields ? value.map(item => keyOf(item, fields, path)) : [];
  if (new Set(keys).size < keys.length) throw new RefusedError(`${path}: duplicate entries`);
  for (const item of value) refuseDuplicates(item, `${path}[]`);
}

/** What was owned and is no longer wanted goes; what others have stays, but in lists that are one value. */
function own(live: Json | undefined, last: Json | undefined, wanted: Json, path: string): Json {
  if (isJsonObject(wanted)) {
    const [target, before] = [{...asMap(live)}, asMap(last)];
    for (const key of Object.keys(before)) if (!(key in wanted)) delete target[key];
    for (const [key, entry] of Object.entries(wanted))
      target[key] = own(target[key], before[key], entry, `${path}.${key}`);
    return target;
  }
  const fields = mergedBy(path);
  if (!Array.isArray(wanted) || !fields) return wanted;
  const find = (items: readonly Json[], key: string) => items.find(item => keyOf(item, fields, path) === key);
  const keys = wanted.map(item => keyOf(item, fields, path));
  const others = asList(live).filter(item => {
    const key = keyOf(item, fields, path);
    return !keys.includes(key) && find(asList(last), key) === undefined;
  });
  const ours = wanted.map((item, index) => {
    const key = keys[index] as string;
    return own(find(asList(live), key), find(asList(last), key), item, `${path}[]`);
  });
  return [...others, ...ours];
}

function mergedBy(path: string): readonly string[] | undefined {
  return MERGED.find(([place]) => place.test(path))?.[1];
}

function keyOf(item: Json, fields: readonly string[], path: string): string {
  if (!isJsonObject(item)) return JSON.stringify(item);
  const key = fields.map(field => item[field] ?? KEY_DEFAULTS[field] ?? (NAMELESS.test(path) ? '' : null));
  if (key.every(part => part === null)) throw new RefusedError(`${path}: an element omits all key fields`);
  return JSON.stringify(key);
}
