import {describe, expect, test} from 'vitest';
import {checkGate, isReserved, observedIn} from '../src/gate.ts';
import type {KubernetesObject} from '../src/kubernetes/object.ts';
import {ROLE_BINDINGS} from '../src/metacontroller/customize.ts';
import type {Values} from '../src/template/values.ts';
import {
  bare,
  DELETING,
  grouped,
  hookRequest,
  namespaceObject,
  OTHER_UID,
  related,
  UID,
} from './support/requests.ts';

const VALUES = {
  namespaces: {store: 'seaweed'},
  reservedNames: ['billing'],
  guards: {network: {namespaces: ['monitoring']}},
  adopt: [{name: 'alice', uid: UID}],
} as unknown as Values;
const NO_ADOPTION = {...VALUES, adopt: []} as unknown as Values;
const PROFILE = {name: 'alice', uid: UID, deleting: false};
const CHILD = bare('v1', 'ConfigMap', 'kfp-launcher');

const own = namespaceObject();
const foreign = namespaceObject({controller: OTHER_UID});
const free = namespaceObject({controller: ''});
const young = namespaceObject({phase: ''});
const terminating = namespaceObject({phase: 'Terminating'});
const deleted = namespaceObject({metadata: DELETING});

interface Row {
  readonly namespace?: KubernetesObject;
  readonly values?: Values;
  readonly observed?: KubernetesObject[];
  readonly companion: string;
  readonly standalone: string;
}

const NOTHING_YET = 'nothing: waiting for Namespace alice';
const NAMESPACE_YET = 'namespace: waiting for Namespace alice';
const GOING = 'Namespace alice is being deleted';
const FOREIGN = 'nothing: refused: Namespace alice belongs to somebody else';
const FREE = 'nothing: refused: Namespace alice has no controller';
const WOULD_DELETE = 'answering without ConfigMap kfp-launcher would delete what is there';

describe('the gate', () => {
  test.each<Row & {when: string}>([
    {when: 'no Namespace', companion: NOTHING_YET, standalone: NAMESPACE_YET},
    {when: 'ours and Active', namespace: own, companion: 'everything', standalone: 'everything'},
    {
      when: 'ours and not Active yet',
      namespace: young,
      companion: `${NOTHING_YET} to become Active`,
      standalone: `${NAMESPACE_YET} to become Active`,
    },
    {
      when: 'in phase Terminating',
      namespace: terminating,
      companion: `nothing: ${GOING}`,
      standalone: `namespace: ${GOING}`,
    },
    {
      when: 'with a deletionTimestamp',
      namespace: deleted,
      companion: `nothing: ${GOING}`,
      standalone: `namespace: ${GOING}`,
    },
    {when: "somebody else's", namespace: foreign, companion: FOREIGN, standalone: FOREIGN},
    {
      when: "somebody else's although listed for adoption",
      namespace: foreign,
      values: VALUES,
      companion: FOREIGN,
      standalone: FOREIGN,
    },
    {when: "nobody's", namespace: free, companion: FREE, standalone: FREE},
    {
      when: "nobody's and listed for adoption",
      namespace: free,
      values: VALUES,
      companion: FREE,
      standalone: 'namespace: taking over Namespace alice',
    },
    {
      when: "nobody's, with another name listed for this uid",
      namespace: free,
      values: {...VALUES, adopt: [{name: 'bob', uid: UID}]} as unknown as Values,
      companion: FREE,
      standalone: FREE,
    },
  ])(
    'with nothing observed and a Namespace $when opens',
    ({namespace, values = NO_ADOPTION, companion, standalone}) => {
      expect(outcome('companion', namespace, values)).toBe(companion);
      expect(outcome('standalone', namespace, values)).toBe(standalone);
    },
  );

  test.each<{when: string; namespace?: KubernetesObject; values?: Values}>([
    {when: 'is missing'},
    {when: 'is not Active yet', namespace: young},
    {when: "is somebody else's", namespace: foreign},
    {when: "is nobody's", namespace: free},
    {when: "is nobody's and listed for adoption", namespace: free, values: VALUES},
  ])(
    'refuses to answer where children are observed and the Namespace $when',
    ({namespace, values = NO_ADOPTION}) => {
      for (const mode of ['companion', 'standalone'] as const) {
        expect(() => outcome(mode, namespace, values, [CHILD])).toThrow(WOULD_DELETE);
      }
    },
  );

  test.each([
    {mode: 'companion', opens: `nothing: ${GOING}`},
    {mode: 'standalone', opens: `namespace: ${GOING}`},
  ] as const)('$mode gives up the children of a Namespace that is being deleted', ({mode, opens}) => {
    expect(outcome(mode, terminating, NO_ADOPTION, [CHILD])).toBe(opens);
  });

  test('answers the Namespace that it observed where related lacks it for a moment', () => {
    expect(outcome('standalone', undefined, NO_ADOPTION, [own])).toBe(NAMESPACE_YET);
  });

  test('counts what it would delete, in words fit for an Event', () => {
    const evil = bare('rbac.authorization.k8s.io/v1', 'RoleBinding', `x\ny${'z'.repeat(250)}`);
    expect(() => outcome('companion', foreign, NO_ADOPTION, [evil, CHILD])).toThrow(
      `answering without RoleBinding x?y${'z'.repeat(85)} and 1 more would delete what is there`,
    );
  });

  test.each(['Namespace.v1', ROLE_BINDINGS])('refuses to answer where related has no %s', group => {
    const {[group]: _, ...rest} = related(own);
    const request = hookRequest('companion', {related: rest});
    expect(() => checkGate(request, PROFILE, VALUES)).toThrow(`related has no ${group}`);
  });
});

test.each([
  ...['kube-system', 'kube-public', 'kube-node-lease', 'default', 'kubeflow', 'kubeflow-system'],
  ...['istio-system', 'knative-serving', 'seaweed', 'billing'],
])('no tenant gets the name %s, not even one who controls the namespace', name => {
  const namespace = namespaceObject({metadata: {name}});
  const request = hookRequest('standalone', {related: related(namespace)});
  expect(checkGate(request, {...PROFILE, name}, VALUES)).toMatchObject({opens: 'nothing', refused: true});
});

test.each(['kubeflow-user-example-com', 'Kubeflow', 'store', 'defaults'])('%s is not reserved', name => {
  expect(isReserved(name, VALUES)).toBe(false);
});

test("observed are the tenant's own Namespace and what is in it, whoever else claims to be ours", () => {
  const elsewhere = bare('v1', 'ConfigMap', 'kfp-launcher', 'mallory');
  const other = namespaceObject({metadata: {name: 'mallory'}});
  expect(observedIn(grouped([own, other, CHILD, elsewhere]), 'alice')).toEqual([own, CHILD]);
});

function outcome(
  mode: 'companion' | 'standalone',
  namespace: KubernetesObject | undefined,
  values: Values,
  observed: KubernetesObject[] = [],
): string {
  const request = hookRequest(mode, {
    related: related(...(namespace ? [namespace] : [])),
    observed: grouped(observed),
  });
  const gate = checkGate(request, PROFILE, values);
  return gate.opens === 'everything' ? gate.opens : `${gate.opens}: ${gate.reason}`;
}
