import {CanonicalError} from './canonical-error.ts';
import {isJsonObject, type Json, type JsonObject} from './object.ts';
import {canonicalQuantity} from './quantity.ts';

type Path = readonly (string | number)[];

// `sidecars` are a PodDefault's containers.
const CONTAINER_LISTS = ['containers', 'initContainers', 'ephemeralContainers', 'sidecars'];
// Elsewhere `spec` itself may hold fields of the same names with another meaning.
const POD_LIKE = ['PersistentVolumeClaim', 'Pod', 'PodDefault'];
const LIMITS = ['default', 'defaultRequest', 'max', 'maxLimitRequestRatio', 'min'];

/** Replaces every quantity in an object by its canonical form, in place. */
export function canonicalizeQuantities(object: JsonObject): void {
  const {spec} = object;
  if (!isJsonObject(spec)) return;

  if (object.kind === 'ResourceQuota') quantities(spec.hard, ['spec', 'hard']);
  else if (object.kind === 'LimitRange') limitRange(spec.limits);
  else if (POD_LIKE.includes(String(object.kind))) podSpec(spec, ['spec']);
  else podTemplates(spec);
}

function limitRange(limits: Json | undefined): void {
  each(limits, (limit, index) => {
    for (const field of LIMITS) quantities(limit[field], ['spec', 'limits', index, field]);
  });
}

function podTemplates(spec: JsonObject): void {
  const path = ['template', 'spec'];
  podSpec(child(spec, ...path), ['spec', ...path]);
  podSpec(child(spec, 'jobTemplate', 'spec', ...path), ['spec', 'jobTemplate', 'spec', ...path]);
}

function podSpec(spec: JsonObject | undefined, path: Path): void {
  if (!spec) return;
  resources(spec.resources, path);
  for (const list of CONTAINER_LISTS) {
    each(spec[list], (container, index) => resources(container.resources, [...path, list, index]));
  }
  each(spec.volumes, (volume, index) => {
    const sizeLimit = [...path, 'volumes', index, 'emptyDir', 'sizeLimit'];
    if (isJsonObject(volume.emptyDir)) quantity(volume.emptyDir, 'sizeLimit', sizeLimit);
  });
}

function resources(value: Json | undefined, path: Path): void {
  if (!isJsonObject(value)) return;
  quantities(value.limits, [...path, 'resources', 'limits']);
  quantities(value.requests, [...path, 'resources', 'requests']);
}

function quantities(map: Json | undefined, path: Path): void {
  if (!isJsonObject(map)) return;
  for (const name of Object.keys(map)) quantity(map, name, [...path, name]);
}

// What is neither text nor number is left to the schema, which says what is wrong with it.
function quantity(map: JsonObject, name: string, path: Path): void {
  const value = map[name];
  if (name === '__proto__' || (typeof value !== 'string' && typeof value !== 'number')) return;
  try {
    map[name] = canonicalQuantity(value);
  } catch (error) {
    throw new CanonicalError((error as Error).message, path, {cause: error});
  }
}

function each(list: Json | undefined, visit: (item: JsonObject, index: number) => void): void {
  if (!Array.isArray(list)) return;
  list.forEach((item, index) => {
    if (isJsonObject(item)) visit(item, index);
  });
}

function child(map: JsonObject, ...path: string[]): JsonObject | undefined {
  let value: Json | undefined = map;
  for (const step of path) value = isJsonObject(value) ? value[step] : undefined;
  return isJsonObject(value) ? value : undefined;
}
