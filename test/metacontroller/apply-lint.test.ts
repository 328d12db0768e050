import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {Json, JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {GENERATED_KINDS} from '../../src/kubernetes/schema/kinds.ts';
import {EVERYTHING, renderDefaults} from '../templates/defaults.ts';
import {APPLY_STRATEGIES, BUILDERS} from './apply-rows.ts';
import {isAccepted, lint, verdict} from './apply-verdict.ts';

const {configMap, container, deployment, limits, pods, podDefault, projected, quota, service, volume} =
  BUILDERS;

describe('accepted in both strategies', () => {
  test.each<{what: string; object: JsonObject}>([
    {what: 'one port of a Service without a name', object: service({ports: [{port: 80}]})},
    {what: 'a strategy that rolls', object: deployment({strategy: {rollingUpdate: {maxSurge: 0}}})},
    {what: 'no annotations at all', object: configMap({metadata: {annotations: {}}})},
    {what: 'one account by both its names', object: pods({serviceAccount: 'a', serviceAccountName: 'a'})},
    {what: 'an account by its name', object: pods({serviceAccountName: 'a'})},
    {what: 'an account by its old name', object: pods({serviceAccount: 'a'})},
    {what: 'a quota of 0', object: quota({hard: {pods: '0'}})},
    {what: 'what is no quantity, which the schema says', object: quota({hard: {pods: 'many', cpu: true}})},
    {what: 'what is no base64, which the schema says', object: configMap({binaryData: {a: 1}})},
    {what: 'empty values of maps', object: configMap({data: {a: ''}, metadata: {labels: {b: ''}}})},
    {what: 'empty structs', object: container({resources: {}, securityContext: {}, lifecycle: {}})},
    {what: 'empty things of a custom kind', object: podDefault({desc: '', env: [], annotations: {}})},
    {
      what: 'a field that its kind does not have, which the schema says',
      object: configMap({nothing: '', never: [], no: {}}),
    },
    {
      what: 'the label that the API server writes anyway',
      object: {apiVersion: 'v1', kind: 'Namespace', metadata: {labels: {'kubernetes.io/metadata.name': 'a'}}},
    },
    {
      what: 'the words of another kind',
      object: configMap({metadata: {annotations: {'deployment.kubernetes.io/revision': '1'}}}),
    },
    {
      what: 'a field reference in a list that is merged',
      object: container({env: [{name: 'A', valueFrom: {fieldRef: {fieldPath: 'metadata.name'}}}]}),
    },
    {
      what: 'files of two volumes at one path',
      object: volume({configMap: {name: 'c', items: [{key: 'k', path: 'a'}]}}),
    },
    {
      what: 'files of a projected volume without paths, which the schema says',
      object: projected([{configMap: {items: [{key: 'k'}, {key: 'l'}]}}, {secret: 'x'}, 'x']),
    },
    {
      what: 'limits that leave nothing to be filled in',
      object: limits([
        {
          type: 'Container',
          default: {cpu: '1'},
          defaultRequest: {cpu: '1'},
          max: {cpu: '2'},
          min: {cpu: '1'},
        },
        {type: 'Pod', max: {cpu: '2'}, min: {cpu: '1'}},
      ]),
    },
    {
      what: 'containers without names, which the schema says',
      object: pods({containers: [{}, {}], initContainers: [{}]}),
    },
  ])('$what', ({object}) => {
    for (const strategy of APPLY_STRATEGIES) expect(verdict(object, strategy)).toEqual([]);
  });
});

describe.each(['companion', 'standalone'] as const)('the default templates (%s)', mode => {
  const rendered = [{}, EVERYTHING].map(values =>
    renderDefaults({mode, values, spec: {resourceQuotaSpec: {hard: {cpu: '8'}}}}),
  );

  test('pass under server-side-apply', () => {
    for (const object of rendered.flat()) expect(lint(object, 'server-side-apply')).toEqual([]);
  });

  test('pass under dynamic-apply but for the Secret and the NetworkPolicies, whose empty lists are sent', () => {
    const refused = rendered.flat().filter(object => !isAccepted(object, 'dynamic-apply'));
    expect(new Set(refused.map(({kind}) => kind))).toEqual(new Set(['Secret', 'NetworkPolicy']));
    const found = refused.flatMap(object => lint(object, 'dynamic-apply')).map(({path}) => path.join('.'));
    expect(new Set(found)).toEqual(new Set(['kind', 'spec.egress', 'spec.ingress']));
  });
});

describe('any JSON', () => {
  const kind = fc.constantFrom(...Object.keys(GENERATED_KINDS), 'kubeflow.org/v1alpha1 PodDefault', 'x y');
  const json = fc.jsonValue({maxDepth: 6}) as fc.Arbitrary<Json>;
  const names = fc.constantFrom(
    ...['spec', 'metadata', 'template', 'containers', 'initContainers', 'ports', 'volumes', 'projected'],
    ...[
      'sources',
      'secrets',
      'subjects',
      'limits',
      'strategy',
      'items',
      'name',
      'labels',
      'data',
      '__proto__',
      'annotations',
      'toString',
      'kind',
      'apiVersion',
    ],
  );
  const {tree} = fc.letrec<{tree: Json}>(tie => ({
    tree: fc.oneof(
      {depthSize: 'medium'},
      json,
      fc.array(tie('tree'), {maxLength: 3}),
      fc.array(fc.tuple(names, tie('tree')), {maxLength: 4}).map(entries => Object.fromEntries(entries)),
    ) as fc.Arbitrary<Json>,
  }));

  test.each(APPLY_STRATEGIES)('is judged without an error under %s', strategy => {
    fc.assert(
      fc.property(kind, fc.dictionary(names, tree, {noNullPrototype: true}), (of, fields) => {
        const [apiVersion, name] = of.split(' ');
        lint({apiVersion, kind: name, ...fields} as unknown as KubernetesObject, strategy);
      }),
      {numRuns: 300},
    );
  });

  test('may have a toString that is no function', () => {
    const odd = {toString: 1, valueOf: 1};
    const metadata = {name: odd, labels: odd, annotations: {a: odd}, finalizers: [odd, odd]};
    const object = {apiVersion: odd, kind: odd, metadata} as unknown as KubernetesObject;
    for (const strategy of APPLY_STRATEGIES) expect(lint(object, strategy)).toEqual([]);
    const typed = {...object, apiVersion: 'v1', kind: 'ConfigMap'};
    expect(lint(typed, 'server-side-apply')).toMatchObject([{path: ['metadata', 'finalizers', 1]}]);
  });

  test.each([null, 1, {}, [], undefined])('a kind that is %j is shown as an object', kind => {
    const object = {
      kind,
      apiVersion: 'v1',
      list: [
        {name: 'a', x: 1},
        {name: 'a', x: 2},
      ],
    };
    const [found] = lint(object as unknown as KubernetesObject, 'dynamic-apply');
    expect(found?.message).toMatch(/^cannot render object: /);
  });

  test('words that a user chose are fit for one line', () => {
    const object = {
      kind: 'A\nB',
      apiVersion: 'v1',
      'x\ny': [
        {name: 'a', x: 1},
        {name: 'a', x: 2},
      ],
    };
    const [found] = lint(object as unknown as KubernetesObject, 'dynamic-apply');
    expect(found?.message).toMatch(/^cannot render A\?B: two items of x\?y /);
  });
});
