import {BlockList, isIPv6} from 'node:net';
import type {KubernetesObject} from '../../src/kubernetes/object.ts';

/** One end of a connection: a pod, or an address outside the cluster. */
export interface Peer {
  readonly namespace?: string;
  readonly labels?: {readonly [key: string]: string};
  /** Beside the name, which the API server writes. */
  readonly namespaceLabels?: {readonly [key: string]: string};
  readonly ip?: string;
}

export interface Connection {
  readonly from: Peer;
  readonly to: Peer;
  readonly port: number;
  readonly protocol?: 'TCP' | 'UDP';
}

type Labels = {readonly [key: string]: string};
interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {key: string; operator: string; values?: readonly string[]}[];
}
interface PolicyPeer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: {readonly cidr: string; readonly except?: readonly string[]};
}
interface Rule {
  readonly from?: readonly PolicyPeer[];
  readonly to?: readonly PolicyPeer[];
  readonly ports?: readonly {protocol?: string; port?: number}[];
}
interface Policy {
  readonly namespace: string;
  readonly podSelector?: Selector;
  readonly policyTypes?: readonly string[];
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
}

/** Whether the union of the policies admits a connection to a pod of theirs, as Kubernetes defines it. */
export function admits(policies: readonly KubernetesObject[], connection: Connection): boolean {
  const selecting = selectingPolicies(policies, 'Ingress', connection.to);
  const rules = selecting.flatMap(policy => (policy.ingress ?? []).map(rule => ({policy, rule})));
  return (
    selecting.length === 0 ||
    rules.some(({policy, rule}) => allows(rule, rule.from, connection.from, policy, connection))
  );
}

/** Whether the union of the policies lets a pod of theirs connect. */
export function letsOut(policies: readonly KubernetesObject[], connection: Connection): boolean {
  const selecting = selectingPolicies(policies, 'Egress', connection.from);
  const rules = selecting.flatMap(policy => (policy.egress ?? []).map(rule => ({policy, rule})));
  return (
    selecting.length === 0 ||
    rules.some(({policy, rule}) => allows(rule, rule.to, connection.to, policy, connection))
  );
}

function selectingPolicies(objects: readonly KubernetesObject[], type: string, pod: Peer): Policy[] {
  return objects
    .filter(({kind}) => kind === 'NetworkPolicy')
    .map(({metadata, spec}) => ({...(spec as unknown as Policy), namespace: metadata.namespace as string}))
    .filter(policy => policyTypes(policy).includes(type) && policy.namespace === pod.namespace)
    .filter(policy => selects(policy.podSelector ?? {}, pod.labels ?? {}));
}

// As the API server fills them in.
function policyTypes({policyTypes: types = [], egress = []}: Policy): readonly string[] {
  if (types.length > 0) return types;
  return egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

// An empty list of peers or ports means all of them.
function allows(
  {ports = []}: Rule,
  peers: readonly PolicyPeer[] = [],
  peer: Peer,
  policy: Policy,
  {port, protocol = 'TCP'}: Connection,
): boolean {
  const portFits =
    ports.length === 0 ||
    ports.some(allowed => allowed.port === port && (allowed.protocol ?? 'TCP') === protocol);
  return portFits && (peers.length === 0 || peers.some(allowed => isPeer(allowed, peer, policy)));
}

function isPeer({ipBlock, namespaceSelector, podSelector}: PolicyPeer, peer: Peer, policy: Policy): boolean {
  if (ipBlock) {
    const {ip} = peer;
    return ip !== undefined && isIn(ipBlock.cidr, ip) && !ipBlock.except?.some(cidr => isIn(cidr, ip));
  }
  if (peer.namespace === undefined) return false;
  const inNamespace = namespaceSelector
    ? selects(namespaceSelector, {...peer.namespaceLabels, 'kubernetes.io/metadata.name': peer.namespace})
    : peer.namespace === policy.namespace;
  return inNamespace && (!podSelector || selects(podSelector, peer.labels ?? {}));
}

function selects({matchLabels = {}, matchExpressions = []}: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({key, operator, values = []}) => {
      if (operator === 'In') return labels[key] !== undefined && values.includes(labels[key]);
      if (operator === 'Exists') return labels[key] !== undefined;
      if (operator === 'DoesNotExist') return labels[key] === undefined;
      if (operator === 'NotIn') return labels[key] === undefined || !values.includes(labels[key]);
      throw new Error(`operator ${operator} is not known here`);
    })
  );
}

function isIn(cidr: string, ip: string): boolean {
  const [address, prefix] = cidr.split('/') as [string, string];
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  const block = new BlockList();
  block.addSubnet(address, Number(prefix), family);
  return block.check(ip, isIPv6(ip) ? 'ipv6' : 'ipv4');
}
