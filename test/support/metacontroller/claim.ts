import type {KubernetesObject} from '../../../src/kubernetes/object.ts';
import {controllerOf} from '../../../src/kubernetes/owner.ts';
import {type Cluster, isStatus, type Resource} from './cluster.ts';
import type {Informer} from './informer.ts';
import {controllerReference} from './manage-children.ts';

/** The label by which a CompositeController with `generateSelector` knows its children. */
export const UID_LABEL = 'controller-uid';

/** The annotation by which a DecoratorController knows what it made. */
export const DECORATOR_ANNOTATION = 'metacontroller.k8s.io/decorator-controller';

/**
 * A CompositeController's children of one kind: adopts orphans that carry the label, lets go of children that have
 * lost it. Throws what refuses either: Metacontroller then gives the whole sync up.
 */
export async function claimChildren(
  cluster: Cluster,
  informer: Informer,
  parents: Resource,
  parent: KubernetesObject,
): Promise<KubernetesObject[]> {
  const claimed: KubernetesObject[] = [];
  const errors: unknown[] = [];
  for (const object of informer.objects()) {
    try {
      if (await claim(cluster, informer.resource, parents, parent, object)) claimed.push(object);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0)
    throw new AggregateError(
      errors,
      `cannot claim ${informer.resource.resource}: ${errors.map(String).join()}`,
    );
  return claimed;
}

async function claim(
  cluster: Cluster,
  resource: Resource,
  parents: Resource,
  parent: KubernetesObject,
  object: KubernetesObject,
): Promise<boolean> {
  const controller = controllerOf(object);
  if (controller && controller.uid !== parent.metadata.uid) return false;
  const matches = object.metadata.labels?.[UID_LABEL] === parent.metadata.uid;
  if (!controller) return matches && (await adopt(cluster, resource, parents, parent, object));
  if (!matches && !parent.metadata.deletionTimestamp) await release(cluster, resource, parent, object);
  return matches;
}

/** A DecoratorController's children of one kind: it neither adopts nor lets go. */
export function decoratedChildren(
  informer: Informer,
  parent: KubernetesObject,
  controllerName: string,
): KubernetesObject[] {
  return informer
    .objects()
    .filter(
      object =>
        controllerOf(object)?.uid === parent.metadata.uid &&
        object.metadata.annotations?.[DECORATOR_ANNOTATION] === controllerName,
    );
}

async function adopt(
  cluster: Cluster,
  resource: Resource,
  parents: Resource,
  parent: KubernetesObject,
  object: KubernetesObject,
): Promise<boolean> {
  if (parent.metadata.deletionTimestamp || object.metadata.deletionTimestamp) return false;
  const fresh = await cluster.get(parents, parent.metadata.name);
  if (fresh.metadata.uid !== parent.metadata.uid || fresh.metadata.deletionTimestamp)
    throw new Error('the parent has just been deleted');
  return await rewriteOwners(cluster, resource, object, owners => [...owners, controllerReference(parent)]);
}

async function release(
  cluster: Cluster,
  resource: Resource,
  parent: KubernetesObject,
  object: KubernetesObject,
): Promise<void> {
  await rewriteOwners(cluster, resource, object, owners =>
    owners.filter(({uid}) => uid !== parent.metadata.uid),
  );
}

type Owners = NonNullable<KubernetesObject['metadata']['ownerReferences']>;

async function rewriteOwners(
  cluster: Cluster,
  resource: Resource,
  {metadata: {name, namespace, uid}}: KubernetesObject,
  rewrite: (owners: Owners) => Owners,
): Promise<boolean> {
  for (;;) {
    try {
      const current = await cluster.get(resource, name, namespace);
      if (current.metadata.uid !== uid) return false;
      const ownerReferences = rewrite(current.metadata.ownerReferences ?? []);
      await cluster.update(resource, {
        ...current,
        metadata: {...current.metadata, ownerReferences},
      } as KubernetesObject);
      return true;
    } catch (error) {
      if (isStatus(error, 404)) return false;
      if (!isStatus(error, 409)) throw error;
    }
  }
}
