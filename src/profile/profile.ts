import {RequestError} from '../errors.ts';
import {isJsonObject, type Json, type JsonObject} from '../kubernetes/object.ts';

/** Which Profile: a name used again is another one. */
export type ProfileKey = Pick<ProfileIdentity, 'name' | 'uid'>;

/** What the API server guarantees of every Profile, whatever is wrong with the rest: enough to finalize it. */
export interface ProfileIdentity {
  readonly name: string;
  readonly uid: string;
  readonly deleting: boolean;
  /** Unix seconds; 0 where it is not being deleted. */
  readonly deletedAt: number;
}

/** A Profile that can have a namespace. Field paths are those of Kubeflow's CRD, `profiles.kubeflow.org/v1`. */
export interface Profile extends ProfileIdentity {
  /** Unix seconds; 0 for one that no API server has made yet. */
  readonly createdAt: number;
  readonly generation: number;
  readonly labels: {[key: string]: string};
  readonly annotations: {[key: string]: string};
  readonly owner: Owner;
  readonly plugins: readonly Plugin[];
  readonly quota: QuotaSpec;
}

/** `spec.owner`: an RBAC subject. */
export interface Owner {
  readonly kind: 'User' | 'Group' | 'ServiceAccount';
  readonly name: string;
  readonly apiGroup?: string;
  readonly namespace?: string;
}

/** An item of `spec.plugins`, such as `AwsIamForServiceAccount` or `WorkloadIdentity`. */
export interface Plugin {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: JsonObject;
}

/** `spec.resourceQuotaSpec`, with empty parts where it has none. */
export interface QuotaSpec {
  readonly hard: JsonObject;
  readonly scopes: string[];
  readonly scopeSelector: JsonObject;
}

const OWNER_KINDS = ['User', 'Group', 'ServiceAccount'];
const SERVICE_ACCOUNT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const NAMESPACE_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const MAX_NAMESPACE_NAME_LENGTH = 63;
/** Kubernetes allows no object a longer name. */
const MAX_OBJECT_NAME_LENGTH = 253;
/** Longer than any mail address or OpenID subject; an owner's name becomes an annotation. */
export const MAX_USER_NAME_LENGTH = 512;
/** Plugins and quotas are shallow; beyond this a hostile one could exhaust the stack. */
const MAX_DEPTH = 32;

/** Reads what finalize needs. Throws RequestError where this is no Profile at all. */
export function parseIdentity(raw: Json | undefined): ProfileIdentity {
  if (!isJsonObject(raw) || raw.kind !== 'Profile' || !/^kubeflow\.org\//.test(String(raw.apiVersion))) {
    throw new RequestError('cannot read Profile: its kind is not Profile of kubeflow.org');
  }
  const metadata = isJsonObject(raw.metadata) ? raw.metadata : {};
  return {
    name: text(metadata.name, 'metadata.name'),
    uid: text(metadata.uid, 'metadata.uid'),
    deleting: Boolean(metadata.deletionTimestamp),
    deletedAt: secondsOf(metadata.deletionTimestamp),
  };
}

/** Reads a Profile that is to have a namespace. Throws RequestError naming the field. */
export function parseProfile(raw: Json | undefined): Profile {
  const identity = parseIdentity(raw);
  const {metadata, spec} = raw as {metadata: JsonObject; spec?: Json};
  const specification = isJsonObject(spec) ? spec : {};
  return {
    ...identity,
    name: namespaceName(identity.name),
    createdAt: secondsOf(metadata.creationTimestamp),
    generation: typeof metadata.generation === 'number' ? metadata.generation : 0,
    labels: strings(metadata.labels),
    annotations: strings(metadata.annotations),
    owner: parseOwner(specification.owner, identity.name),
    plugins: (Array.isArray(specification.plugins) ? specification.plugins : []).flatMap(parsePlugin),
    quota: parseQuota(specification.resourceQuotaSpec),
  };
}

function namespaceName(name: string): string {
  if (name.length > MAX_NAMESPACE_NAME_LENGTH) {
    throw new RequestError(
      `cannot use Profile: metadata.name has ${name.length} characters, a namespace's at most 63`,
    );
  }
  if (!NAMESPACE_NAME.test(name)) {
    throw new RequestError('cannot use Profile: metadata.name is no namespace name (a-z, 0-9 and -)');
  }
  return name;
}

function parseOwner(raw: Json | undefined, namespace: string): Owner {
  if (!isJsonObject(raw)) throw new RequestError('cannot use Profile: spec.owner is missing');
  const kind = text(raw.kind, 'spec.owner.kind');
  const name = text(raw.name, 'spec.owner.name');
  if (!OWNER_KINDS.includes(kind)) {
    throw new RequestError('cannot use Profile: spec.owner.kind is not User, Group or ServiceAccount');
  }
  if (hasControlCharacters(name)) {
    throw new RequestError('cannot use Profile: spec.owner.name has control characters');
  }
  if (name.length > MAX_USER_NAME_LENGTH) {
    throw new RequestError(
      `cannot use Profile: spec.owner.name is longer than ${MAX_USER_NAME_LENGTH} characters`,
    );
  }
  refuseOwnerOfMany(kind, name);
  return {
    kind: kind as Owner['kind'],
    name,
    ...(typeof raw.apiGroup === 'string' && {apiGroup: raw.apiGroup}),
    ...(kind === 'ServiceAccount' && {namespace: serviceAccountNamespace(name, raw.namespace || namespace)}),
  };
}

// Whoever creates a Profile chooses its owner: `system:authenticated` would be everybody, and Istio reads a `*` at either
// end of a name as any text.
function refuseOwnerOfMany(kind: string, name: string): void {
  const isAccount = kind === 'User' && name.startsWith('system:serviceaccount:');
  if (name.startsWith('system:') && !isAccount) {
    throw new RequestError("cannot use Profile: spec.owner.name is one of Kubernetes' own");
  }
  if (name.includes('*')) throw new RequestError('cannot use Profile: spec.owner.name has * in it');
}

// The API server would refuse a RoleBinding with any other, for ever.
function serviceAccountNamespace(name: string, namespace: Json): string {
  if (!SERVICE_ACCOUNT_NAME.test(name) || name.length > MAX_OBJECT_NAME_LENGTH) {
    throw new RequestError("cannot use Profile: spec.owner.name is no ServiceAccount's name");
  }
  if (
    typeof namespace === 'string' &&
    namespace.length <= MAX_NAMESPACE_NAME_LENGTH &&
    NAMESPACE_NAME.test(namespace)
  )
    return namespace;
  throw new RequestError('cannot use Profile: spec.owner.namespace is no namespace name');
}

/** Whether a name would break a line, a terminal or an annotation. */
export function hasControlCharacters(name: string): boolean {
  return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name);
}

function parsePlugin(raw: Json): Plugin[] {
  if (!isJsonObject(raw) || typeof raw.kind !== 'string') return [];
  return [{apiVersion: String(raw.apiVersion ?? ''), kind: raw.kind, spec: shallowMap(raw.spec)}];
}

function parseQuota(raw: Json | undefined): QuotaSpec {
  const spec = isJsonObject(raw) ? raw : {};
  return {
    hard: shallowMap(spec.hard),
    scopes: (Array.isArray(spec.scopes) ? spec.scopes : []).filter(scope => typeof scope === 'string'),
    scopeSelector: shallowMap(spec.scopeSelector),
  };
}

function text(value: Json | undefined, field: string): string {
  if (typeof value !== 'string' || value === '')
    throw new RequestError(`cannot use Profile: ${field} is missing`);
  return value;
}

function secondsOf(time: Json | undefined): number {
  const milliseconds = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(milliseconds) ? 0 : Math.floor(milliseconds / 1000);
}

function strings(value: Json | undefined): {[key: string]: string} {
  const entries = Object.entries(isJsonObject(value) ? value : {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** A map, or an empty one in place of what is none or too deep: a tenant must not freeze himself with it. */
function shallowMap(value: Json | undefined): JsonObject {
  return isJsonObject(value) && isShallow(value) ? value : {};
}

function isShallow(value: Json, depth = 0): boolean {
  if (depth > MAX_DEPTH) return false;
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every(child => isShallow(child, depth + 1));
}
