import {setTimeout as sleep} from 'node:timers/promises';
import type {KubernetesObject} from '../../../src/kubernetes/object.ts';
import type {Cluster, Resource} from './cluster.ts';

/** All objects of a resource as its list and watch have told, which may lag behind. */
export interface Informer {
  readonly resource: Resource;
  readonly objects: () => KubernetesObject[];
  /** Whether the first list has arrived. Never, where listing is refused. */
  readonly hasSynced: () => boolean;
}

/** Time between two attempts of a list or a watch that was refused. */
const RETRY_MILLISECONDS = 200;

/** Lists, then watches, until the signal ends it; `onChange` is told of each object that came, changed or went. */
export function startInformer(
  cluster: Cluster,
  resource: Resource,
  onChange: (object: KubernetesObject) => void,
  signal: AbortSignal,
): Informer {
  const objects = new Map<string, KubernetesObject>();
  let synced = false;
  void run();
  return {resource, objects: () => [...objects.values()], hasSynced: () => synced};

  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        await listAndWatch();
      } catch {
        // Refused: the cluster has told, and nothing here can mend it. A reflector tries again, too.
        await sleep(RETRY_MILLISECONDS, undefined, {signal}).catch(() => {});
      }
    }
  }

  async function listAndWatch(): Promise<void> {
    const {items, resourceVersion} = await cluster.list(resource);
    const listed = new Set(items.map(keyOf));
    for (const [key, object] of objects) if (!listed.has(key)) forget(key, object);
    for (const item of items) remember(item);
    synced = true;
    await cluster.watch(
      resource,
      resourceVersion,
      ({type, object}) => (type === 'DELETED' ? forget(keyOf(object), object) : remember(object)),
      signal,
    );
  }

  function remember(object: KubernetesObject): void {
    const before = objects.get(keyOf(object));
    objects.set(keyOf(object), object);
    if (before?.metadata.resourceVersion === object.metadata.resourceVersion) return;
    // What it was tells whose it was: an owner reference may just have gone.
    if (before) onChange(before);
    onChange(object);
  }

  function forget(key: string, object: KubernetesObject): void {
    objects.delete(key);
    onChange(object);
  }
}

function keyOf({metadata}: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
