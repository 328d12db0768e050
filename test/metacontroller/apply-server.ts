import {isJsonObject, type Json, type JsonObject} from '../../src/kubernetes/object.ts';
import {canonicalQuantity} from '../../src/kubernetes/quantity.ts';

/** The API server takes an object never. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** Optional fields that are kept although they are `false`, 0 or empty; what is required is kept as well. */
const KEPT =
  /\.(automountServiceAccountToken|shareProcessNamespace|optional|immutable|allowPrivilegeEscalation|readOnlyRootFilesystem|runAsNonRoot|runAsUser|replicas|revisionHistoryLimit|terminationGracePeriodSeconds|tolerationSeconds|expirationSeconds|maxSurge|maxUnavailable|storageClassName|grpc\.service|httpHeaders\[\]\.value)$/;

/** Maps that are dropped when they are empty, unlike structs; the entries of maps are kept. */
const MAP =
  /(\.(matchLabels|nodeSelector|limits|requests|hard|labels|annotations|data|binaryData)|^Service\.spec\.selector)$/;

const QUANTITY = /\.(limits|requests|hard|default|defaultRequest|max|min)\.[^.]+$|\.(divisor|sizeLimit)$/;

/** What is filled in, by the place of the object that lacks it. */
const DEFAULTS: readonly [RegExp, JsonObject][] = [
  [/^Service\.spec\.ports\[\]$/, {protocol: 'TCP'}],
  [/^Service\.spec$/, {clusterIP: '10.96.0.1', sessionAffinity: 'None', type: 'ClusterIP'}],
  [/^NetworkPolicy\.spec\.(ingress|egress)\[\]\.ports\[\]$/, {protocol: 'TCP'}],
  [/^Deployment.*ontainers\[\]\.ports\[\]$/, {protocol: 'TCP'}],
  [/^PodDefault\.spec\.sidecars\[\]\.ports\[\]$/, {protocol: 'TCP'}],
  [/^Deployment.*\.fieldRef$/, {apiVersion: 'v1'}],
  [/^Deployment.*\.resourceFieldRef$/, {divisor: '0'}],
  [/^Deployment.*\.serviceAccountToken$/, {expirationSeconds: 3600}],
  [/^Deployment.*ontainers\[\]$/, {imagePullPolicy: 'Always', resources: {}}],
  [/^Deployment.*\.httpGet$/, {path: '/', scheme: 'HTTP'}],
  [/^Deployment\.spec\.template\.spec$/, {dnsPolicy: 'ClusterFirst', restartPolicy: 'Always'}],
  [/^RoleBinding\.roleRef$/, {apiGroup: 'rbac.authorization.k8s.io'}],
  [/^Role$/, {rules: null}],
  [/^LimitRange\.spec$/, {limits: null}],
];

/** Lists whose items must differ in these fields, in any write. */
const UNIQUE: readonly [RegExp, readonly string[]][] = [
  [/ontainers$/, ['name']],
  [/\.(volumes|resourceClaims|schedulingGates|sysctls|claims)$/, ['name']],
  [/\.topologySpreadConstraints$/, ['topologyKey', 'whenUnsatisfiable']],
  [/\.volumeMounts$/, ['mountPath']],
  [/\.volumeDevices$/, ['name']],
  [/\.volumeDevices$/, ['devicePath']],
  [/^(Service|Deployment)\..*\.ports$/, ['name']],
  [/^Service\.spec\.ports$/, ['port', 'protocol']],
  [/^PodDefault\.spec\.sidecars\[\]\.ports$/, ['containerPort', 'protocol']],
  [/^LimitRange\.spec\.limits$/, ['type']],
];

const MAX_ANNOTATIONS_BYTES = 256 * 1024;

/**
 * What the API server makes of an object: its defaults and normal forms, as far as the rows and the generators need
 * them. Throws a RefusedError.
 */
export function stored(object: JsonObject): JsonObject {
  const {kind, metadata, ...rest} = special(object);
  const isCustom = ['PodDefault', 'AuthorizationPolicy'].includes(String(kind));
  const body = keep(rest, String(kind), isCustom) as JsonObject;
  const kept = keep(metadata as Json, 'metadata', false) as JsonObject;
  if (Buffer.byteLength(JSON.stringify(kept.annotations ?? {})) > MAX_ANNOTATIONS_BYTES)
    throw new RefusedError('metadata.annotations: Too long');
  return {...body, kind: kind as string, metadata: kept};
}

function keep(value: Json, path: string, isCustom: boolean): Json {
  if (Array.isArray(value)) return keepList(value, path, isCustom);
  if (!isJsonObject(value)) return normal(value, path, isCustom);
  const result: JsonObject = {};
  for (const [key, entry] of Object.entries(value)) {
    const entryPath = `${path}.${key}`;
    const kept = entry === null ? null : keep(entry, entryPath, isCustom);
    const isEntry = MAP.test(path);
    if (kept !== null && (isCustom || isEntry || !isDropped(kept, entryPath))) result[key] = kept;
  }
  const defaults = DEFAULTS.filter(([place]) => place.test(path)).map(([, fields]) => fields);
  return limitRange(Object.assign({}, ...defaults, result) as JsonObject, path);
}

function keepList(list: Json[], path: string, isCustom: boolean): Json[] {
  const items = list.map(item => keep(item, `${path}[]`, isCustom));
  for (const [place, fields] of UNIQUE) if (place.test(path)) refuseRepeats(items, fields, path);
  return items;
}

function isDropped(value: Json, path: string): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isJsonObject(value)) return MAP.test(path) && Object.keys(value).length === 0;
  return (value === '' || value === 0 || value === false) && !KEPT.test(path);
}

function normal(value: Json, path: string, isCustom: boolean): Json {
  if (isCustom || value === '') return value;
  if (/^(ConfigMap\.binaryData|Secret\.data)\./.test(path))
    return Buffer.from(String(value), 'base64').toString('base64');
  return QUANTITY.test(path) ? quantity(value as string) : value;
}

// Nothing below a thousandth is kept.
function quantity(value: string | number): string {
  const text = canonicalQuantity(value);
  return /[nu]$/.test(text) ? '1m' : text;
}

function refuseRepeats(items: readonly Json[], fields: readonly string[], path: string): void {
  const keys = items.map(item => fields.map(field => (item as JsonObject)[field] ?? null));
  const told = keys.filter(key => key.some(part => part !== null)).map(key => JSON.stringify(key));
  if (new Set(told).size < told.length) throw new RefusedError(`${path}: Duplicate value`);
}

function limitRange(item: JsonObject, path: string): JsonObject {
  if (path !== 'LimitRange.spec.limits[]' || item.type !== 'Container') return item;
  const {max, min, default: given, defaultRequest: requested} = item as {[field: string]: JsonObject};
  const limits = {...max, ...given};
  const requests = {...min, ...limits, ...requested};
  const [hasLimits, hasRequests] = [limits, requests].map(map => Object.keys(map).length > 0);
  return {...item, ...(hasLimits && {default: limits}), ...(hasRequests && {defaultRequest: requests})};
}

/** What concerns one kind. */
function special(object: JsonObject): JsonObject {
  const copy = structuredClone(object);
  const {stringData, ...rest} = copy;
  if (isJsonObject(stringData)) {
    const texts = Object.entries(stringData).map(([key, text]) => [
      key,
      Buffer.from(String(text)).toString('base64'),
    ]);
    return {...rest, data: {...(copy.data as JsonObject | undefined), ...Object.fromEntries(texts)}};
  }
  if (copy.kind === 'ServiceAccount' && Array.isArray(copy.secrets))
    copy.secrets = (copy.secrets as JsonObject[]).map(({name}) => ({name: name ?? null}));
  if (copy.kind === 'Deployment') deployment(copy);
  if (copy.kind === 'Service') targetPorts(copy);
  if (copy.kind === 'NetworkPolicy') policyTypes(copy);
  return copy;
}

function deployment({metadata, spec}: JsonObject): void {
  const {strategy, template} = spec as {strategy?: JsonObject; template: {spec: JsonObject}};
  if (strategy?.type === 'Recreate' && strategy.rollingUpdate)
    throw new RefusedError('spec.strategy.rollingUpdate: Forbidden');
  const {serviceAccount, serviceAccountName} = template.spec;
  const account = serviceAccountName || serviceAccount;
  if (account) Object.assign(template.spec, {serviceAccount: account, serviceAccountName: account});
  const names = [...asList(template.spec.containers), ...asList(template.spec.initContainers)];
  refuseRepeats(names, ['name'], 'spec.template.spec');
  for (const volume of (template.spec.volumes ?? []) as JsonObject[]) refuseSamePaths(volume);
  // The deployment controller's.
  const annotations = (metadata as JsonObject).annotations as JsonObject | undefined;
  if (annotations?.[REVISION]) annotations[REVISION] = '1';
}

function asList(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

const REVISION = 'deployment.kubernetes.io/revision';

function refuseSamePaths({projected}: JsonObject): void {
  const {sources = []} = (projected ?? {}) as {sources?: {[type: string]: {items?: {path: string}[]}}[]};
  const files = sources.flatMap(({configMap, downwardAPI}) =>
    [configMap, downwardAPI].flatMap(of => of?.items ?? []),
  );
  if (new Set(files.map(({path}) => path)).size < files.length)
    throw new RefusedError('conflicting duplicate paths');
}

function targetPorts({spec}: JsonObject): void {
  const ports = ((spec as JsonObject).ports ?? []) as JsonObject[];
  if (ports.length > 1 && ports.some(({name}) => !name))
    throw new RefusedError('spec.ports.name: Required value');
  for (const port of ports) if (!port.targetPort && port.port) port.targetPort = port.port;
}

function policyTypes({spec}: JsonObject): void {
  const policy = spec as {policyTypes?: Json[]; egress?: Json[]};
  if (!policy.policyTypes?.length)
    policy.policyTypes = policy.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'];
}
