import {isJsonObject, type Json, type JsonObject} from '../../kubernetes/object.ts';
import {CONTAINER_SET, type Containers, containersOf} from './containers.ts';
import type {Path, Place} from './finding.ts';
import type {Pod} from './pod.ts';

/** All in an object that is, or may become, part of a pod. */
export interface Found {
  readonly pods: Pod[];
  readonly annotations: Place<JsonObject>[];
  /** Texts outside containers, in which a pod may be hidden. */
  readonly texts: Place<string>[];
  /** What `image` and the like say, of whatever type. */
  readonly images: Place<Json>[];
  /** What keeps the object from being judged. */
  readonly obstacles: {readonly path: Path; readonly reason: string}[];
}

/** Levels of nesting, several times those of a CronJob. */
const MAX_DEPTH = 60;

/** Maps, lists and what is in them: more than the API server takes of any object that people write. */
const MAX_VALUES = 300_000;

/** Maps of words, which are no part of a pod's spec whatever their keys. */
const LABELS = ['labels', 'annotations', 'matchLabels', 'nodeSelector'];

/** What a container's program gets. */
const PROGRAM = ['args', 'command', 'env'];

/** What a value stands in: `anything` may become part of a pod, while `labels` and containers may only hold another one. */
type Surrounding = 'anything' | 'labels' | 'container' | 'container set';

interface Walk extends Found {
  readonly isPodDefault: boolean;
  values: number;
}

/** Finds every pod in an object of whatever kind, and what may become part of one. */
export function findPods(object: JsonObject, isPodDefault: boolean): Found {
  const walk: Walk = {
    pods: [],
    annotations: [],
    texts: [],
    images: [],
    obstacles: [],
    isPodDefault,
    values: 0,
  };
  visit(walk, object, [], 'anything');
  if (walk.values > MAX_VALUES)
    walk.obstacles.push({path: [], reason: `it has more than ${MAX_VALUES} values`});
  return walk;
}

function visit(walk: Walk, value: Json, path: Path, surrounding: Surrounding): void {
  if (++walk.values > MAX_VALUES) return;
  if (typeof value === 'string' && surrounding !== 'container') walk.texts.push({path, value});
  if (typeof value !== 'object' || value === null) return;
  if (path.length > MAX_DEPTH) {
    walk.obstacles.push({path, reason: `it is nested deeper than ${MAX_DEPTH} levels`});
    return;
  }
  if (isJsonObject(value)) visitMap(walk, value, path, surrounding);
  else for (const [index, item] of value.entries()) visit(walk, item, [...path, index], surrounding);
}

function visitMap(walk: Walk, map: JsonObject, path: Path, surrounding: Surrounding): void {
  const held = containersOf(map, path);
  const form = formOf(walk, path, held);
  const isJudged = surrounding !== 'container set' && (form !== 'part' || surrounding === 'anything');
  if (isJudged) walk.pods.push({form, path, spec: map, containers: held.containers});
  for (const item of held.unreadable) walk.obstacles.push({path: item, reason: 'a container is not a map'});

  const inherited = isJudged || surrounding === 'container set' ? 'anything' : surrounding;
  for (const [key, value] of Object.entries(map)) {
    const place = [...path, key];
    if (key === 'annotations' && isJsonObject(value)) walk.annotations.push({path: place, value});
    if (isImage(place, value, surrounding)) walk.images.push({path: place, value});
    visit(walk, value, place, surroundingOf(key, value, held) ?? inherited);
  }
}

function formOf({isPodDefault}: Walk, path: Path, {makePod}: Containers): Pod['form'] {
  if (isPodDefault && path.length === 1 && path[0] === 'spec') return 'PodDefault';
  return makePod ? 'pod' : 'part';
}

function surroundingOf(key: string, value: Json, {keys}: Containers): Surrounding | undefined {
  if (keys.includes(key) || PROGRAM.includes(key)) return 'container';
  if (LABELS.includes(key)) return 'labels';
  if (key === CONTAINER_SET && isJsonObject(value)) return 'container set';
}

// Custom resources and annotations have names such as `sidecar.istio.io/proxyImage` too, and flags like them.
function isImage(place: Path, value: Json, surrounding: Surrounding): boolean {
  const key = place.at(-1) as string;
  // Ceph's is a disk.
  if (key === 'image') return surrounding !== 'labels' && place.at(-2) !== 'rbd';
  return typeof value === 'string' && /[a-z]Image$/.test(key);
}
