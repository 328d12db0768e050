import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {checkCombinations} from '../../src/guard/combinations.ts';
import type {GuardContext} from '../../src/guard/context.ts';
import {canonical} from '../../src/kubernetes/canonical.ts';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {EVERYTHING, renderDefaults} from '../templates/defaults.ts';
import {oddObjects, stubbornObjects} from './whatever.ts';

const CONTEXT = {} as GuardContext;

// What the corpus, whose messages are in corpus/, has no place for.
describe('checkCombinations finds', () => {
  test.each<{rule: string; object: JsonObject; said: string[]}>([
    {
      rule: 'variables that a PodDefault adds twice over',
      object: podDefault({
        env: [{name: 'A', value: 'b', valueFrom: {fieldRef: {fieldPath: 'metadata.name'}}}],
      }),
      said: ['cannot render PodDefault: spec.env[0].valueFrom must not stand beside value'],
    },
    {
      rule: 'two sources of a volume that a PodDefault adds',
      object: podDefault({volumes: [{name: 'a', emptyDir: {}, secret: {secretName: 'a'}}]}),
      said: ['cannot render PodDefault: spec.volumes[0].secret must not stand beside emptyDir'],
    },
    {
      rule: 'three sources of a volume',
      object: podDefault({volumes: [{name: 'a', emptyDir: {}, image: {}, secret: {secretName: 'a'}}]}),
      said: [
        'cannot render PodDefault: spec.volumes[0].image must not stand beside emptyDir',
        'cannot render PodDefault: spec.volumes[0].secret must not stand beside emptyDir',
      ],
    },
    {
      rule: 'probes of a sidecar that a PodDefault adds',
      object: podDefault({sidecars: [{name: 'a', livenessProbe: {}}]}),
      said: [
        'cannot render PodDefault: spec.sidecars[0].livenessProbe must have one of exec, grpc, httpGet, tcpSocket',
      ],
    },
    {
      rule: 'requirements of a PodDefault',
      object: podDefault({selector: {matchExpressions: [{key: 'a', operator: 'NotIn'}]}}),
      said: [
        'cannot render PodDefault: spec.selector.matchExpressions[0] must have values with the operator NotIn',
      ],
    },
    {
      rule: 'a device of a PersistentVolumeClaim that no volume is',
      object: pod({containers: [{name: 'a', volumeDevices: [{name: 'b', devicePath: '/c'}]}]}),
      said: [
        "cannot render Pod: spec.containers[0].volumeDevices[0].name must be the name of one of the pod's volumes",
      ],
    },
    {
      rule: 'everything wrong at once',
      object: pod({
        dnsPolicy: 'None',
        volumes: [{name: 'a'}, {name: 'a'}],
        tolerations: [{operator: 'Equal', tolerationSeconds: 1, effect: 'NoSchedule'}],
      }),
      said: [
        'cannot render Pod: spec.dnsPolicy must have dnsConfig.nameservers to be None',
        'cannot render Pod: spec.volumes[1].name must differ from those before it in the list',
        'cannot render Pod: spec.tolerations[0].operator must be Exists without a key',
        'cannot render Pod: spec.tolerations[0].tolerationSeconds must be left out but for the effect NoExecute',
      ],
    },
  ])('$rule', ({object, said}) => {
    expect(messages(object)).toEqual(said);
  });

  test('a rule, a path and a message', () => {
    const object = pod({containers: [{name: 'a', volumeMounts: [{name: 'b', mountPath: '/b'}]}]});
    expect(checkCombinations(object as unknown as KubernetesObject, CONTEXT)).toEqual([
      {
        rule: 'schema/value',
        path: ['spec', 'containers', 0, 'volumeMounts', 0, 'name'],
        message:
          "cannot render Pod: spec.containers[0].volumeMounts[0].name must be the name of one of the pod's volumes",
      },
    ]);
  });
});

describe('checkCombinations takes', () => {
  test.each<{rule: string; object: JsonObject}>([
    {
      rule: 'mounts of a PodDefault that the pod has a volume for',
      object: podDefault({volumeMounts: [{name: 'a', mountPath: '/a'}]}),
    },
    {
      rule: 'a toleration for ever',
      object: pod({tolerations: [{key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 0}]}),
    },
    {
      rule: 'a claim that is mounted beside a volume',
      object: {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: {name: 'x'},
        spec: {
          selector: {matchLabels: {a: 'b'}},
          volumeClaimTemplates: [{metadata: {name: 'c'}, spec: {resources: {requests: {storage: '1Gi'}}}}],
          template: {
            metadata: {labels: {a: 'b'}},
            spec: {
              volumes: [{name: 'd'}],
              containers: [
                {
                  name: 'a',
                  volumeMounts: [
                    {name: 'c', mountPath: '/c'},
                    {name: 'd', mountPath: '/d'},
                  ],
                },
              ],
            },
          },
        },
      },
    },
    {
      rule: 'a kind of which it knows nothing',
      object: {apiVersion: 'x/v1', kind: 'X', spec: {volumes: [{}, {}]}},
    },
  ])('$rule', ({object}) => {
    expect(messages(object)).toEqual([]);
  });

  test.each(['companion', 'standalone'] as const)('all that the templates render: %s', mode => {
    const objects = [{}, EVERYTHING, {artifactServer: {enabled: false}}].flatMap(values =>
      renderDefaults({
        mode,
        values,
        spec: {resourceQuotaSpec: {hard: {cpu: 1, 'requests.nvidia.com/gpu': 2}}},
      }),
    );
    expect(objects.flatMap(object => messages(canonical(object as JsonObject)))).toEqual([]);
  });

  test('what no text can be made of, at any place, without stumbling', () => {
    for (const object of stubbornObjects()) checkCombinations(object as unknown as KubernetesObject, CONTEXT);
  });

  test('any JSON without stumbling', () => {
    fc.assert(
      fc.property(oddObjects(), object => {
        checkCombinations(object as unknown as KubernetesObject, CONTEXT);
      }),
    );
  });
});

function messages(object: JsonObject): string[] {
  return checkCombinations(object as unknown as KubernetesObject, CONTEXT).map(({message}) => message);
}

function pod(spec: JsonObject): JsonObject {
  return {apiVersion: 'v1', kind: 'Pod', metadata: {name: 'x'}, spec};
}

function podDefault(spec: JsonObject): JsonObject {
  return {apiVersion: 'kubeflow.org/v1alpha1', kind: 'PodDefault', metadata: {name: 'x'}, spec};
}
