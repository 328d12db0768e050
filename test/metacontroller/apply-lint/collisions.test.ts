import {describe, expect, test} from 'vitest';
import type {Json} from '../../../src/kubernetes/object.ts';
import {APPLY_STRATEGIES, BUILDERS} from '../apply-rows.ts';
import {type Case, OR_SERVER_SIDE, verdict} from '../apply-verdict.ts';

const {binding, configMap, container, pods, policy, podDefault, projected, service, serviceAccount} =
  BUILDERS;
const POD = 'spec.template.spec';
const CONTAINER = `${POD}.containers.0`;
const user = (name: string) => ({kind: 'User', name});

describe('what the API server takes for one is refused in both strategies', () => {
  test.each<Case>([
    {
      object: pods({
        containers: [
          {name: 'a', image: 'a'},
          {name: 'b', image: 'a'},
          {name: 'a', image: 'b'},
        ],
      }),
      path: `${POD}.containers.2.name`,
      message:
        'cannot render Deployment: two items of containers have the same name: the API server refuses them',
      hint: 'give each its own name',
    },
    {
      object: pods({
        topologySpreadConstraints: [
          {maxSkew: 1, topologyKey: 'a', whenUnsatisfiable: 'DoNotSchedule'},
          {maxSkew: 2, topologyKey: 'a', whenUnsatisfiable: 'DoNotSchedule'},
        ],
      }),
      path: `${POD}.topologySpreadConstraints.1.topologyKey`,
      message:
        'cannot render Deployment: two items of topologySpreadConstraints have the same topologyKey and whenUnsatisfiable: the API server refuses them',
      hint: 'give each its own topologyKey',
    },
    {
      object: service({
        ports: [
          {name: 'a', port: 80},
          {name: 'b', port: 80, protocol: 'TCP'},
        ],
      }),
      path: 'spec.ports.1.port',
      message:
        'cannot render Service: two items of ports have the same port and protocol: the API server refuses them',
      hint: 'give each its own port',
    },
    {
      object: podDefault({
        sidecars: [{name: 's', ports: [{containerPort: 1}, {containerPort: 1, protocol: 'TCP'}]}],
      }),
      path: 'spec.sidecars.0.ports.1.containerPort',
      message:
        'cannot render PodDefault: two items of ports have the same containerPort and protocol: the API server refuses them',
      hint: 'give each its own containerPort',
    },
    {
      object: pods({
        initContainers: [
          {name: 'b', image: 'b'},
          {name: 'a', image: 'b'},
        ],
      }),
      path: `${POD}.initContainers.1.name`,
      message:
        'cannot render Deployment: an init container has the name of a container: the API server refuses them',
      hint: 'give each its own name',
    },
    {
      object: projected([
        {configMap: {name: 'c', items: [{key: 'k', path: 'a'}]}},
        {
          secret: {
            name: 's',
            items: [
              {key: 'k', path: 'b'},
              {key: 'l', path: 'a'},
            ],
          },
        },
      ]),
      path: `${POD}.volumes.0.projected.sources.1.secret.items.1.path`,
      message:
        'cannot render Deployment: two files of a projected volume have the same path: the API server refuses them',
      hint: 'give each its own path',
    },
  ])('$message', ({object, ...expected}) => {
    for (const strategy of APPLY_STRATEGIES)
      expect(verdict(object, strategy)).toEqual([{rule: 'apply/collision', ...expected}]);
  });
});

describe('server-side-apply refuses', () => {
  test.each<Case>([
    {
      object: container({
        env: [
          {name: 'A', value: '1'},
          {name: 'A', value: '1'},
        ],
      }),
      path: `${CONTAINER}.env.1.name`,
      message: 'cannot render Deployment: two items of env have the same name: the API server refuses them',
      hint: 'give each its own name',
    },
    {
      object: pods({imagePullSecrets: [{}, {name: ''}, {}]}),
      path: `${POD}.imagePullSecrets.1.name`,
      message:
        'cannot render Deployment: two items of imagePullSecrets have the same name: the API server refuses them',
      hint: 'give each its own name',
    },
    {
      object: configMap({metadata: {finalizers: ['a.b/c', 'd.e/f', 'a.b/c']}}),
      path: 'metadata.finalizers.2',
      message: 'cannot render ConfigMap: an item of finalizers is there twice: the API server refuses it',
      hint: 'leave one of them out',
    },
    {
      object: serviceAccount({secrets: [{name: 'a'}, {namespace: 'b'}]}),
      rule: 'apply/endless',
      path: 'secrets.1',
      message:
        'cannot render ServiceAccount: a Secret without a name: the API server refuses it in every sync',
      hint: 'write its name',
    },
  ])('$message', ({object, ...expected}) => {
    expect(verdict(object, 'server-side-apply')[0]).toEqual({rule: 'apply/collision', ...expected});
  });

  test('each item that is there before, at its own place', () => {
    const found = verdict(pods({imagePullSecrets: [{}, {name: ''}, {}]}), 'server-side-apply');
    expect(found).toMatchObject([
      {path: `${POD}.imagePullSecrets.1.name`},
      {path: `${POD}.imagePullSecrets.2`},
    ]);
  });

  test('nothing that dynamic-apply alone cannot do', () => {
    const object = binding([user('a'), {kind: 'Group', name: 'a'}]);
    expect(verdict(object, 'server-side-apply')).toEqual([]);
    expect(verdict(container({args: []}), 'server-side-apply')).toEqual([]);
    expect(verdict({apiVersion: 'v1', kind: 'Secret', data: {}}, 'server-side-apply')).toEqual([]);
  });
});

describe('dynamic-apply takes for one, and so loses one of', () => {
  test.each<Omit<Case, 'hint'> & {key: string; kind: string; list: string}>([
    {
      object: binding([user('a'), user('b'), {kind: 'Group', name: 'a'}]),
      ...{kind: 'RoleBinding', list: 'subjects', key: 'name', path: 'subjects.2.name', message: ''},
    },
    {
      object: service({
        ports: [
          {name: 'a', port: 53, protocol: 'UDP'},
          {name: 'b', port: 53, protocol: 'TCP'},
        ],
      }),
      ...{kind: 'Service', list: 'ports', key: 'port', path: 'spec.ports.1.port', message: ''},
    },
    {
      object: {
        apiVersion: 'example.com/v1',
        kind: 'Thing',
        list: [
          {uid: 80, ip: 1},
          {uid: '80', ip: 2},
        ],
      },
      ...{kind: 'Thing', list: 'list', key: 'uid', path: 'list.1.uid', message: ''},
    },
  ])('$list of a $kind with the same $key', ({object, kind, list, key, path}) => {
    expect(verdict(object, 'dynamic-apply')).toEqual([
      {
        rule: 'apply/collision',
        path,
        message: `cannot render ${kind}: two items of ${list} have the same ${key}: dynamic-apply takes them for one, and one is lost`,
        hint: `give each its own ${key}, for instance in two objects${OR_SERVER_SIDE}`,
      },
    ]);
  });

  test.each<{what: string; list: Json[]}>([
    {what: 'the same twice', list: [{name: 'a'}, {name: 'a'}]},
    {what: 'scalars', list: ['a', 'a']},
    {what: 'a scalar beside a map', list: [{name: 'a', x: 1}, {name: 'a', x: 2}, 'a']},
    {what: 'items that have no key in common', list: [{name: 'a'}, {path: 'a'}]},
    {
      what: 'items with an unknown key',
      list: [
        {key: 'a', x: 1},
        {key: 'a', x: 2},
      ],
    },
    {
      what: 'items with an earlier key',
      list: [
        {port: 1, name: 'a'},
        {port: 2, name: 'a'},
      ],
    },
  ])('but not $what', ({list}) => {
    expect(verdict({apiVersion: 'example.com/v1', kind: 'Thing', list}, 'dynamic-apply')).toEqual([]);
  });

  test('nor items within a list that it replaces as a whole', () => {
    const ports = [
      {port: 53, protocol: 'UDP'},
      {port: 53, protocol: 'TCP'},
    ];
    expect(verdict(policy({ingress: [{ports}]}), 'dynamic-apply')).toEqual([]);
  });
});
