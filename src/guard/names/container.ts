import {type FieldCheck, under} from '../fields/check.ts';
import {
  dataKey,
  dnsLabel,
  environmentName,
  headerName,
  keys,
  optionalText,
  podField,
  portName,
  relativePath,
  someText,
  text,
} from '../fields/formats.ts';
import {port} from './port.ts';
import {containerResource} from './resource.ts';

const HANDLER: readonly FieldCheck[] = [
  ['httpGet|tcpSocket.port', port],
  ['httpGet.httpHeaders[].name', text(headerName)],
];

/** What an environment and mounts are of, in a container or for all that a PodDefault is put into. */
export const ENVIRONMENT: readonly FieldCheck[] = [
  ['env[].name', text(environmentName)],
  ['env[].valueFrom.configMapKeyRef|secretKeyRef.key', text(dataKey)],
  ['env[].valueFrom.configMapKeyRef|secretKeyRef.name', someText],
  ['env[].valueFrom.fieldRef.fieldPath', text(podField)],
  ['envFrom[].prefix', optionalText(environmentName)],
  ['envFrom[].configMapRef|secretRef.name', someText],
  ['volumeMounts[].name', someText],
  ['volumeMounts[].mountPath', someText],
  ['volumeMounts[].subPath|subPathExpr', text(relativePath)],
  ['volumeDevices[].name|devicePath', someText],
];

/** Names in a container. */
export const CONTAINER: readonly FieldCheck[] = [
  ['name', text(dnsLabel)],
  ['image', someText],
  ['ports[].name', optionalText(portName)],
  ['resources.limits|requests', keys(containerResource)],
  ...ENVIRONMENT,
  ...under('livenessProbe|readinessProbe|startupProbe', HANDLER),
  ...under('lifecycle.postStart|preStop', HANDLER),
];
