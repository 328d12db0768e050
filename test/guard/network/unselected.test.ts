import {describe, expect, test} from 'vitest';
import {checkNetwork} from '../../../src/guard/network.ts';
import type {KubernetesObject} from '../../../src/kubernetes/object.ts';
import {guardContext, object, policy} from '../network-context.ts';

const selecting = (...matchExpressions: object[]) => policy({podSelector: {matchExpressions}});
const app = (operator: string, ...values: string[]) => ({key: 'app', operator, values});
const tier = (operator: string, ...values: string[]) => ({key: 'tier', operator, values});
const labelled = (matchLabels: object) => policy({podSelector: {matchLabels}});

describe('ingress policies together', () => {
  test.each<{what: string; policies: KubernetesObject[]}>([
    {what: 'none', policies: []},
    {
      what: 'egress alone',
      policies: [policy({policyTypes: ['Egress'], podSelector: {matchLabels: {app: 'x'}}})],
    },
    {what: 'one for all pods', policies: [policy({podSelector: {}})]},
    {what: 'one without a selector', policies: [policy({})]},
    {
      what: 'one with empty requirements',
      policies: [policy({podSelector: {matchLabels: {}, matchExpressions: []}})],
    },
    {what: 'one for all pods beside others', policies: [labelled({app: 'x'}), policy({podSelector: {}})]},
    {
      what: 'those of a label, and all others',
      policies: [labelled({app: 'x'}), selecting(app('NotIn', 'x'))],
    },
    {what: 'with a label and without', policies: [selecting(app('Exists')), selecting(app('DoesNotExist'))]},
    {
      what: 'three that divide a label among them',
      policies: [labelled({app: 'x'}), labelled({app: 'y'}), selecting(app('NotIn', 'x', 'y'))],
    },
    {
      what: 'two lists that overlap nowhere',
      policies: [selecting(app('NotIn', 'x', 'y')), selecting(app('NotIn', 'z'))],
    },
    {
      what: 'two labels that divide pods',
      policies: [
        selecting(app('In', 'x'), tier('Exists')),
        selecting(app('In', 'x'), tier('DoesNotExist')),
        selecting(app('NotIn', 'x')),
      ],
    },
    {
      what: 'a label that is called as JavaScript likes it',
      policies: [
        selecting({key: 'constructor', operator: 'Exists'}),
        selecting({key: 'constructor', operator: 'DoesNotExist'}),
      ],
    },
    {
      what: 'so many that only one for all pods can be judged',
      policies: [...tangle(6), policy({podSelector: {}})],
    },
    {
      what: 'a great many',
      policies: [
        ...Array.from({length: 300}, (_, index) => labelled({app: `app-${index}`})),
        selecting(app('NotIn', ...Array.from({length: 300}, (_, index) => `app-${index}`))),
      ],
    },
  ])('may select every pod: $what', ({policies}) => {
    expect(checkNetwork(policies, guardContext())).toEqual([]);
  });

  test.each<{what: string; policies: KubernetesObject[]; example: string}>([
    {what: 'one label', policies: [labelled({app: 'x'})], example: 'without labels'},
    {
      what: 'an egress policy does not help',
      policies: [labelled({app: 'x'}), policy({policyTypes: ['Egress'], podSelector: {}})],
      example: 'without labels',
    },
    {what: 'all but one value', policies: [selecting(app('NotIn', 'x'))], example: 'labelled app=x'},
    {
      what: 'all but two values, of which one comes back',
      policies: [selecting(app('NotIn', 'x', 'y')), labelled({app: 'x'})],
      example: 'labelled app=y',
    },
    {what: 'pods without a label', policies: [selecting(app('DoesNotExist'))], example: 'labelled app=other'},
    {what: 'pods with it', policies: [selecting(app('Exists'))], example: 'without labels'},
    {
      what: 'each value that is mentioned, and none',
      policies: [selecting(app('DoesNotExist')), selecting(app('In', 'x', 'other'))],
      example: 'labelled app=other-other',
    },
    {
      what: 'two labels at once',
      policies: [selecting(app('NotIn', 'x')), selecting(tier('NotIn', 'y'))],
      example: 'labelled app=x, tier=y',
    },
    {
      what: 'two requirements of one policy',
      policies: [selecting(app('NotIn', 'x'), tier('NotIn', 'y')), labelled({app: 'x'})],
      example: 'labelled tier=y',
    },
    {
      what: 'an empty value',
      policies: [selecting(app('DoesNotExist')), selecting(app('NotIn', ''))],
      example: 'labelled app=',
    },
    {
      what: 'of another namespace',
      policies: [
        labelled({app: 'x'}),
        {...policy({podSelector: {}}), metadata: {name: 'y', namespace: 'bob'}},
      ],
      example: 'without labels',
    },
    {what: 'a list for a selector', policies: [policy({podSelector: []})], example: 'without labels'},
    {
      what: 'a list of labels',
      policies: [policy({podSelector: {matchLabels: ['app']}})],
      example: 'without labels',
    },
    {
      what: 'a map of expressions',
      policies: [policy({podSelector: {matchExpressions: {}}})],
      example: 'without labels',
    },
    {what: 'a label that is no text', policies: [labelled({app: 1})], example: 'without labels'},
    {
      what: 'an expression that is a text',
      policies: [policy({podSelector: {matchExpressions: ['x']}})],
      example: 'without labels',
    },
    {
      what: 'an expression without a key',
      policies: [selecting({operator: 'Exists'})],
      example: 'without labels',
    },
    {
      what: 'a key that is no text',
      policies: [selecting({key: 7, operator: 'Exists'}), selecting({key: 7, operator: 'DoesNotExist'})],
      example: 'without labels',
    },
    {what: 'an unknown operator', policies: [selecting(app('Matches', 'x'))], example: 'without labels'},
    {
      what: 'values that are no list',
      policies: [selecting({key: 'app', operator: 'NotIn', values: 'x'})],
      example: 'without labels',
    },
    {
      what: 'values that are no texts',
      policies: [selecting({key: 'app', operator: 'NotIn', values: [1]})],
      example: 'without labels',
    },
    {what: 'In without values', policies: [selecting(app('In'))], example: 'without labels'},
    {what: 'NotIn without values', policies: [selecting(app('NotIn'))], example: 'without labels'},
    {
      what: 'Exists with values',
      policies: [selecting(app('Exists', 'x')), selecting(app('DoesNotExist'))],
      example: 'labelled app=other',
    },
    {
      what: 'DoesNotExist with values',
      policies: [selecting(app('DoesNotExist', 'x')), selecting(app('Exists'))],
      example: 'without labels',
    },
  ])('may not leave out a pod: $what', ({policies, example}) => {
    expect(checkNetwork(policies, guardContext())).toEqual([
      {
        object: policies[0],
        rule: 'network/unselected',
        path: ['spec', 'podSelector'],
        message: `cannot render NetworkPolicy: no ingress policy selects a pod ${example}, so everybody reaches it`,
        hint: 'select it in another policy, as podSelector: {} does; guards.network.unselectedPods allows it',
      },
    ]);
  });

  test('are not judged beyond some thousand steps', () => {
    const policies = tangle(6);
    const started = performance.now();
    expect(checkNetwork(policies, guardContext())).toEqual([
      {
        object: policies[0],
        rule: 'network/unselected',
        path: ['spec', 'podSelector'],
        message:
          'cannot render NetworkPolicy: the ingress policies select pods by too many labels to judge that none is left out',
        hint: 'add a policy with podSelector: {}; guards.network.unselectedPods allows it',
      },
    ]);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('are judged where it takes fewer', () => {
    expect(checkNetwork(tangle(2), guardContext())).toEqual([]);
  });

  test.each([{unselectedPods: true}, {open: true}])('are free with %j', network => {
    expect(checkNetwork([labelled({app: 'x'})], guardContext({network}))).toEqual([]);
  });

  test.each<{policyTypes: unknown; egress?: unknown[]; isolates: boolean}>([
    {policyTypes: undefined, isolates: true},
    {policyTypes: undefined, egress: [{to: []}], isolates: true},
    {policyTypes: [], isolates: true},
    {policyTypes: ['Ingress'], isolates: true},
    {policyTypes: ['Egress', 'Ingress'], isolates: true},
    {policyTypes: ['Egress'], isolates: false},
    {policyTypes: 'Egress', isolates: true},
  ])('with policyTypes $policyTypes isolate pods: $isolates', ({isolates, ...spec}) => {
    const found = checkNetwork([policy({podSelector: {matchLabels: {app: 'x'}}, ...spec})], guardContext());
    expect(found.length).toBe(isolates ? 1 : 0);
  });

  test('show no more of a label than fits a line', () => {
    const long = `${'x'.repeat(200)}\n`;
    const [found] = checkNetwork([selecting(app('NotIn', long))], guardContext());
    expect(found?.message).toBe(
      `cannot render NetworkPolicy: no ingress policy selects a pod labelled app=${'x'.repeat(116)}, so everybody reaches it`,
    );
  });
});

test('only NetworkPolicies of Kubernetes count', () => {
  const spec = {podSelector: {matchLabels: {app: 'x'}}};
  const others = [
    object('crd.projectcalico.org/v1', 'NetworkPolicy', {spec}),
    object('v1', 'Service', {spec}),
  ];
  expect(checkNetwork(others, guardContext())).toEqual([]);
  const calico = object('crd.projectcalico.org/v1', 'NetworkPolicy', {spec: {podSelector: {}}});
  expect(checkNetwork([calico, policy(spec)], guardContext())).toHaveLength(1);
});

/** Policies that leave out no pod, as more pigeons than holes share no hole alone: to see it takes every try. */
function tangle(holes: number): KubernetesObject[] {
  const numbers = Array.from({length: holes + 1}, (_, index) => index);
  const sits = (pigeon: number, hole: number, operator: string) => ({key: `${pigeon}-${hole}`, operator});
  const outside = numbers.map(pigeon =>
    selecting(...numbers.slice(1).map(hole => sits(pigeon, hole, 'DoesNotExist'))),
  );
  const together = numbers.flatMap(one =>
    numbers
      .filter(other => other > one)
      .flatMap(other =>
        numbers.slice(1).map(hole => selecting(sits(one, hole, 'Exists'), sits(other, hole, 'Exists'))),
      ),
  );
  return [...outside, ...together];
}
