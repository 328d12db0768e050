import type {KubernetesObject} from '../../kubernetes/object.ts';
import type {GuardContext} from '../context.ts';
import type {Violation} from '../violation.ts';
import {isSameAddress} from './address-block.ts';
import {fieldOf, itemsAt, itemsOf, type Place, refusalOf, shown, topField} from './place.ts';

/** Fields that are for some types alone. */
const FIELDS_OF_TYPES: {readonly [field: string]: readonly string[]} = {
  externalName: ['ExternalName'],
  loadBalancerIP: ['LoadBalancer'],
  loadBalancerClass: ['LoadBalancer'],
  loadBalancerSourceRanges: ['LoadBalancer'],
  allocateLoadBalancerNodePorts: ['LoadBalancer'],
  healthCheckNodePort: ['LoadBalancer'],
};

const NODE_PORT_TYPES = ['NodePort', 'LoadBalancer'];

const LIST_TYPE = 'guards.network.serviceTypes can list it';

const refuse = refusalOf('network/service', 'Service');

/** Checks that a Service is of a listed type, and claims nothing that another type or a listed address would. */
export function checkService(object: KubernetesObject, {values}: GuardContext): Violation[] {
  const {serviceTypes, externalIPs} = values.guards.network;
  const spec = topField(object, 'spec');
  return [
    ...checkType(fieldOf(spec, 'type'), serviceTypes),
    ...Object.entries(FIELDS_OF_TYPES).flatMap(([field, types]) =>
      checkField(spec, field, types, serviceTypes),
    ),
    ...itemsAt(spec, 'ports').flatMap(port => checkField(port, 'nodePort', NODE_PORT_TYPES, serviceTypes)),
    ...checkExternalIps(fieldOf(spec, 'externalIPs'), externalIPs),
  ];
}

function checkType(type: Place, listed: readonly string[]): Violation[] {
  const {value = 'ClusterIP', path} = type;
  if (listed.some(other => other === value)) return [];
  return [refuse(type, `type ${shown({value, path})} is not listed`, LIST_TYPE)];
}

function checkField(
  parent: Place,
  field: string,
  types: readonly string[],
  listed: readonly string[],
): Violation[] {
  const place = fieldOf(parent, field);
  if (place.value === undefined || types.some(type => listed.includes(type))) return [];
  const type = types.join(' or ');
  return [refuse(place, `${field} is for type ${type}, which is not listed`, LIST_TYPE)];
}

function checkExternalIps(addresses: Place, listed: readonly string[]): Violation[] {
  return itemsOf(addresses)
    .filter(({value}) => !listed.some(other => isSameAddress(other, value)))
    .map(address =>
      refuse(
        address,
        `external IP ${shown(address)} is not listed`,
        'guards.network.externalIPs can list it',
      ),
    );
}
