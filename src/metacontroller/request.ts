import {RequestError} from '../errors.ts';
import type {Mode} from '../guard/tenancy.ts';
import {isJsonObject, type Json, type JsonObject, type KubernetesObject} from '../kubernetes/object.ts';
import {printable} from '../printable.ts';

/** Characters of a field's path in a message. */
const MAX_FIELD_LENGTH = 200;

/** Objects as Metacontroller groups them: by `Kind.group/version`, then by `namespace/name` or `name`. */
export type ObjectGroups = {readonly [group: string]: {readonly [key: string]: KubernetesObject}};

/** A sync or finalize request of either controller kind, in one shape. */
export interface HookRequest {
  /** A DecoratorController asks as companion, a CompositeController as standalone. */
  readonly mode: Mode;
  /** The Profile as it came. */
  readonly parent: Json | undefined;
  /** What Metacontroller saw of our children; a group for each kind of the controller's childResources. */
  readonly observed: ObjectGroups;
  /** What the customize hook asked for; a kind that could not be read is missing. */
  readonly related: ObjectGroups;
  readonly finalizing: boolean;
}

/** Reads a sync or finalize request. Throws RequestError naming the field. */
export function parseHookRequest(body: Json): HookRequest {
  const request = requireMap(body, 'the body');
  const isCompanion = 'object' in request || 'attachments' in request;
  const isStandalone = 'parent' in request || 'children' in request;
  if (isCompanion === isStandalone) {
    const found = isCompanion ? 'both' : 'neither';
    throw new RequestError(`cannot read request: it has ${found} of object/attachments and parent/children`);
  }
  const [parent, children] = isCompanion ? ['object', 'attachments'] : ['parent', 'children'];
  return {
    mode: isCompanion ? 'companion' : 'standalone',
    parent: request[parent as string],
    observed: parseGroups(request[children as string], children as string),
    related:
      request.related === undefined || request.related === null
        ? {}
        : parseGroups(request.related, 'related'),
    finalizing: request.finalizing === true,
  };
}

/** Reads a customize request, in which both controllers call the Profile `parent`. Throws RequestError. */
export function parseCustomizeRequest(body: Json): {parent: Json | undefined} {
  return {parent: requireMap(body, 'the body').parent};
}

function parseGroups(value: Json | undefined, field: string): ObjectGroups {
  const groups = requireMap(value, field);
  for (const [group, objects] of Object.entries(groups)) {
    for (const [key, object] of Object.entries(requireMap(objects, `${field}["${group}"]`))) {
      requireObject(object, `${field}["${group}"]["${key}"]`);
    }
  }
  return groups as unknown as ObjectGroups;
}

function requireObject(value: Json, field: string): void {
  const {kind, apiVersion, metadata} = requireMap(value, field);
  const name = isJsonObject(metadata) ? metadata.name : undefined;
  if (typeof kind === 'string' && typeof apiVersion === 'string' && typeof name === 'string') return;
  throw new RequestError(
    `cannot read request: ${printable(field, MAX_FIELD_LENGTH)} is no Kubernetes object`,
  );
}

// The field's keys come from the sender, and end in a log and an Event.
function requireMap(value: Json | undefined, field: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw new RequestError(`cannot read request: ${printable(field, MAX_FIELD_LENGTH)} is not a map`);
}
