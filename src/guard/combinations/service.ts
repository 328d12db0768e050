import {isJsonObject, type Json} from '../../kubernetes/object.ts';
import {all, type Check, type FieldCheck, fault, hasItems, ofMap} from '../fields/check.ts';
import {isSubdomain} from '../fields/formats.ts';
import {address, network} from './address.ts';
import {unique, without} from './choice.ts';

/** A day: how long a client is at most sent to the same pod. */
const MAX_AFFINITY_SECONDS = 86_400;

const ports: Check = ofMap(({type, clusterIP, ports: list}) => {
  const items = Array.isArray(list) ? list : [];
  const needsNone = type === 'ExternalName' || clusterIP === 'None';
  if (items.length === 0) return needsNone ? [] : [fault([], 'must have ports')];
  if (items.length === 1) return [];
  return items.flatMap((port, index) =>
    isJsonObject(port) && !port.name
      ? [fault(['ports', index], 'must have a name, for there are several')]
      : [],
  );
});

/** Fields that only some types have. */
const OF_TYPES: readonly (readonly [field: string, ...types: readonly string[]])[] = [
  ['allocateLoadBalancerNodePorts', 'LoadBalancer'],
  ['clusterIP', 'ClusterIP', 'NodePort', 'LoadBalancer'],
  ['clusterIPs', 'ClusterIP', 'NodePort', 'LoadBalancer'],
  ['ipFamilies', 'ClusterIP', 'NodePort', 'LoadBalancer'],
  ['ipFamilyPolicy', 'ClusterIP', 'NodePort', 'LoadBalancer'],
  ['loadBalancerClass', 'LoadBalancer'],
  ['loadBalancerSourceRanges', 'LoadBalancer'],
];

const fieldsOfType: Check = ofMap(({type = 'ClusterIP', ...spec}) => {
  if (!isServiceType(type)) return [];
  return OF_TYPES.filter(([field, ...types]) => spec[field] !== undefined && !types.includes(type)).map(
    ([field]) => fault([field], `must be left out for the type ${type}`),
  );
});

const nodePorts: Check = ofMap(({type = 'ClusterIP', ports: list}) => {
  if (type !== 'ClusterIP' || !Array.isArray(list)) return [];
  return list.flatMap((port, index) =>
    isJsonObject(port) && port.nodePort
      ? [fault(['ports', index, 'nodePort'], 'must be left out for the type ClusterIP')]
      : [],
  );
});

const headless: Check = ofMap(({type, clusterIP}) =>
  clusterIP === 'None' && (type === 'LoadBalancer' || type === 'NodePort')
    ? [fault(['clusterIP'], `must not be None for the type ${type}`)]
    : [],
);

const externalName: Check = ofMap(({type, externalName: name}) => {
  if (type !== 'ExternalName') return [];
  const host = typeof name === 'string' ? name.replace(/\.$/, '') : '';
  return isSubdomain(host) ? [] : [fault(['externalName'], 'must be a host name for the type ExternalName')];
});

const externalTraffic: Check = ofMap(spec => {
  const isOpen = spec.type === 'NodePort' || spec.type === 'LoadBalancer' || hasItems(spec.externalIPs);
  return isOpen ? [] : without('but for what is reached from outside', 'externalTrafficPolicy')(spec as Json);
});

const affinitySeconds: Check = value =>
  typeof value === 'number' && value > MAX_AFFINITY_SECONDS
    ? [fault([], `must be at most ${MAX_AFFINITY_SECONDS}`)]
    : [];

/** A Service's spec. */
export const SERVICE: readonly FieldCheck[] = [
  ['', all(ports, fieldsOfType, nodePorts, headless, externalName, externalTraffic)],
  ['ports', all(unique(['name']), unique(['protocol', 'port'], {protocol: 'TCP'}))],
  ['clusterIP', address('None', '')],
  ['clusterIPs[]', address('None')],
  ['externalIPs[]', address()],
  ['loadBalancerSourceRanges[]', network],
  ['sessionAffinityConfig.clientIP.timeoutSeconds', affinitySeconds],
];

function isServiceType(type: Json): type is string {
  return ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'].some(known => known === type);
}
