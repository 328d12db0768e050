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

/** What should be answered, unless it must be replaced first. */
interface Candidate {
  readonly object: KubernetesObject;
  /** Could not be returned if it were left out now. */
  readonly isKept?: boolean;
}

/** Compares what should exist with what is observed. */
export function reconcile(candidates: readonly Candidate[], observed: ObjectGroups): Children {
  const children: KubernetesObject[] = [];
  const missing: string[] = [];
  const replacing: string[] = [];
  for (const {object, isKept} of candidates) {
    const existing = findObserved(object, observed);
    const field = existing && !isKept && fieldToReplace(object, existing);
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
export function withoutKey(rendered: readonly Rendered[], observed: ObjectGroups): Candidate[] {
  return rendered.flatMap(({object, template}) => {
    if (!template.usesKey && generationOf(object) === undefined) return [{object}];
    const existing = findObserved(object, observed);
    if (!existing) return [];
    const kept = template.usesKey ? asObserved(object, existing) : withGenerationOf(existing, object);
    return [{object: kept, isKept: true}];
  });
}

/** An observed child of the same kind and name. */
export function findObserved(object: KubernetesObject, observed: ObjectGroups): KubernetesObject | undefined {
  const {name, namespace} = object.metadata;
  return ownValue(ownValue(observed, groupKey(object)), namespace ? `${namespace}/${name}` : name);
}

// A user may have written the rest of it: of an observed Secret only what must not be lost is repeated.
function asObserved(desired: KubernetesObject, {type, data}: KubernetesObject): KubernetesObject {
  const copy = {...desired, ...(data !== undefined && {data}), ...(type !== undefined && {type})};
  if (data === undefined) delete copy.data;
  return copy as KubernetesObject;
}

function withGenerationOf(observed: KubernetesObject, desired: KubernetesObject): KubernetesObject {
  const copy = structuredClone(desired);
  const metadata = podMetadata(copy) as JsonObject;
  const annotations = metadata.annotations as JsonObject;
  const shown = generationOf(observed);
  if (shown !== undefined) annotations[GENERATION_ANNOTATION] = shown;
  else delete annotations[GENERATION_ANNOTATION];
  if (Object.keys(annotations).length === 0) delete metadata.annotations;
  return copy;
}

function generationOf(object: KubernetesObject): string | undefined {
  const annotations = podMetadata(object)?.annotations;
  const generation = isJsonObject(annotations) ? annotations[GENERATION_ANNOTATION] : undefined;
  return typeof generation === 'string' ? generation : undefined;
}

function podMetadata(object: KubernetesObject): JsonObject | undefined {
  const found = ['spec', 'template', 'metadata'].reduce<unknown>(
    (value, step) => (isJsonObject(value) ? value[step] : undefined),
    object,
  );
  return isJsonObject(found) ? found : undefined;
}

function nameOf({kind, metadata}: KubernetesObject): string {
  return `${kind} ${metadata.name}`;
}
