import type {Mode} from '../../src/guard/tenancy.ts';
import {groupKey, type Json, type JsonObject, type KubernetesObject} from '../../src/kubernetes/object.ts';
import {NAMESPACES, ROLE_BINDINGS} from '../../src/metacontroller/customize.ts';
import type {HookRequest, ObjectGroups} from '../../src/metacontroller/request.ts';

export const UID = '6a1c5a7e-0000-4000-8000-000000000001';
export const OTHER_UID = '6a1c5a7e-0000-4000-8000-00000000000f';

/** Profile `alice` of alice@example.com, but for what differs. */
export function profileObject({
  name = 'alice',
  metadata = {},
  spec = {},
  status,
}: ProfileDifference = {}): JsonObject {
  return {
    apiVersion: 'kubeflow.org/v1',
    kind: 'Profile',
    metadata: {name, uid: UID, generation: 1, ...metadata},
    spec: {owner: {kind: 'User', name: 'alice@example.com'}, ...spec},
    ...(status && {status}),
  };
}

interface ProfileDifference {
  readonly name?: string;
  readonly metadata?: JsonObject;
  readonly spec?: JsonObject;
  readonly status?: JsonObject;
}

export const DELETING = {deletionTimestamp: '2026-01-01T00:00:00Z'};

/** Namespace `alice`, Active and the Profile's, but for what differs. */
export function namespaceObject({
  controller = UID,
  phase = 'Active',
  metadata = {},
}: NamespaceDifference = {}) {
  const owner = {
    apiVersion: 'kubeflow.org/v1',
    kind: 'Profile',
    name: 'alice',
    uid: controller,
    controller: true,
  };
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {name: 'alice', ...(controller && {ownerReferences: [owner]}), ...metadata},
    ...(phase && {status: {phase}}),
  } as KubernetesObject;
}

interface NamespaceDifference {
  /** The uid of the controller; empty for none. */
  readonly controller?: string;
  /** Empty for none. */
  readonly phase?: string;
  readonly metadata?: JsonObject;
}

/** A namespaced object of namespace `alice`, without anything in it. */
export function bare(apiVersion: string, kind: string, name: string, namespace = 'alice'): KubernetesObject {
  return {apiVersion, kind, metadata: {name, namespace}};
}

/** Groups objects as Metacontroller does; `kinds` have a group each, be it empty. */
export function grouped(objects: readonly KubernetesObject[], kinds: readonly string[] = []): ObjectGroups {
  const groups: {[group: string]: {[key: string]: KubernetesObject}} = {};
  for (const kind of kinds) groups[kind] = {};
  for (const object of objects) {
    const {name, namespace} = object.metadata;
    const key = namespace === undefined ? name : `${namespace}/${name}`;
    groups[groupKey(object)] = {...groups[groupKey(object)], [key]: object};
  }
  return groups;
}

/** A sync request of Profile `alice`, whose Namespace stands, but for what differs. */
export function hookRequest(mode: Mode, difference: Partial<HookRequest> = {}): HookRequest {
  return {
    mode,
    parent: profileObject(),
    observed: {},
    related: related(namespaceObject()),
    finalizing: false,
    ...difference,
  };
}

/** What customize asks for. */
export function related(...objects: readonly KubernetesObject[]): ObjectGroups {
  return grouped(objects, [NAMESPACES, ROLE_BINDINGS]);
}

/** An object whose managedFields have an entry for each of these: an Update by a manager, but for what differs. */
export function managedBy(
  object: KubernetesObject,
  ...entries: readonly {readonly fields: JsonObject; readonly [key: string]: Json}[]
): KubernetesObject {
  const managedFields = entries.map(({fields, ...entry}) => ({
    operation: 'Update',
    apiVersion: object.apiVersion,
    fieldsType: 'FieldsV1',
    fieldsV1: fields,
    ...entry,
  }));
  return {...object, metadata: {...object.metadata, managedFields}};
}
