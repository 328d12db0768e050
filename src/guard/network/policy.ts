import type {KubernetesObject} from '../../kubernetes/object.ts';
import type {GuardContext, GuardedValues} from '../context.ts';
import type {Violation} from '../violation.ts';
import {type AllowedPeers, checkPeer} from './peer.ts';
import {fieldOf, itemsAt, itemsOf, type Place, refusalOf, topField} from './place.ts';

interface Direction {
  readonly rules: string;
  readonly peers: string;
  /** What a rule without peers does. */
  readonly opens: string;
  readonly blockValues: string;
  readonly blocks: (values: GuardedValues) => readonly string[];
}

const DIRECTIONS: readonly Direction[] = [
  {
    rules: 'ingress',
    peers: 'from',
    opens: 'admits everybody',
    blockValues: 'guards.network.cidrs',
    blocks: ({guards}) => guards.network.cidrs,
  },
  {
    rules: 'egress',
    peers: 'to',
    opens: 'lets pods connect to everybody',
    blockValues: 'guards.network.cidrs, store.cidrs, apiServer.cidrs or egressPolicy.cidrs',
    blocks: ({guards, store, apiServer, egressPolicy}) =>
      [guards.network, store, apiServer, egressPolicy].flatMap(({cidrs}) => cidrs),
  },
];

const refuse = refusalOf('network/policy', 'NetworkPolicy');

/**
 * Checks that a NetworkPolicy admits none but the tenant, the platform and who is listed.
 *
 * Policies add up, so that together they admit no more than each rule by itself. Rules that policyTypes leaves without
 * effect are judged too: another policyTypes would wake them.
 */
export function checkNetworkPolicy(object: KubernetesObject, context: GuardContext): Violation[] {
  if (context.values.guards.network.open) return [];
  const spec = topField(object, 'spec');
  return DIRECTIONS.flatMap(direction => {
    const allowed = allowedPeers(direction, context);
    return itemsAt(spec, direction.rules).flatMap(rule => checkRule(rule, direction, allowed));
  });
}

function allowedPeers({blocks, blockValues}: Direction, {namespace, values}: GuardContext): AllowedPeers {
  const platform = Object.values(values.namespaces);
  const namespaces = [namespace, ...platform, ...values.guards.network.namespaces];
  return {namespaces, blocks: blocks(values), blockValues};
}

function checkRule(rule: Place, {peers: field, opens}: Direction, allowed: AllowedPeers): Violation[] {
  const list = fieldOf(rule, field);
  const peers = itemsOf(list);
  if (peers.length > 0) return peers.flatMap(peer => checkPeer(peer, allowed));
  const hint = `name peers under ${field}, or leave the rule out; guards.network.open allows everybody`;
  return [refuse(list, `a rule without peers ${opens}`, hint)];
}
