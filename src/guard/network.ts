import type {KubernetesObject} from '../kubernetes/object.ts';
import {groupOf} from '../kubernetes/resource.ts';
import {checkAuthorizationPolicy} from './network/authorization.ts';
import {checkEndpointSlice, checkEndpoints} from './network/endpoints.ts';
import {checkNamespaceLabels} from './network/namespace-label.ts';
import {checkNetworkPolicy} from './network/policy.ts';
import {checkService} from './network/service.ts';
import {checkUnselected} from './network/unselected.ts';
import type {ObjectGuard, TenantGuard} from './violation.ts';

/** What judges a kind, as `Kind.group`: every version of it opens the same doors. */
const GUARDS: ReadonlyMap<string, ObjectGuard> = new Map([
  ['NetworkPolicy.networking.k8s.io', checkNetworkPolicy],
  ['AuthorizationPolicy.security.istio.io', checkAuthorizationPolicy],
  ['Service.', checkService],
  ['Endpoints.', checkEndpoints],
  ['EndpointSlice.discovery.k8s.io', checkEndpointSlice],
  ['Namespace.', checkNamespaceLabels],
]);

/** Checks whom a single object lets a tenant's pods meet. */
export const checkNetworkObject: ObjectGuard = (object, context) =>
  GUARDS.get(kindAndGroup(object))?.(object, context) ?? [];

/** Checks that the tenant's NetworkPolicies together leave no pod to everybody. */
export const checkNetwork: TenantGuard = (objects, context) =>
  checkUnselected(
    objects.filter(object => kindAndGroup(object) === 'NetworkPolicy.networking.k8s.io'),
    context,
  );

function kindAndGroup({kind, apiVersion}: KubernetesObject): string {
  if (typeof kind !== 'string' || typeof apiVersion !== 'string') return '';
  return `${kind}.${groupOf(apiVersion)}`;
}
