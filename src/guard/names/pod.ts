import {type FieldCheck, under} from '../fields/check.ts';
import {
  dataKey,
  dnsLabel,
  dnsSubdomain,
  labelKey,
  labels,
  labelValue,
  optionalText,
  projectedPath,
  someText,
  text,
} from '../fields/formats.ts';
import {CONTAINER} from './container.ts';
import {LABEL_SELECTOR} from './selector.ts';

const VOLUME: readonly FieldCheck[] = [
  ['name', text(dnsLabel)],
  ['configMap.name', someText],
  ['secret.secretName', someText],
  ['persistentVolumeClaim.claimName', someText],
  ['hostPath.path', someText],
  ['configMap|secret.items[].key', text(dataKey)],
  ['configMap|secret|downwardAPI.items[].path', text(projectedPath)],
  ['projected.sources[].configMap|secret.items[].path', text(projectedPath)],
];

const AFFINITY_TERM: readonly FieldCheck[] = [
  ['topologyKey', text(labelKey)],
  ...under('labelSelector|namespaceSelector', LABEL_SELECTOR),
];

const AFFINITY: readonly FieldCheck[] = [
  [
    'nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[].matchExpressions[].key',
    text(labelKey),
  ],
  [
    'nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[].preference.matchExpressions[].key',
    text(labelKey),
  ],
  ...under('podAffinity|podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[]', AFFINITY_TERM),
  ...under(
    'podAffinity|podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[].podAffinityTerm',
    AFFINITY_TERM,
  ),
];

/** Names in a pod's spec, or in what a PodDefault adds to one. */
export const POD: readonly FieldCheck[] = [
  ...under('containers|initContainers|ephemeralContainers|sidecars[]', CONTAINER),
  ...under('volumes[]', VOLUME),
  ['nodeSelector', labels],
  ['serviceAccountName|priorityClassName|nodeName', optionalText(dnsSubdomain)],
  ['runtimeClassName', text(dnsSubdomain)],
  ['hostname|subdomain', optionalText(dnsLabel)],
  ['tolerations[].key', optionalText(labelKey)],
  ['tolerations[].value', text(labelValue)],
  ['readinessGates[].conditionType', text(labelKey)],
  ['topologySpreadConstraints[].topologyKey', text(labelKey)],
  ...under('topologySpreadConstraints[].labelSelector', LABEL_SELECTOR),
  ...under('affinity', AFFINITY),
];
