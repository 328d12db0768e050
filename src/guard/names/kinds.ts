import {type FieldCheck, under} from '../fields/check.ts';
import {
  dnsLabel,
  dnsSubdomain,
  keys,
  labelKey,
  labels,
  optionalText,
  pathSegment,
  portName,
  someText,
  text,
} from '../fields/formats.ts';
import {ENVIRONMENT} from './container.ts';
import {DATA} from './data.ts';
import {METADATA} from './metadata.ts';
import {POD} from './pod.ts';
import {port} from './port.ts';
import {limitedResources, quotaResource} from './resource.ts';
import {LABEL_SELECTOR} from './selector.ts';

const PEER: readonly FieldCheck[] = under('podSelector|namespaceSelector', LABEL_SELECTOR);
const SELECTED = under('spec.selector', LABEL_SELECTOR);
const CLAIM: readonly FieldCheck[] = [
  ['storageClassName|volumeAttributesClassName', optionalText(dnsSubdomain)],
  ...under('selector', LABEL_SELECTOR),
];
const BACKEND: readonly FieldCheck[] = [
  ['service.name', text(dnsLabel)],
  ['service.port.name', optionalText(portName)],
];

/** Names in the fields of a kind, beside those in its metadata and its pods, by `Kind.group/version`. */
export const KINDS: {readonly [kind: string]: readonly FieldCheck[]} = {
  'ConfigMap.v1': DATA,
  'CronJob.batch/v1': under('spec.jobTemplate.metadata', METADATA),
  'DaemonSet.apps/v1': SELECTED,
  'Deployment.apps/v1': SELECTED,
  'Endpoints.v1': [['subsets[].ports[].name', optionalText(dnsLabel)]],
  'EndpointSlice.discovery.k8s.io/v1': [['ports[].name', optionalText(dnsLabel)]],
  'HorizontalPodAutoscaler.autoscaling/v2': [['spec.scaleTargetRef.kind|name', text(pathSegment)]],
  'Ingress.networking.k8s.io/v1': [
    ['spec.ingressClassName', text(dnsSubdomain)],
    ['spec.tls[].secretName', optionalText(dnsSubdomain)],
    ...under('spec.defaultBackend', BACKEND),
    ...under('spec.rules[].http.paths[].backend', BACKEND),
  ],
  'Job.batch/v1': SELECTED,
  'LimitRange.v1': [['spec.limits[]', limitedResources]],
  'NetworkPolicy.networking.k8s.io/v1': [
    ...under('spec', PEER),
    ...under('spec.ingress[].from[]', PEER),
    ...under('spec.egress[].to[]', PEER),
    ['spec.ingress|egress[].ports[].port', port],
  ],
  'PersistentVolumeClaim.v1': under('spec', CLAIM),
  'PodDefault.kubeflow.org/v1alpha1': [...SELECTED, ...under('spec', [...METADATA, ...POD, ...ENVIRONMENT])],
  'PodDisruptionBudget.policy/v1': SELECTED,
  'ReplicaSet.apps/v1': SELECTED,
  'ReplicationController.v1': [['spec.selector', labels]],
  'ResourceQuota.v1': [['spec.hard', keys(quotaResource)]],
  'RoleBinding.rbac.authorization.k8s.io/v1': [
    ['roleRef.name', text(pathSegment)],
    ['subjects[].name', someText],
  ],
  'Secret.v1': DATA,
  'Service.v1': [
    ['spec.selector', labels],
    ['spec.ports[].name', optionalText(dnsLabel)],
    ['spec.ports[].targetPort', port],
    ['spec.ports[].appProtocol', text(labelKey)],
  ],
  'StatefulSet.apps/v1': [
    ...SELECTED,
    ['spec.serviceName', optionalText(dnsLabel)],
    ['spec.volumeClaimTemplates[].metadata.name', text(dnsLabel)],
    ...under('spec.volumeClaimTemplates[].spec', CLAIM),
  ],
};
