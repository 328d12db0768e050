import {anyMap, flag, kind, list, map, ref, type Schema, strict, text} from './build.ts';

export const kubeflowDefinitions: {[name: string]: Schema} = {
  Profile: kind({
    spec: strict({
      owner: strict({apiGroup: text, kind: text, name: text, namespace: text}, ['kind', 'name']),
      plugins: list(strict({apiVersion: text, kind: text, spec: anyMap})),
      resourceQuotaSpec: ref('V1ResourceQuotaSpec'),
    }),
    status: strict({conditions: list(strict({type: text, status: text, message: text}))}),
  }),
  PodDefault: kind({spec: ref('PodDefaultSpec'), status: anyMap}),
  PodDefaultSpec: strict(
    {
      selector: ref('V1LabelSelector'),
      desc: text,
      initContainers: list(ref('V1Container')),
      sidecars: list(ref('V1Container')),
      serviceAccountName: text,
      automountServiceAccountToken: flag,
      env: list(ref('V1EnvVar')),
      envFrom: list(ref('V1EnvFromSource')),
      volumes: list(ref('V1Volume')),
      volumeMounts: list(ref('V1VolumeMount')),
      annotations: map(text),
      labels: map(text),
      tolerations: list(ref('V1Toleration')),
      command: list(text),
      args: list(text),
      imagePullSecrets: list(ref('V1LocalObjectReference')),
    },
    ['selector'],
  ),
};
