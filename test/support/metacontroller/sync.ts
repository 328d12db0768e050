import {isDeepStrictEqual} from 'node:util';
import {groupKey, type JsonObject, type KubernetesObject} from '../../../src/kubernetes/object.ts';
import type {ObjectGroups} from '../../../src/metacontroller/request.ts';
import {claimChildren, DECORATOR_ANNOTATION, decoratedChildren, UID_LABEL} from './claim.ts';
import {type Cluster, isStatus, type Resource} from './cluster.ts';
import {type Definition, selectsParent} from './definition.ts';
import type {Hooks} from './hooks.ts';
import type {Informer} from './informer.ts';
import {type AppliedCache, manageChildren} from './manage-children.ts';
import {byKey, type RelatedRule, readRelated} from './related.ts';

interface Context {
  readonly cluster: Cluster;
  readonly controller: KubernetesObject;
  readonly hooks: Hooks;
  readonly parents: Resource;
  readonly definition: Definition;
  readonly informerOf: (apiVersion: string, resource: string) => Promise<Informer>;
  readonly rulesFor: (parent: KubernetesObject) => Promise<readonly RelatedRule[]>;
  readonly resyncAfter: (name: string, seconds: number) => void;
}

/** A hook's answer, as far as Metacontroller reads it. */
interface Answer {
  readonly children?: KubernetesObject[];
  readonly attachments?: KubernetesObject[];
  readonly status?: JsonObject;
  readonly finalized?: boolean;
  readonly resyncAfterSeconds?: number;
}

/** One sync of one parent, in Metacontroller's order. The returned function throws what makes it try again. */
export function createSync(context: Context): (parent: KubernetesObject) => Promise<void> {
  const {cluster, controller, definition, hooks, parents} = context;
  const isComposite = controller.kind === 'CompositeController';
  const finalizer = `metacontroller.io/${controller.kind.toLowerCase()}-${controller.metadata.name}`;
  const applied: AppliedCache = new Map();

  return async listed => {
    const parent = await withFinalizer(listed);
    const isReleased = !parent.metadata.deletionTimestamp && !selectsParent(definition, parent);
    if (isReleased && !hasFinalizer(parent)) return;
    const observed = await observe(parent);
    const related = await readRelated(cluster, await context.rulesFor(parent), context.informerOf);
    const isFinalizing =
      hooks.has('finalize') && (parent.metadata.deletionTimestamp !== undefined || isReleased);
    if (parent.metadata.deletionTimestamp && !hasFinalizer(parent)) return;
    const [parentField, childrenField] = isComposite ? ['parent', 'children'] : ['object', 'attachments'];
    const request = {
      controller,
      [parentField as string]: parent,
      [childrenField as string]: observed,
      related,
      finalizing: isFinalizing,
    };
    const answer = (await hooks.call(
      isFinalizing ? 'finalize' : 'sync',
      request as unknown as JsonObject,
    )) as Answer;
    if (answer.resyncAfterSeconds) context.resyncAfter(parent.metadata.name, answer.resyncAfterSeconds);
    await (isComposite ? finishComposite : finishDecorator)(parent, observed, answer);
  };

  async function finishComposite(parent: KubernetesObject, observed: ObjectGroups, answer: Answer) {
    const current = answer.finalized ? await withoutFinalizer(parent) : parent;
    const desired = (answer.children ?? []).map(child => labelled(child, parent));
    const errors = managesChildren(current)
      ? await manageChildren(cluster, parent, observed, desired, applied)
      : [];
    const status = {...answer.status, observedGeneration: Number(parent.metadata.generation)};
    await quietly(() => writeStatus(parent, status));
    failOn(errors);
  }

  async function finishDecorator(parent: KubernetesObject, observed: ObjectGroups, answer: Answer) {
    const before = (parent.status ?? {}) as JsonObject;
    const status = answer.status ?? before;
    const statusChanged = !isDeepStrictEqual(status, before);
    let current = parent;
    if (statusChanged || (answer.finalized && hasFinalizer(parent))) {
      // A conflict drops the whole answer without another attempt.
      if (statusChanged) {
        const written = await quietly(() =>
          cluster.update(parents, {...current, status} as KubernetesObject, 'status'),
        );
        if (!written) return;
        current = {
          ...current,
          status,
          metadata: {...current.metadata, resourceVersion: String(written.metadata.resourceVersion)},
        } as KubernetesObject;
      }
      if (answer.finalized) current = withoutOwn(current);
      if (!(await quietly(() => cluster.update(parents, current)))) return;
    }
    const desired = (answer.attachments ?? []).map(child => annotated(child, controller.metadata.name));
    if (managesChildren(parent)) failOn(await manageChildren(cluster, parent, observed, desired, applied));
  }

  function managesChildren(parent: KubernetesObject): boolean {
    return !parent.metadata.deletionTimestamp || (hooks.has('finalize') && hasFinalizer(parent));
  }

  async function observe(parent: KubernetesObject): Promise<ObjectGroups> {
    const groups: {[group: string]: {[key: string]: KubernetesObject}} = {};
    for (const {apiVersion, resource} of definition.childResources) {
      const informer = await context.informerOf(apiVersion, resource);
      const children = isComposite
        ? await claimChildren(cluster, informer, parents, parent)
        : decoratedChildren(informer, parent, controller.metadata.name);
      groups[groupKey({apiVersion, kind: informer.resource.kind})] = byKey(children);
    }
    return groups;
  }

  function hasFinalizer({metadata}: KubernetesObject): boolean {
    return ((metadata.finalizers as string[] | undefined) ?? []).includes(finalizer);
  }

  function withoutOwn(object: KubernetesObject): KubernetesObject {
    const finalizers = (object.metadata.finalizers as string[]).filter(name => name !== finalizer);
    return {...object, metadata: {...object.metadata, finalizers}} as KubernetesObject;
  }

  async function withFinalizer(parent: KubernetesObject): Promise<KubernetesObject> {
    if (!hooks.has('finalize') || hasFinalizer(parent) || parent.metadata.deletionTimestamp) return parent;
    if (!selectsParent(definition, parent)) return parent;
    return await rewrite(parent, current => {
      const finalizers = [...((current.metadata.finalizers as string[] | undefined) ?? []), finalizer];
      return hasFinalizer(current)
        ? undefined
        : ({...current, metadata: {...current.metadata, finalizers}} as KubernetesObject);
    });
  }

  async function withoutFinalizer(parent: KubernetesObject): Promise<KubernetesObject> {
    return await rewrite(parent, current => (hasFinalizer(current) ? withoutOwn(current) : undefined));
  }

  async function writeStatus(parent: KubernetesObject, status: JsonObject): Promise<KubernetesObject> {
    const change = (current: KubernetesObject) =>
      isDeepStrictEqual(current.status, status) ? undefined : ({...current, status} as KubernetesObject);
    return await rewrite(parent, change, 'status');
  }

  /** Reads the live parent, changes it and writes it, again after each conflict. */
  async function rewrite(
    {metadata: {name, uid}}: KubernetesObject,
    change: (current: KubernetesObject) => KubernetesObject | undefined,
    subresource?: 'status',
  ): Promise<KubernetesObject> {
    for (;;) {
      const current = await cluster.get(parents, name);
      const changed = current.metadata.uid === uid ? change(current) : undefined;
      if (!changed) return current;
      try {
        return await cluster.update(parents, changed, subresource);
      } catch (error) {
        if (!isStatus(error, 409)) throw error;
      }
    }
  }
}

// A parent that is gone, or was written in between, is met again by the next event.
async function quietly(work: () => Promise<KubernetesObject>): Promise<KubernetesObject | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isStatus(error, 404) || isStatus(error, 409)) return undefined;
    throw error;
  }
}

function failOn(errors: readonly unknown[]): void {
  if (errors.length === 0) return;
  const reasons = errors.map(error => (error as Error).message).join(', ');
  throw new AggregateError(errors, `can't reconcile children: [${reasons}]`);
}

function labelled(child: KubernetesObject, {metadata: {uid = ''}}: KubernetesObject): KubernetesObject {
  return {...child, metadata: {...child.metadata, labels: {[UID_LABEL]: uid, ...child.metadata.labels}}};
}

function annotated(child: KubernetesObject, controllerName: string): KubernetesObject {
  const annotations = {...child.metadata.annotations, [DECORATOR_ANNOTATION]: controllerName};
  return {...child, metadata: {...child.metadata, annotations}};
}
