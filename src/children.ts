import {groupKey} from './guard/tenancy.ts';
import {isJsonObject, type JsonObject, type KubernetesObject, ownValue} from './kubernetes/object.ts';
import {fieldToReplace} from './metacontroller/replace.ts';
import type {ObjectGroups} from './metacontroller/request.ts';
import type {Rendered} from './template/render.ts';

/** The annotation of a pod template that makes its object a consumer of the tenant's key. */
export const GENERATION_ANNOTATION = 'credentials.profile-sync.kubeflow.org/generation';

/** The children to answer with, and in words why the namespace is not complete yet. */
export interface Children {
  readonly children: readonly KubernetesObject[];
  /** Children that were answered but not seen yet. */
  readonly missing: readonly string[];
  /** Children left out until the observed ones are gone. */
  readonly replacing: readonly string[];
}

/** Compares what should exist with what is observed. */
export function reconcile(rendered: readonly Rendered[], observed: ObjectGroups): Children {
  const children: KubernetesObject[] = [];
  const missing: string[] = [];
  const replacing: string[] = [];
  for (const {object} of rendered) {
    const existing = findObserved(object, observed);
    const field = existing && fieldToReplace(object, existing);
    if (field) replacing.push(`${nameOf(object)} (${field} cannot be changed)`);
    else children.push(object);
    // A kind that Metacontroller does not watch, as Secrets by default, is never seen.
    if (!existing && Object.hasOwn(observed, groupKey(object))) missing.push(nameOf(object));
  }
  return {children, missing, replacing};
}

/**
 * What can be answered while the tenant's key is not to be had: nothing new that needs it, and nothing less than
 * what is observed.
 */
export function withoutKey(rendered: readonly Rendered[], observed: ObjectGroups): Rendered[] {
  return rendered.flatMap(item => {
    const existing = findObserved(item.object, observed);
    if (item.template.usesKey) return existing ? [{...item, object: asObserved(item.object, existing)}] : [];
    if (generationOf(item.object) === undefined) return [item];
    const generation = existing && generationOf(existing);
    return generation === undefined ? [] : [{...item, object: withGeneration(item.object, generation)}];
  });
}

/** An observed child of the same kind and name. */
export function findObserved(object: KubernetesObject, observed: ObjectGroups): KubernetesObject | undefined {
  const {name, namespace} = object.metadata;
  return ownValue(ownValue(observed, groupKey(object)), namespace ? `${namespace}/${name}` : name);
}

// A user may have written the rest of it: of an observed Secret only what must not be lost is repeated.
function asObserved(desired: KubernetesObject, {type, data}: KubernetesObject): KubernetesObject {
  const {data: _, ...rest} = desired;
  return {...rest, ...(data !== undefined && {data}), ...(type !== undefined && {type})} as KubernetesObject;
}

function podAnnotations(object: KubernetesObject): JsonObject | undefined {
  const path = ['spec', 'template', 'metadata', 'annotations'];
  const found = path.reduce<unknown>(
    (value, step) => (isJsonObject(value) ? value[step] : undefined),
    object,
  );
  return isJsonObject(found) ? found : undefined;
}

function generationOf(object: KubernetesObject): string | undefined {
  const generation = podAnnotations(object)?.[GENERATION_ANNOTATION];
  return typeof generation === 'string' ? generation : undefined;
}

function withGeneration(object: KubernetesObject, generation: string): KubernetesObject {
  const copy = structuredClone(object);
  Object.assign(podAnnotations(copy) as JsonObject, {[GENERATION_ANNOTATION]: generation});
  return copy;
}

function nameOf({kind, metadata}: KubernetesObject): string {
  return `${kind} ${metadata.name}`;
}
