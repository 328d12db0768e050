export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = {[field: string]: Json};

/** What every Kubernetes object has, and whatever its kind adds. */
export type KubernetesObject = {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: Json | ObjectMeta;
};

export type ObjectMeta = {
  name: string;
  namespace?: string;
  uid?: string;
  labels?: {[key: string]: string};
  annotations?: {[key: string]: string};
  deletionTimestamp?: string;
  ownerReferences?: OwnerReference[];
  [field: string]: Json | undefined;
};

export type OwnerReference = {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
};

/** The label by which a namespace carries its own name: the API server writes it, so no namespace can carry another's. */
export const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name';

/** The key under which Metacontroller groups objects of a kind: `Kind.version` or `Kind.group/version`. */
export function groupKey({kind, apiVersion}: {kind: string; apiVersion: string}): string {
  return `${kind}.${apiVersion}`;
}

/** Whether a JSON value is a map. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A map's own value: names such as `constructor` are legal in Kubernetes and mean nothing here. */
export function ownValue<T>(map: {readonly [key: string]: T} | undefined, key: string): T | undefined {
  return map && Object.hasOwn(map, key) ? map[key] : undefined;
}
