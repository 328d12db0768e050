import {isJsonObject} from '../../kubernetes/object.ts';
import {all, type Check, type FieldCheck, fault, ofMap, under} from '../fields/check.ts';
import {exactlyOne, unique, without} from './choice.ts';
import {quantities, resources} from './quantity.ts';

const valueOrSource: Check = ofMap(({value, valueFrom}) =>
  valueFrom !== undefined && typeof value === 'string' && value !== ''
    ? [fault(['valueFrom'], 'must not stand beside value')]
    : [],
);

/** Environment in a container, or of all that a PodDefault is put into. */
const ENVIRONMENT: readonly FieldCheck[] = [
  ['env[]', valueOrSource],
  [
    'env[].valueFrom',
    exactlyOne('configMapKeyRef', 'fieldRef', 'fileKeyRef', 'resourceFieldRef', 'secretKeyRef'),
  ],
  ['envFrom[]', exactlyOne('configMapRef', 'secretRef')],
];

const onlyOne: Check = value => (value === 1 ? [] : [fault([], 'must be 1')]);

const escalation: Check = ofMap(({allowPrivilegeEscalation, privileged, capabilities}) => {
  if (allowPrivilegeEscalation !== false) return [];
  const added = isJsonObject(capabilities) && Array.isArray(capabilities.add) ? capabilities.add : [];
  return privileged === true || added.includes('CAP_SYS_ADMIN')
    ? [fault(['allowPrivilegeEscalation'], 'must not be false for a container that is privileged anyway')]
    : [];
});

/** What a seccomp or AppArmor profile says besides its type. */
export const localProfile: Check = ofMap(({type, localhostProfile}) => {
  if (type === 'Localhost') return localhostProfile ? [] : [fault([], 'must have localhostProfile')];
  return localhostProfile === undefined
    ? []
    : [fault(['localhostProfile'], 'must be left out but for the type Localhost')];
});

/** Fields of a container that hang on each other. */
export const CONTAINER: readonly FieldCheck[] = [
  ...ENVIRONMENT,
  ['ports', unique(['name'])],
  ['volumeMounts', unique(['mountPath'])],
  ['volumeDevices', all(unique(['name']), unique(['devicePath']))],
  ['livenessProbe|readinessProbe|startupProbe', exactlyOne('exec', 'grpc', 'httpGet', 'tcpSocket')],
  ['livenessProbe|startupProbe.successThreshold', onlyOne],
  ['readinessProbe', without('in a readinessProbe', 'terminationGracePeriodSeconds')],
  ['lifecycle.postStart|preStop', exactlyOne('exec', 'httpGet', 'sleep', 'tcpSocket')],
  ['resources', resources],
  ['resources.limits|requests', quantities],
  ['securityContext', escalation],
  ['securityContext.seccompProfile|appArmorProfile', localProfile],
];

const PROBES = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'];

/** Init containers have no probes, but those that go on to run beside the others. */
const initContainer: Check = ofMap(container =>
  container.restartPolicy === 'Always' ? [] : without('but with restartPolicy: Always', ...PROBES)(container),
);

/** Fields of containers, wherever a pod has them. */
export const CONTAINERS: readonly FieldCheck[] = [
  ...under('containers|initContainers|ephemeralContainers|sidecars[]', CONTAINER),
  ['initContainers[]', initContainer],
];
