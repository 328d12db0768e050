import type {KubernetesObject} from '../../../src/kubernetes/object.ts';
import type {Cluster} from './cluster.ts';

/** Tells of failed syncs as client-go's recorder does: a new Event, and a patch of it each time it is repeated. */
export function createEventRecorder(cluster: Cluster) {
  const told = new Map<string, KubernetesObject>();
  let count = 0;
  return async (parent: KubernetesObject, message: string): Promise<void> => {
    const key = `${parent.metadata.uid} ${message}`;
    const known = told.get(key);
    try {
      if (known) told.set(key, await cluster.patchEvent(known, {count: Number(known.count) + 1}));
      else told.set(key, await cluster.createEvent(eventFor(parent, message, ++count)));
    } catch {
      // A recorder gives up without a word; the cluster has told of the refusal.
    }
  };
}

function eventFor({apiVersion, kind, metadata}: KubernetesObject, message: string, serial: number) {
  const {name, uid = ''} = metadata;
  const now = new Date().toISOString().replace(/\.\d+/, '');
  return {
    apiVersion: 'v1',
    kind: 'Event',
    // An Event of a cluster-scoped object lands in `default`.
    metadata: {name: `${name}.${Date.now().toString(16)}.${serial}`, namespace: 'default'},
    involvedObject: {apiVersion, kind, name, uid},
    reason: 'SyncError',
    message: message.slice(0, 1024),
    type: 'Warning',
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
    source: {component: 'metacontroller'},
  };
}
