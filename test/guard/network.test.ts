import {describe, expect, test} from 'vitest';
import {checkNetwork, checkNetworkObject} from '../../src/guard/network.ts';
import type {KubernetesObject} from '../../src/kubernetes/object.ts';
import {EVERYTHING, renderDefaults} from '../templates/defaults.ts';
import {guardContext, object, policy, VALUES} from './network-context.ts';

describe('the default templates', () => {
  test.each<{what: string; wanted: Parameters<typeof renderDefaults>[0]}>([
    {what: 'beside profile-controller', wanted: {mode: 'companion'}},
    {what: 'standalone', wanted: {mode: 'standalone'}},
    {what: 'with everything optional', wanted: {mode: 'standalone', values: EVERYTHING}},
    {what: 'without the artifact server', wanted: {values: {artifactServer: {enabled: false}}}},
    {what: 'without Istio', wanted: {mode: 'standalone', values: {istio: {enabled: false}}}},
  ])('$what meet nobody whom they should not', ({wanted}) => {
    const rendered = renderDefaults(wanted);
    const context = guardContext({
      values: {store: {cidrs: ['203.0.113.0/24']}, egressPolicy: {cidrs: ['198.51.100.0/24']}},
    });
    expect(rendered.flatMap(each => checkNetworkObject(each, context))).toEqual([]);
    expect(checkNetwork(rendered, context)).toEqual([]);
  });

  test.each([
    {missing: 'profile-ingress', example: 'without labels'},
    {missing: 'ml-pipeline-ui-artifact', example: 'labelled app=ml-pipeline-ui-artifact'},
  ])('leave a pod to everybody where $missing is taken out', ({missing, example}) => {
    const narrowed = renderDefaults().filter(
      ({kind, metadata}) => kind !== 'NetworkPolicy' || metadata.name !== missing,
    );
    expect(checkNetwork(narrowed, guardContext())).toMatchObject([
      {
        object: {kind: 'NetworkPolicy'},
        rule: 'network/unselected',
        path: ['spec', 'podSelector'],
        message: `cannot render NetworkPolicy: no ingress policy selects a pod ${example}, so everybody reaches it`,
      },
    ]);
  });
});

const OPEN_RULE = {rules: [{}]};

describe('a kind', () => {
  test.each<{what: string; judged: KubernetesObject; rules: string[]}>([
    {what: 'NetworkPolicy', judged: policy({ingress: [{}]}), rules: ['network/policy']},
    {
      what: 'AuthorizationPolicy of an older version',
      judged: object('security.istio.io/v1beta1', 'AuthorizationPolicy', {spec: OPEN_RULE}),
      rules: ['network/authorization'],
    },
    {
      what: 'Service',
      judged: object('v1', 'Service', {spec: {type: 'NodePort'}}),
      rules: ['network/service'],
    },
    {
      what: 'Endpoints',
      judged: object('v1', 'Endpoints', {subsets: [{addresses: [{ip: '10.0.0.1'}]}]}),
      rules: ['network/service'],
    },
    {
      what: 'EndpointSlice',
      judged: object('discovery.k8s.io/v1', 'EndpointSlice', {endpoints: [{addresses: ['10.0.0.1']}]}),
      rules: ['network/service'],
    },
    {
      what: 'Namespace',
      judged: object('v1', 'Namespace', {metadata: {name: 'alice', labels: {'istio-injection': 'disabled'}}}),
      rules: ['network/namespace-label'],
    },
    {
      what: 'Service of another group',
      judged: object('serving.knative.dev/v1', 'Service', {spec: {type: 'NodePort'}}),
      rules: [],
    },
    {
      what: 'Namespace of another group',
      judged: object('x/v1', 'Namespace', {metadata: {name: 'x', labels: {'istio-injection': 'no'}}}),
      rules: [],
    },
    {
      what: 'ConfigMap',
      judged: object('v1', 'ConfigMap', {spec: {type: 'NodePort', ...OPEN_RULE}}),
      rules: [],
    },
  ])('$what is judged by $rules', ({judged, rules}) => {
    expect(checkNetworkObject(judged, guardContext()).map(({rule}) => rule)).toEqual(rules);
  });

  test.each([
    {},
    {kind: 1, apiVersion: 'v1'},
    {kind: 'Service', apiVersion: {toString: 1}},
    {kind: ['Service'], apiVersion: 'v1', spec: {type: 'NodePort'}},
  ])('that cannot be read is left to the schema: %j', odd => {
    expect(checkNetworkObject(odd as unknown as KubernetesObject, guardContext())).toEqual([]);
    expect(checkNetwork([odd as unknown as KubernetesObject], guardContext())).toEqual([]);
  });
});

test('the values of these tests are the whole of the image', () => {
  expect(VALUES.guards.network).toEqual({
    open: false,
    unselectedPods: false,
    namespaces: [],
    cidrs: [],
    principals: [],
    serviceTypes: ['ClusterIP'],
    externalIPs: [],
  });
});
