import type {Json} from '../../kubernetes/object.ts';

/** Which items of a list the API server takes for one. */
export interface ListKey {
  /** `definition.field`. */
  readonly list: string;
  /** The fields that no two items may share, with what the API server fills in for one; none for a list of scalars. */
  readonly key: {readonly [field: string]: Json | undefined};
  /** Whether it refuses them in server-side apply alone, and not in each write. */
  readonly isOnlyApplied?: boolean;
}

const NAME = {name: undefined};
const PROTOCOL = {protocol: 'TCP'};

/** `x-kubernetes-list-map-keys` and `-sets` of the built-in kinds as of Kubernetes 1.36, and what else must be unique. */
export const BUILT_IN_KEYS: readonly ListKey[] = [
  {list: 'V1PodSpec.containers', key: NAME},
  {list: 'V1PodSpec.initContainers', key: NAME},
  {list: 'V1PodSpec.volumes', key: NAME},
  {list: 'V1PodSpec.resourceClaims', key: NAME},
  {list: 'V1PodSpec.schedulingGates', key: NAME},
  {list: 'V1PodSpec.topologySpreadConstraints', key: {topologyKey: undefined, whenUnsatisfiable: undefined}},
  {list: 'V1PodSpec.hostAliases', key: {ip: undefined}, isOnlyApplied: true},
  {list: 'V1PodSpec.imagePullSecrets', key: {name: ''}, isOnlyApplied: true},
  {list: 'V1PodSecurityContext.sysctls', key: NAME},
  {list: 'V1Container.env', key: NAME, isOnlyApplied: true},
  {list: 'V1Container.ports', key: NAME},
  {list: 'V1Container.ports', key: {containerPort: undefined, ...PROTOCOL}, isOnlyApplied: true},
  {list: 'V1Container.volumeMounts', key: {mountPath: undefined}},
  {list: 'V1Container.volumeDevices', key: {devicePath: undefined}},
  {list: 'V1Container.volumeDevices', key: NAME},
  {list: 'V1ResourceRequirements.claims', key: NAME},
  {list: 'V1ContainerRestartRuleOnExitCodes.values', key: {}, isOnlyApplied: true},
  {list: 'V1ServiceSpec.ports', key: {port: undefined, ...PROTOCOL}},
  {list: 'V1ServiceSpec.ports', key: NAME},
  {list: 'V1ServiceAccount.secrets', key: NAME, isOnlyApplied: true},
  {list: 'V1LimitRangeSpec.limits', key: {type: undefined}},
  {list: 'V1ObjectMeta.finalizers', key: {}, isOnlyApplied: true},
  {list: 'V1ObjectMeta.ownerReferences', key: {uid: undefined}, isOnlyApplied: true},
];

/** Those of Kubeflow's definition of PodDefault. Istio's AuthorizationPolicy has none. */
export const CUSTOM_KEYS: readonly ListKey[] = [
  {list: 'V1Container.ports', key: {containerPort: undefined, ...PROTOCOL}},
  {list: 'V1ResourceRequirements.claims', key: NAME},
];
