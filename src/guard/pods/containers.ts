import {isJsonObject, type Json, type JsonObject} from '../../kubernetes/object.ts';
import type {Path, Place} from './finding.ts';
import {type Container, containerTitle} from './pod.ts';

/** Where containers stand in a pod's spec, or in what takes its place in a custom resource. */
interface Holder {
  readonly key: string;
  readonly role: string;
  /** Whether a map with such containers has a pod's other fields too, and must state them. */
  readonly isPod: boolean;
  /** Elsewhere the key has other meanings: an image makes it a container. */
  readonly needsImage?: true;
}

const HOLDERS: readonly Holder[] = [
  {key: 'initContainers', role: 'init container', isPod: true},
  {key: 'containers', role: 'container', isPod: true},
  {key: 'ephemeralContainers', role: 'ephemeral container', isPod: true},
  {key: 'sidecars', role: 'sidecar', isPod: false},
  // Argo's.
  {key: 'container', role: 'container', isPod: true, needsImage: true},
  {key: 'script', role: 'script', isPod: true, needsImage: true},
  // Tekton's.
  {key: 'steps', role: 'step', isPod: false, needsImage: true},
];

/** Argo's containers that share a pod, whose other fields stand beside the set. */
export const CONTAINER_SET = 'containerSet';

/** The containers of one map. */
export interface Containers {
  readonly containers: readonly Container[];
  /** Items among containers that are no maps. */
  readonly unreadable: readonly Path[];
  /** The map's own keys that hold them. */
  readonly keys: readonly string[];
  readonly makePod: boolean;
}

/** Finds the containers that stand in a map, but not deeper. */
export function containersOf(map: JsonObject, path: Path): Containers {
  const {[CONTAINER_SET]: set} = map;
  const own = holdersIn(map, path);
  const shared = isJsonObject(set) ? holdersIn(set, [...path, CONTAINER_SET]) : [];
  const all = [...own, ...shared];
  return {
    containers: all.flatMap(({holder, items}) => items.flatMap(item => toContainer(item, holder))),
    unreadable: own.flatMap(({items}) =>
      items.filter(({value}) => !isJsonObject(value)).map(({path}) => path),
    ),
    keys: own.map(({holder}) => holder.key),
    makePod: all.some(({holder}) => holder.isPod),
  };
}

function holdersIn(map: JsonObject, path: Path): {holder: Holder; items: Place<Json>[]}[] {
  return HOLDERS.map(holder => ({holder, items: itemsOf(map[holder.key], holder, path)})).filter(
    ({items}) => items.length > 0,
  );
}

// A list without any map, such as one of names, holds no container.
function itemsOf(value: Json | undefined, holder: Holder, path: Path): Place<Json>[] {
  const place = [...path, holder.key];
  if (Array.isArray(value)) {
    if (!value.some(item => isContainer(item, holder))) return [];
    return value.map((item, index) => ({path: [...place, index], value: item}));
  }
  const isAlone = holder.needsImage && value !== undefined && isContainer(value, holder);
  return isAlone ? [{path: place, value}] : [];
}

function isContainer(value: Json, {needsImage}: Holder): boolean {
  return isJsonObject(value) && (!needsImage || typeof value.image === 'string');
}

function toContainer({path, value}: Place<Json>, {role}: Holder): Container[] {
  if (!isJsonObject(value)) return [];
  const last = path.at(-1);
  const number = typeof last === 'number' ? last + 1 : 1;
  return [{path, value, title: containerTitle(role, value, number)}];
}
