import {isJsonObject, type Json} from '../../kubernetes/object.ts';
import {type Check, type Fault, type FieldCheck, fault, ofMap, under} from '../fields/check.ts';
import {select} from '../fields/select.ts';
import {address} from './address.ts';
import {atMostOne, unique} from './choice.ts';
import {CONTAINERS, localProfile} from './container.ts';
import {REQUIREMENTS} from './selector.ts';

const CONTAINER_LISTS = 'containers|initContainers|ephemeralContainers[]';

const VOLUME_SOURCES = [
  'awsElasticBlockStore',
  'azureDisk',
  'azureFile',
  'cephfs',
  'cinder',
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'fc',
  'flexVolume',
  'flocker',
  'gcePersistentDisk',
  'gitRepo',
  'glusterfs',
  'hostPath',
  'image',
  'iscsi',
  'nfs',
  'persistentVolumeClaim',
  'photonPersistentDisk',
  'portworxVolume',
  'projected',
  'quobyte',
  'rbd',
  'scaleIO',
  'secret',
  'storageos',
  'vsphereVolume',
];

const sameContainerNames: Check = spec => {
  const seen = new Set<Json>();
  return select(spec, `${CONTAINER_LISTS}.name`).flatMap(({path, value}) => {
    if (!seen.has(value)) {
      seen.add(value);
      return [];
    }
    return [fault(path, "must differ from the pod's other containers'")];
  });
};

const nameservers: Check = ofMap(({dnsPolicy, dnsConfig}) => {
  const servers = isJsonObject(dnsConfig) ? dnsConfig.nameservers : undefined;
  const hasSome = Array.isArray(servers) && servers.length > 0;
  return dnsPolicy === 'None' && !hasSome
    ? [fault(['dnsPolicy'], 'must have dnsConfig.nameservers to be None')]
    : [];
});

const toleration: Check = ofMap(({key, operator, value, effect, tolerationSeconds}) => {
  const faults: Fault[] = [];
  if (!key && operator !== 'Exists') faults.push(fault(['operator'], 'must be Exists without a key'));
  if (operator === 'Exists' && value)
    faults.push(fault(['value'], 'must be left out with the operator Exists'));
  if (tolerationSeconds !== undefined && effect !== 'NoExecute')
    faults.push(fault(['tolerationSeconds'], 'must be left out but for the effect NoExecute'));
  return faults;
});

const TERM = under('labelSelector|namespaceSelector', REQUIREMENTS);
const AFFINITY: readonly FieldCheck[] = [
  ...under('nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[]', REQUIREMENTS),
  ...under('nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[].preference', REQUIREMENTS),
  ...under('podAffinity|podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[]', TERM),
  ...under(
    'podAffinity|podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[].podAffinityTerm',
    TERM,
  ),
];

/** Fields of volumes and containers, in a pod or a PodDefault. */
export const POD_PARTS: readonly FieldCheck[] = [
  ...CONTAINERS,
  ['volumes', unique(['name'])],
  ['volumes[]', atMostOne(...VOLUME_SOURCES)],
  ['tolerations[]', toleration],
  ...under('affinity', AFFINITY),
  ...under('topologySpreadConstraints[].labelSelector', REQUIREMENTS),
  ['hostAliases[].ip', address()],
  ['dnsConfig.nameservers[]', address()],
];

/** Fields of a pod's spec that hang on each other, but for what its containers mount. */
export const POD: readonly FieldCheck[] = [
  ...POD_PARTS,
  ['', sameContainerNames],
  ['', nameservers],
  ['securityContext.seccompProfile|appArmorProfile', localProfile],
];

/** What containers mount that is neither a volume of the pod's nor one of `others`. */
export function mountFaults(spec: Json, others: readonly Json[] = []): Fault[] {
  const volumes = new Set([...select(spec, 'volumes[].name').map(({value}) => value), ...others]);
  return select(spec, `${CONTAINER_LISTS}.volumeMounts|volumeDevices[].name`)
    .filter(({value}) => !volumes.has(value))
    .map(({path}) => fault(path, "must be the name of one of the pod's volumes"));
}
