import type {JsonObject, KubernetesObject} from '../../../src/kubernetes/object.ts';

/** A resource as a url and a controller's definition name it, with its kind. */
export interface Resource {
  readonly apiVersion: string;
  readonly resource: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
}

/** One call and what came of it: what an audit log says. */
export interface Call {
  readonly verb: string;
  /** Empty for the core group. */
  readonly group: string;
  /** With its subresource: `profiles/status`. */
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly status: number;
  /** Why it was refused. */
  readonly message?: string;
}

/** A change that a watch tells. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubernetesObject;
}

/**
 * What the simulated Metacontroller works on, under its own identity. A refused call throws ClusterError.
 *
 * One back end is a real API server (`api-server.ts`); a second, in memory, has to keep to this contract.
 */
export interface Cluster {
  /** By resource name or by kind, as discovery knows them. Throws where the cluster does not know it. */
  readonly findResource: (apiVersion: string, name: {resource: string} | {kind: string}) => Promise<Resource>;
  readonly list: (
    resource: Resource,
  ) => Promise<{items: readonly KubernetesObject[]; resourceVersion: string}>;
  /** Calls `onEvent` until the signal ends it; resolves when the watch ends. */
  readonly watch: (
    resource: Resource,
    resourceVersion: string,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
  ) => Promise<void>;
  readonly get: (resource: Resource, name: string, namespace?: string) => Promise<KubernetesObject>;
  readonly update: (
    resource: Resource,
    object: KubernetesObject,
    subresource?: 'status',
  ) => Promise<KubernetesObject>;
  /** Server-side apply with force, as field manager `metacontroller`. */
  readonly apply: (resource: Resource, object: KubernetesObject) => Promise<KubernetesObject>;
  /** With background propagation and the uid as a precondition. */
  readonly delete: (resource: Resource, object: KubernetesObject) => Promise<void>;
  readonly createEvent: (event: JsonObject) => Promise<KubernetesObject>;
  readonly patchEvent: (event: KubernetesObject, patch: JsonObject) => Promise<KubernetesObject>;
}

/** A call that the cluster refused. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Whether a call was answered with this status. */
export function isStatus(error: unknown, status: number): boolean {
  return error instanceof ClusterError && error.status === status;
}
