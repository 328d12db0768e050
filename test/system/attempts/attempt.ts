import type {Mode} from '../../../src/guard/tenancy.ts';
import type {Json, JsonObject, KubernetesObject} from '../../../src/kubernetes/object.ts';
import {DECORATOR_ANNOTATION, UID_LABEL} from '../../../src/metacontroller/marks.ts';
import {controllerReference} from '../../support/metacontroller/manage-children.ts';
import {pathOf} from '../client.ts';
import {type Objects, pathTo} from '../objects.ts';

/** Where attempts take place: two tenants' namespaces, the platform's, and one that is nobody's. */
export interface Scene extends Pick<Objects, 'get' | 'list'> {
  readonly mode: Mode;
  readonly alice: KubernetesObject;
  readonly bob: KubernetesObject;
}

/** Something that Metacontroller's identity tries to do; a dry run, so that none spoils the next. */
export interface Attempt {
  readonly what: string;
  /** Both where there is none. */
  readonly mode?: Mode;
  readonly request: (scene: Scene) => Request | Promise<Request>;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: Json;
  readonly contentType?: string;
  readonly headers?: {readonly [name: string]: string};
}

/** The namespace without a Profile. */
export const ELSEWHERE = 'elsewhere';

export function apply(object: KubernetesObject): Request {
  return {
    method: 'PATCH',
    path: `${pathTo(object)}?dryRun=All&fieldManager=metacontroller&force=true`,
    body: object as JsonObject,
    contentType: 'application/apply-patch+yaml',
  };
}

export function create(object: KubernetesObject): Request {
  const {namespace} = object.metadata;
  return {method: 'POST', path: `${pathTo(object, {namespace})}?dryRun=All`, body: object as JsonObject};
}

export function update(object: KubernetesObject, subresource = ''): Request {
  return {method: 'PUT', path: `${pathTo(object)}${subresource}?dryRun=All`, body: object as JsonObject};
}

export function remove(object: KubernetesObject): Request {
  return {method: 'DELETE', path: `${pathTo(object)}?dryRun=All`};
}

/** Any call, by the resource's plural. */
export function call(
  method: string,
  apiVersion: string,
  resource: string,
  target: {namespace?: string; name?: string; subresource?: string} = {},
  body?: JsonObject,
): Request {
  const subresource = target.subresource ? `/${target.subresource}` : '';
  const query = method === 'GET' ? '' : '?dryRun=All';
  const path = `${pathOf(apiVersion, resource, target)}${subresource}${query}`;
  return {method, path, ...(body && {body})};
}

/** An object as Metacontroller writes a child of this Profile, wherever the object is. */
export function childOf(owner: KubernetesObject, object: KubernetesObject, mode: Mode): KubernetesObject {
  const {labels, annotations} = object.metadata;
  const uid = owner.metadata.uid as string;
  const mark =
    mode === 'companion'
      ? {annotations: {...annotations, [DECORATOR_ANNOTATION]: 'profile-sync'}}
      : {labels: {...labels, [UID_LABEL]: uid}};
  return withMetadata(object, {...mark, ownerReferences: [controllerReference(owner)]});
}

export function withMetadata(
  object: KubernetesObject,
  metadata: Partial<KubernetesObject['metadata']>,
): KubernetesObject {
  return {...object, metadata: {...object.metadata, ...metadata}} as KubernetesObject;
}

/** A minimal object. */
export function objectNamed(
  kind: {apiVersion: string; kind: string},
  name: string,
  namespace?: string,
  content: JsonObject = {},
): KubernetesObject {
  return {
    ...kind,
    metadata: {name, ...(namespace && {namespace})},
    ...content,
  } as KubernetesObject;
}
