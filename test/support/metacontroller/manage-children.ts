import {isDeepStrictEqual} from 'node:util';
import {groupKey, type KubernetesObject, type OwnerReference} from '../../../src/kubernetes/object.ts';
import type {ObjectGroups} from '../../../src/metacontroller/request.ts';
import {type Cluster, isStatus} from './cluster.ts';

/** What was last applied, so that an unchanged child is not applied again (Metacontroller's `lastUpdatedCache`). */
export type AppliedCache = Map<string, Applied>;

interface Applied {
  readonly desired: string;
  readonly uid: string | undefined;
  readonly generation: number;
  readonly resourceVersion: string;
}

/**
 * Deletes observed children that are not desired, then applies the desired ones, kinds in Metacontroller's order
 * (group, version, kind). One failure stops no other; all of them are returned.
 */
export async function manageChildren(
  cluster: Cluster,
  parent: KubernetesObject,
  observed: ObjectGroups,
  desired: readonly KubernetesObject[],
  cache: AppliedCache,
): Promise<unknown[]> {
  const wanted = new Map(desired.map(object => [keyOf(object), object]));
  const errors: unknown[] = [];
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      errors.push(error);
    }
  };
  for (const object of objectsOf(observed)) {
    if (!wanted.has(keyOf(object))) await attempt(() => deleteChild(cluster, object, cache));
  }
  const existing = new Map(objectsOf(observed).map(object => [keyOf(object), object]));
  for (const object of [...wanted.values()].sort(byKind)) {
    await attempt(() => applyChild(cluster, parent, object, existing.get(keyOf(object)), cache));
  }
  return errors;
}

/** The reference by which Metacontroller owns what it writes. */
export function controllerReference({apiVersion, kind, metadata}: KubernetesObject): OwnerReference {
  const {name, uid = ''} = metadata;
  return {apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true};
}

async function deleteChild(cluster: Cluster, object: KubernetesObject, cache: AppliedCache): Promise<void> {
  if (object.metadata.deletionTimestamp) return;
  const resource = await cluster.findResource(object.apiVersion, {kind: object.kind});
  try {
    await cluster.delete(resource, object);
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
  cache.delete(keyOf(object));
}

async function applyChild(
  cluster: Cluster,
  parent: KubernetesObject,
  answered: KubernetesObject,
  existing: KubernetesObject | undefined,
  cache: AppliedCache,
): Promise<void> {
  if (existing?.metadata.deletionTimestamp) return;
  const ownerReferences = [controllerReference(parent)];
  const object = {...answered, metadata: {...answered.metadata, ownerReferences}} as KubernetesObject;
  const desired = JSON.stringify(object);
  const key = keyOf(object);
  if (existing && isUnchanged(cache.get(key), existing, desired)) return;
  const resource = await cluster.findResource(object.apiVersion, {kind: object.kind});
  try {
    const applied = await cluster.apply(resource, object);
    cache.set(key, {desired, ...versionOf(applied)});
  } catch (error) {
    if (!isStatus(error, 409)) throw error;
  }
}

// Kinds without a generation count every change, those with one only changes of their specification.
function isUnchanged(last: Applied | undefined, existing: KubernetesObject, desired: string): boolean {
  if (!last || last.desired !== desired) return false;
  const version = versionOf(existing);
  if (last.uid !== version.uid || last.generation !== version.generation) return false;
  return version.generation !== 0 || isDeepStrictEqual(last.resourceVersion, version.resourceVersion);
}

function versionOf({metadata}: KubernetesObject): Omit<Applied, 'desired'> {
  const {uid, generation = 0, resourceVersion} = metadata;
  return {uid, generation: Number(generation), resourceVersion: String(resourceVersion)};
}

function objectsOf(groups: ObjectGroups): KubernetesObject[] {
  return Object.values(groups).flatMap(group => Object.values(group));
}

function keyOf(object: KubernetesObject): string {
  return `${groupKey(object)} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

function byKind(a: KubernetesObject, b: KubernetesObject): number {
  const [left, right] = [sortKey(a), sortKey(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function sortKey({apiVersion, kind}: KubernetesObject): string {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return [group, version, kind].join('\0');
}
