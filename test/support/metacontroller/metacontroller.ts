import {setTimeout as sleep} from 'node:timers/promises';
import type {KubernetesObject} from '../../../src/kubernetes/object.ts';
import {controllerOf} from '../../../src/kubernetes/owner.ts';
import type {Cluster, Resource} from './cluster.ts';
import {definitionOf} from './definition.ts';
import {createEventRecorder} from './events.ts';
import {createHooks} from './hooks.ts';
import {type Informer, startInformer} from './informer.ts';
import {createCustomize, type RelatedRule, selects} from './related.ts';
import {createSync} from './sync.ts';
import {createWorkQueue} from './work-queue.ts';

/** What a simulated Metacontroller hosts. */
export interface MetacontrollerOptions {
  readonly cluster: Cluster;
  /** A DecoratorController or CompositeController, as `manifests` prints it. */
  readonly controller: KubernetesObject;
  /** Leaves other parents alone, so that several can share a cluster. */
  readonly isParent?: (name: string) => boolean;
  /** Parents at a time; Metacontroller's default. */
  readonly workers?: number;
}

export interface Metacontroller {
  /** Syncs a parent once more, as a resync does. */
  readonly resync: (name: string) => void;
  /** Resolves when nothing has happened for `quietMilliseconds`; fails after `timeoutMilliseconds`. */
  readonly settled: (quietMilliseconds?: number, timeoutMilliseconds?: number) => Promise<void>;
  /** How each sync ended, newest last: empty for one that went well. */
  readonly outcomes: {readonly parent: string; readonly error: string}[];
  readonly stop: () => void;
}

// It watches both kinds of controllers and revisions, whichever are used.
const OWN_RESOURCES = ['compositecontrollers', 'decoratorcontrollers', 'controllerrevisions'];

/**
 * Metacontroller 4.17 with `--apply-strategy=server-side-apply`, as far as its source and its audit log tell: the same
 * calls in the same order, from informers that may lag behind.
 */
export async function startMetacontroller(options: MetacontrollerOptions): Promise<Metacontroller> {
  const {cluster, controller, isParent = () => true, workers = 5} = options;
  const abort = new AbortController();
  const informers = new Map<string, Promise<Informer>>();
  const related = new Map<string, readonly RelatedRule[]>();
  const outcomes: {parent: string; error: string}[] = [];
  let lastChange = Date.now();
  let isStarted = false;

  const definition = definitionOf(controller);
  const {parentResource} = definition;
  const parents = await cluster.findResource(parentResource.apiVersion, parentResource);
  const hooks = createHooks(controller);
  const ask = createCustomize(controller, hooks);
  const record = createEventRecorder(cluster);
  const sync = createSync({
    cluster,
    controller,
    hooks,
    definition,
    parents,
    informerOf,
    rulesFor: async parent => {
      const rules = await ask(parent);
      related.set(parent.metadata.name, rules);
      return rules;
    },
    resyncAfter: (name, seconds) => queue.addAfter(name, seconds * 1000),
  });
  const queue = createWorkQueue(workers, work);

  for (const resource of OWN_RESOURCES) await informerOf('metacontroller.k8s.io/v1alpha1', resource);
  // A CompositeController looks up whether its parent's kind has a status subresource.
  if (controller.kind === 'CompositeController')
    await informerOf('apiextensions.k8s.io/v1', 'customresourcedefinitions');
  await informerOf('v1', 'namespaces');
  const watched = [parents, ...definition.childResources];
  const needed = await Promise.all(watched.map(({apiVersion, resource}) => informerOf(apiVersion, resource)));
  const [parentInformer] = needed as [Informer];
  isStarted = true;
  for (const parent of parentInformer.objects()) changed(parents, parent);
  return {
    resync: name => queue.add(name),
    settled,
    outcomes,
    stop: () => {
      abort.abort();
      queue.stop();
    },
  };

  function informerOf(apiVersion: string, resource: string): Promise<Informer> {
    const key = `${apiVersion} ${resource}`;
    const known = informers.get(key);
    if (known) return known;
    const started = cluster
      .findResource(apiVersion, {resource})
      .then(found => startInformer(cluster, found, object => changed(found, object), abort.signal));
    informers.set(key, started);
    return started;
  }

  function changed({apiVersion, resource}: Resource, object: KubernetesObject): void {
    if (!isStarted) return;
    const owner = controllerOf(object);
    const names = new Set<string>();
    if (apiVersion === parents.apiVersion && resource === parents.resource) names.add(object.metadata.name);
    if (owner?.kind === parents.kind) names.add(owner.name);
    for (const [name, rules] of related)
      if (rules.some(rule => rule.resource === resource && selects(rule, object))) names.add(name);
    // An orphan may be one to adopt.
    if (!owner && object.metadata.labels?.['controller-uid'])
      for (const parent of parentsByUid(object.metadata.labels['controller-uid'])) names.add(parent);
    const own = [...names].filter(isParent);
    if (own.length > 0) lastChange = Date.now();
    for (const name of own) queue.add(name);
  }

  function parentsByUid(uid: string): string[] {
    return parentInformer
      .objects()
      .filter(({metadata}) => metadata.uid === uid)
      .map(({metadata}) => metadata.name);
  }

  async function work(name: string): Promise<boolean> {
    // Workers start once all that they look at has been listed.
    if (needed.some(({hasSynced}) => !hasSynced())) return true;
    const parent = parentInformer.objects().find(({metadata}) => metadata.name === name);
    if (!parent) return false;
    lastChange = Date.now();
    try {
      await sync(parent);
      outcomes.push({parent: name, error: ''});
      return false;
    } catch (error) {
      const message = (error as Error).message;
      outcomes.push({parent: name, error: message});
      if (!abort.signal.aborted) await record(parent, `Sync error: ${message}`);
      return true;
    } finally {
      lastChange = Date.now();
    }
  }

  async function settled(quietMilliseconds = 500, timeoutMilliseconds = 30_000): Promise<void> {
    const asked = Date.now();
    const until = asked + timeoutMilliseconds;
    // What the caller has just done is still on its way here.
    while (!queue.isIdle() || Date.now() - Math.max(lastChange, asked) < quietMilliseconds) {
      if (Date.now() > until) throw new Error(`not settled: ${JSON.stringify(outcomes.slice(-3))}`);
      await sleep(20);
    }
  }
}
