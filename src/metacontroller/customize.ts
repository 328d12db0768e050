import {groupKey} from '../kubernetes/object.ts';

const NAMESPACE = {apiVersion: 'v1', resource: 'namespaces', kind: 'Namespace'};
const ROLE_BINDING = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  resource: 'rolebindings',
  kind: 'RoleBinding',
};

/** The groups that every `related` then has, be they empty. */
export const NAMESPACES = groupKey(NAMESPACE);
export const ROLE_BINDINGS = groupKey(ROLE_BINDING);

/**
 * What a sync needs to see besides the children: the tenant's Namespace, and the RoleBindings in it.
 *
 * Metacontroller keeps the answer for 20 minutes by the Profile's uid and generation, so it may depend on
 * nothing but the name.
 */
export function customize(name: string): object {
  return {
    relatedResources: [
      {apiVersion: NAMESPACE.apiVersion, resource: NAMESPACE.resource, names: [name]},
      {apiVersion: ROLE_BINDING.apiVersion, resource: ROLE_BINDING.resource, namespace: name},
    ],
  };
}
