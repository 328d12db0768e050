import type {KubernetesObject} from '../../kubernetes/object.ts';
import type {GuardContext} from '../context.ts';
import type {Violation} from '../violation.ts';
import {isAddressWithin} from './address-block.ts';
import {fieldOf, itemsAt, itemsOf, type Place, refusalOf, shown, topField} from './place.ts';

/** Checks that an Endpoints, which a Service of its name sends requests to, names no address that is not listed. */
export function checkEndpoints(object: KubernetesObject, context: GuardContext): Violation[] {
  const addresses = itemsOf(topField(object, 'subsets')).flatMap(subset =>
    ['addresses', 'notReadyAddresses'].flatMap(field => itemsAt(subset, field)),
  );
  return checkAddresses(
    'Endpoints',
    addresses.map(address => fieldOf(address, 'ip')),
    context,
  );
}

/** Checks the same of an EndpointSlice. */
export function checkEndpointSlice(object: KubernetesObject, context: GuardContext): Violation[] {
  const addresses = itemsOf(topField(object, 'endpoints')).flatMap(endpoint =>
    itemsAt(endpoint, 'addresses'),
  );
  return checkAddresses('EndpointSlice', addresses, context);
}

function checkAddresses(kind: string, addresses: readonly Place[], {values}: GuardContext): Violation[] {
  const {open, cidrs} = values.guards.network;
  if (open) return [];
  const refuse = refusalOf('network/service', kind);
  const hint = 'let a Service select pods; guards.network.cidrs can list addresses outside the cluster';
  return addresses
    .filter(({value}) => !isAddressWithin(value, cidrs))
    .map(address => refuse(address, `address ${shown(address)} is not within a listed block`, hint));
}
