import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {checkNetwork, checkNetworkObject} from '../../../src/guard/network.ts';
import type {KubernetesObject} from '../../../src/kubernetes/object.ts';
import {admits, letsOut, type Peer} from '../../support/network-policy.ts';
import {guardContext, policy} from '../network-context.ts';

const NAME = 'kubernetes.io/metadata.name';
const CONTEXT = guardContext({
  network: {cidrs: ['192.0.2.0/24']},
  values: {store: {cidrs: ['203.0.113.0/24']}, apiServer: {cidrs: ['10.96.0.0/16']}},
});

const key = fc.constantFrom('app', 'tier', 'team');
const value = fc.constantFrom('x', 'y', 'z');
const labels = fc.dictionary(key, value, {maxKeys: 3});
const values = fc.uniqueArray(value, {minLength: 1, maxLength: 3});
const requirement = fc.oneof(
  fc.record({key, operator: fc.constantFrom('In', 'NotIn'), values}),
  fc.record({key, operator: fc.constantFrom('Exists', 'DoesNotExist')}),
);
const selector = fc.record(
  {
    matchLabels: fc.dictionary(key, value, {maxKeys: 1}),
    matchExpressions: fc.array(requirement, {maxLength: 2}),
  },
  {requiredKeys: []},
);

const namespace = fc.constantFrom('alice', 'kubeflow', 'istio-system', 'mallory', 'kube');
const namespaceSelector = fc.oneof(
  selector,
  fc.record({matchLabels: fc.record({[NAME]: namespace})}),
  fc.record({
    matchExpressions: fc.array(
      fc.oneof(
        requirement,
        fc.record({
          key: fc.constant(NAME),
          operator: fc.constantFrom('In', 'NotIn'),
          values: fc.uniqueArray(namespace, {minLength: 1, maxLength: 2}),
        }),
      ),
      {maxLength: 2},
    ),
  }),
);
const prefix = fc.constantFrom(0, 8, 16, 24, 32);
const address = fc.constantFrom('192.0.2.7', '203.0.113.7', '10.96.3.4', '198.51.100.7', '192.0.3.1');
const peer = fc.oneof(
  fc.record({podSelector: selector}),
  fc.record({namespaceSelector}),
  fc.record({namespaceSelector, podSelector: selector}),
  fc.record({
    ipBlock: fc.record({cidr: fc.tuple(address, prefix).map(([ip, bits]) => `${ip}/${bits}`)}),
  }),
);
const peers = fc.array(peer, {maxLength: 2});
const networkPolicy = fc
  .record(
    {
      podSelector: selector,
      policyTypes: fc.subarray(['Ingress', 'Egress']),
      ingress: fc.array(fc.record({from: peers}, {requiredKeys: []}), {maxLength: 2}),
      egress: fc.array(fc.record({to: peers}, {requiredKeys: []}), {maxLength: 2}),
    },
    {requiredKeys: ['podSelector']},
  )
  .map(policy);
const policies = fc.array(networkPolicy, {minLength: 1, maxLength: 4});
/** Those that the guard lets pass. */
const passing = policies.map(all => all.filter(each => checkNetworkObject(each, CONTEXT).length === 0));

const tenantPod: fc.Arbitrary<Peer> = labels.map(own => ({namespace: 'alice', labels: own}));
const stranger: fc.Arbitrary<Peer> = fc.oneof(
  fc.record({namespace: fc.constantFrom('mallory', 'kube'), labels, namespaceLabels: labels}),
  fc.constantFrom('198.51.100.7', '192.0.3.1', '8.8.8.8').map(ip => ({ip})),
);
const outsider: fc.Arbitrary<Peer> = fc.oneof(
  stranger,
  fc.constantFrom('203.0.113.7', '10.96.3.4').map(ip => ({ip})),
);

describe('policies that pass', () => {
  test('admit no other tenant and no address of others to a pod that they select', () => {
    let judged = 0;
    fc.assert(
      fc.property(passing, tenantPod, outsider, (objects, to, from) => {
        const isAdmitted = admits(objects, {from, to, port: 80});
        const isSelected = !admits(objects.map(withoutRules), {from, to, port: 80});
        if (isSelected) judged++;
        expect(isAdmitted && isSelected).toBe(false);
      }),
      {numRuns: 2000},
    );
    expect(judged).toBeGreaterThan(100);
  });

  test('and leave no pod out admit none to any pod', () => {
    let judged = 0;
    const together = passing.filter(
      objects => objects.some(isolatesIngress) && checkNetwork(objects, CONTEXT).length === 0,
    );
    fc.assert(
      fc.property(together, tenantPod, outsider, (objects, to, from) => {
        judged++;
        expect(admits(objects, {from, to, port: 80})).toBe(false);
      }),
      {numRuns: 500},
    );
    expect(judged).toBe(500);
  });

  test('let no selected pod connect to another tenant or an address of others', () => {
    let judged = 0;
    fc.assert(
      fc.property(passing, tenantPod, stranger, (objects, from, to) => {
        const isSelected = !letsOut(objects.map(withoutRules), {from, to, port: 80});
        if (isSelected) judged++;
        expect(isSelected && letsOut(objects, {from, to, port: 80})).toBe(false);
      }),
      {numRuns: 2000},
    );
    expect(judged).toBeGreaterThan(100);
  });
});

test('pods are left out exactly where a look at every pod finds one', () => {
  const verdicts = new Set<boolean>();
  fc.assert(
    fc.property(policies, objects => {
      const leavesOut = objects.some(isolatesIngress) && everyPod().some(pod => isUnselected(objects, pod));
      verdicts.add(leavesOut);
      expect(checkNetwork(objects, CONTEXT).length).toBe(leavesOut ? 1 : 0);
    }),
    {numRuns: 1000},
  );
  expect(verdicts.size).toBe(2);
});

test('the pod that is shown is one that is left out', () => {
  fc.assert(
    fc.property(policies, objects => {
      for (const {message} of checkNetwork(objects, CONTEXT)) {
        const [, words = ''] = / pod (?:labelled (.*)|without labels), so/.exec(message) ?? [];
        const pairs = words
          .split(', ')
          .filter(Boolean)
          .map(pair => pair.split('='));
        expect(isUnselected(objects, {namespace: 'alice', labels: Object.fromEntries(pairs)})).toBe(true);
      }
    }),
  );
});

test('whatever is no Kubernetes object at all is judged without a throw', () => {
  const kinds = [
    ['networking.k8s.io/v1', 'NetworkPolicy'],
    ['security.istio.io/v1', 'AuthorizationPolicy'],
    ['v1', 'Service'],
    ['v1', 'Endpoints'],
    ['discovery.k8s.io/v1', 'EndpointSlice'],
    ['v1', 'Namespace'],
  ] as const;
  const field = fc.constantFrom(
    ...['metadata', 'labels', 'annotations', 'spec', 'podSelector', 'namespaceSelector', 'ipBlock', 'cidr'],
    ...[
      'ingress',
      'egress',
      'from',
      'to',
      'policyTypes',
      'matchLabels',
      'matchExpressions',
      'key',
      'operator',
    ],
    ...['values', 'type', 'externalIPs', 'ports', 'subsets', 'addresses', 'endpoints', 'action', 'rules'],
    ...[
      'source',
      'operation',
      'when',
      'principals',
      'namespaces',
      'paths',
      'targetRefs',
      '__proto__',
      'toString',
    ],
  );
  const {json} = fc.letrec<{json: unknown}>(tie => ({
    json: fc.oneof(
      {depthSize: 'medium', withCrossShrink: true},
      fc.constantFrom('x', 'Ingress', 'ALLOW', 'In', NAME, '', 0, true, false, null),
      fc.array(tie('json'), {maxLength: 2}),
      fc.dictionary(field, tie('json'), {maxKeys: 4}),
    ),
  }));
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.dictionary(field, json), ([apiVersion, kind], rest) => {
      const odd = {...rest, apiVersion, kind} as unknown as KubernetesObject;
      checkNetworkObject(odd, CONTEXT);
      checkNetwork([odd], CONTEXT);
    }),
    {numRuns: 3000},
  );
});

function isolatesIngress({spec}: KubernetesObject): boolean {
  const {policyTypes = []} = spec as {policyTypes?: string[]};
  return policyTypes.length === 0 || policyTypes.includes('Ingress');
}

/** The same selection, which admits nobody. */
function withoutRules({spec, ...rest}: KubernetesObject): KubernetesObject {
  const {
    policyTypes = [],
    egress = [],
    podSelector = {},
  } = spec as {
    policyTypes?: string[];
    egress?: object[];
    podSelector?: object;
  };
  const types = egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
  return policyOf(rest, {podSelector, policyTypes: policyTypes.length > 0 ? policyTypes : types});
}

function policyOf(rest: object, spec: object): KubernetesObject {
  return {...policy(spec), ...rest};
}

function isUnselected(objects: readonly KubernetesObject[], to: Peer): boolean {
  return admits(objects.map(withoutRules), {from: {namespace: 'mallory'}, to, port: 80});
}

function everyPod(): Peer[] {
  const all = [undefined, 'x', 'y', 'z', 'none of these'];
  return all.flatMap(app =>
    all.flatMap(tier =>
      all.map(team => ({
        namespace: 'alice',
        labels: Object.fromEntries(
          Object.entries({app, tier, team}).filter(
            (entry): entry is [string, string] => entry[1] !== undefined,
          ),
        ),
      })),
    ),
  );
}
