import {asText, type Check, type FieldCheck, fault, ofList, ofMap} from '../fields/check.ts';
import {isWithin, network, parseNetwork} from './address.ts';

const PEERS = ['ipBlock', 'namespaceSelector', 'podSelector'];

const peer: Check = ofMap(map => {
  const [first, ...rest] = PEERS.filter(field => map[field] !== undefined);
  if (first === undefined) return [fault([], `must have one of ${PEERS.join(', ')}`)];
  return first === 'ipBlock' && rest.length > 0
    ? [fault(['ipBlock'], 'must not stand beside a selector')]
    : [];
});

const except: Check = ofMap(({cidr, except: holes}) => {
  const whole = parseNetwork(asText(cidr));
  if (!whole || !Array.isArray(holes)) return [];
  return holes.flatMap((hole, index) => {
    const part = parseNetwork(asText(hole));
    return part && !isWithin(part, whole) ? [fault(['except', index], 'must be a part of cidr')] : [];
  });
});

const endPort: Check = ofMap(({port, endPort: end}) => {
  if (end === undefined) return [];
  if (typeof port !== 'number') return [fault(['endPort'], 'must stand beside a port that is a number')];
  return typeof end === 'number' && end < port ? [fault(['endPort'], 'must be at least port')] : [];
});

const policyTypes: Check = ofList(types => (types.length > 2 ? [fault([], 'must be at most two')] : []));

/** A NetworkPolicy's spec. */
export const NETWORK_POLICY: readonly FieldCheck[] = [
  ['ingress|egress[].from|to[]', peer],
  ['ingress|egress[].from|to[].ipBlock.cidr', network],
  ['ingress|egress[].from|to[].ipBlock.except[]', network],
  ['ingress|egress[].from|to[].ipBlock', except],
  ['ingress|egress[].ports[]', endPort],
  ['policyTypes', policyTypes],
];
