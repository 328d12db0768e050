import type {KubernetesObject, OwnerReference} from './object.ts';

/** The one owner that controls an object. */
export function controllerOf(object: KubernetesObject): OwnerReference | undefined {
  const owners = object.metadata.ownerReferences;
  return Array.isArray(owners) ? owners.find(owner => owner?.controller === true) : undefined;
}
