import {describe, expect, test} from 'vitest';
import {checkNetworkObject} from '../../../src/guard/network.ts';
import {type Difference, guardContext, lines, policy} from '../network-context.ts';

const NAME = 'kubernetes.io/metadata.name';
const named = (name: string) => ({namespaceSelector: {matchLabels: {[NAME]: name}}});
const expressions = (...matchExpressions: object[]) => ({namespaceSelector: {matchExpressions}});
const isIn = (...values: string[]) => ({key: NAME, operator: 'In', values});
const block = (cidr: unknown, ...except: string[]) => ({ipBlock: {cidr, except}});

describe('a peer', () => {
  test.each<{what: string; peer: object; network?: Difference['network']}>([
    {what: "all of the tenant's pods", peer: {podSelector: {}}},
    {what: "some of the tenant's pods", peer: {podSelector: {matchLabels: {app: 'x'}}}},
    {what: 'the own namespace by name', peer: named('alice')},
    {what: 'a namespace of the platform', peer: named('istio-system')},
    {what: "the platform's DNS", peer: named('kube-system')},
    {what: 'some pods of the platform', peer: {...named('kubeflow'), podSelector: {matchLabels: {app: 'x'}}}},
    {what: 'namespaces in a list', peer: expressions(isIn('alice', 'kubeflow', 'profile-sync'))},
    {
      what: 'a pinned namespace that must also be something else',
      peer: {
        namespaceSelector: {
          matchLabels: {[NAME]: 'kubeflow', team: 'x'},
          matchExpressions: [
            {key: 'a', operator: 'Exists'},
            {key: NAME, operator: 'NotIn', values: ['bob']},
          ],
        },
      },
    },
    {
      what: 'what two lists have in common',
      peer: expressions(isIn('kubeflow', 'bob'), isIn('kubeflow')),
    },
    {what: 'a listed namespace', peer: named('monitoring'), network: {namespaces: ['monitoring']}},
    {what: 'a listed block', peer: block('10.1.0.0/16'), network: {cidrs: ['10.1.0.0/16']}},
    {
      what: 'a part of a listed block',
      peer: block('10.1.2.0/24', '10.1.2.3/32'),
      network: {cidrs: ['10.1.0.0/16']},
    },
  ])('may be $what, in both directions', ({peer, network = {}}) => {
    const spec = {podSelector: {}, ingress: [{from: [peer]}], egress: [{to: [peer]}]};
    expect(checkNetworkObject(policy(spec), guardContext({network}))).toEqual([]);
  });

  const OTHERS = 'a namespaceSelector can select other tenants';
  const NOBODY = 'a peer selects nobody in particular';
  const bob = `namespace "bob" is neither the tenant's own nor the platform's`;

  test.each<{what: string; peer: unknown; at?: string; reason: string}>([
    {what: 'all namespaces', peer: {namespaceSelector: {}}, at: '.namespaceSelector', reason: OTHERS},
    {
      what: 'all namespaces, by some pods',
      peer: {namespaceSelector: {}, podSelector: {matchLabels: {app: 'x'}}},
      at: '.namespaceSelector',
      reason: OTHERS,
    },
    {
      what: 'namespaces by another label',
      peer: {namespaceSelector: {matchLabels: {'app.kubernetes.io/part-of': 'kubeflow-profile'}}},
      at: '.namespaceSelector',
      reason: OTHERS,
    },
    {
      what: 'all namespaces but one',
      peer: expressions({key: NAME, operator: 'NotIn', values: ['kubeflow']}),
      at: '.namespaceSelector',
      reason: OTHERS,
    },
    {
      what: 'every namespace with a name',
      peer: expressions({key: NAME, operator: 'Exists'}),
      at: '.namespaceSelector',
      reason: OTHERS,
    },
    {
      what: 'a list under another label',
      peer: expressions({key: 'name', operator: 'In', values: ['kubeflow']}),
      at: '.namespaceSelector',
      reason: OTHERS,
    },
    {what: 'an empty list', peer: expressions(isIn()), at: '.namespaceSelector', reason: OTHERS},
    {
      what: 'a selector that is a text',
      peer: {namespaceSelector: 'x'},
      at: '.namespaceSelector',
      reason: OTHERS,
    },
    {
      what: 'another tenant',
      peer: named('bob'),
      at: `.namespaceSelector.matchLabels["${NAME}"]`,
      reason: bob,
    },
    {
      what: 'another tenant beside the platform',
      peer: expressions(isIn('kubeflow', 'bob')),
      at: '.namespaceSelector.matchExpressions[0].values[1]',
      reason: bob,
    },
    {
      what: 'a name that begins as a listed one',
      peer: named('kube'),
      at: `.namespaceSelector.matchLabels["${NAME}"]`,
      reason: `namespace "kube" is neither the tenant's own nor the platform's`,
    },
    {
      what: 'a name that is no text',
      peer: expressions({key: NAME, operator: 'In', values: [7]}),
      at: '.namespaceSelector.matchExpressions[0].values[0]',
      reason: `namespace (no text) is neither the tenant's own nor the platform's`,
    },
    {what: 'nobody', peer: {}, reason: NOBODY},
    {what: 'a text', peer: 'everybody', reason: NOBODY},
    {
      what: 'the world',
      peer: block('0.0.0.0/0'),
      at: '.ipBlock.cidr',
      reason: 'address block "0.0.0.0/0" is not within a listed one',
    },
    {
      what: 'the world but the tenants',
      peer: block('0.0.0.0/0', '10.0.0.0/8'),
      at: '.ipBlock.cidr',
      reason: 'address block "0.0.0.0/0" is not within a listed one',
    },
    {
      what: 'a block without an address',
      peer: {ipBlock: {}},
      at: '.ipBlock',
      reason: '(no text) is no address block',
    },
    {
      what: 'a block with leading zeros',
      peer: block('010.0.0.0/8'),
      at: '.ipBlock.cidr',
      reason: '"010.0.0.0/8" is no address block',
    },
    {
      what: "a block beside the tenant's pods",
      peer: {podSelector: {}, ...block('1.2.3.4/32')},
      at: '.ipBlock.cidr',
      reason: 'address block "1.2.3.4/32" is not within a listed one',
    },
  ])('may not be $what, in either direction', ({peer, at = '', reason}) => {
    const spec = {
      ingress: [{from: [{podSelector: {}}, peer]}],
      egress: [{to: [{podSelector: {}}]}, {to: [peer]}],
    };
    const message = `cannot render NetworkPolicy: ${reason}`;
    const found = checkNetworkObject(policy(spec), guardContext());
    expect(lines(found)).toEqual([
      `spec.ingress[0].from[1]${at}: ${message}`,
      `spec.egress[1].to[0]${at}: ${message}`,
    ]);
    expect(found.map(({rule}) => rule)).toEqual(['network/policy', 'network/policy']);
    expect(checkNetworkObject(policy(spec), guardContext({network: {open: true}}))).toEqual([]);
  });
});

describe("the platform's address blocks", () => {
  const values = {
    store: {cidrs: ['203.0.113.0/24']},
    apiServer: {cidrs: ['10.96.0.1/32']},
    egressPolicy: {cidrs: ['2001:db8::/32']},
  };
  const context = guardContext({values});

  test.each(['203.0.113.7/32', '10.96.0.1/32', '2001:db8:1::/48'])('are met on the way out: %s', cidr => {
    const spec = (rules: object) => policy({policyTypes: ['Egress', 'Ingress'], ...rules});
    expect(checkNetworkObject(spec({egress: [{to: [block(cidr)]}]}), context)).toEqual([]);
    expect(checkNetworkObject(spec({ingress: [{from: [block(cidr)]}]}), context)).toMatchObject([
      {path: ['spec', 'ingress', 0, 'from', 0, 'ipBlock', 'cidr'], hint: 'guards.network.cidrs can list it'},
    ]);
  });

  test('are the only ones', () => {
    expect(checkNetworkObject(policy({egress: [{to: [block('10.96.0.0/16')]}]}), context)).toMatchObject([
      {hint: 'guards.network.cidrs, store.cidrs, apiServer.cidrs or egressPolicy.cidrs can list it'},
    ]);
  });
});

describe('a rule', () => {
  test.each<{what: string; spec: object; at: string; opens: string; hint: string}>([
    ...[undefined, [], 'x', {}].flatMap(peers => {
      const has = peers === undefined ? '' : '.';
      const words = (field: string) =>
        `name peers under ${field}, or leave the rule out; guards.network.open allows everybody`;
      return [
        {
          what: `from ${JSON.stringify(peers)}`,
          spec: {ingress: [{...(has && {from: peers}), ports: [{port: 80}]}]},
          at: `spec.ingress[0]${has && '.from'}`,
          opens: 'admits everybody',
          hint: words('from'),
        },
        {
          what: `to ${JSON.stringify(peers)}`,
          spec: {egress: [{...(has && {to: peers})}]},
          at: `spec.egress[0]${has && '.to'}`,
          opens: 'lets pods connect to everybody',
          hint: words('to'),
        },
      ];
    }),
  ])('$what $opens, and is refused', ({spec, at, opens, hint}) => {
    const found = checkNetworkObject(policy(spec), guardContext());
    expect(lines(found)).toEqual([`${at}: cannot render NetworkPolicy: a rule without peers ${opens}`]);
    expect(found[0]?.hint).toBe(hint);
  });

  test('is judged although policyTypes leaves it without effect', () => {
    expect(
      checkNetworkObject(policy({policyTypes: ['Egress'], ingress: [{}]}), guardContext()),
    ).toMatchObject([{path: ['spec', 'ingress', 0]}]);
  });

  test('that is no map admits everybody', () => {
    expect(checkNetworkObject(policy({ingress: ['x']}), guardContext())).toMatchObject([
      {path: ['spec', 'ingress', 0]},
    ]);
  });

  test.each([{}, {ingress: [], egress: []}, {policyTypes: ['Ingress', 'Egress']}])(
    'may be missing, which admits nobody: %j',
    spec => {
      expect(checkNetworkObject(policy(spec), guardContext())).toEqual([]);
    },
  );
});

test.each([
  {peer: {}, hint: 'write podSelector: {} for the tenant'},
  {
    peer: {namespaceSelector: {}},
    hint: "select namespaces by kubernetes.io/metadata.name, or leave namespaceSelector out for the tenant's own",
  },
  {peer: named('bob'), hint: 'guards.network.namespaces can list it, unless it is a tenant'},
  {peer: block('x'), hint: 'write it as in 10.1.0.0/16, without leading zeros'},
])('the hint says what to write instead of $peer', ({peer, hint}) => {
  expect(checkNetworkObject(policy({ingress: [{from: [peer]}]}), guardContext())).toMatchObject([{hint}]);
});
