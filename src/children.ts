import type {ForeignJudge, ForeignVerdict} from './foreign.ts';
import {
  groupKey,
  isJsonObject,
  type JsonObject,
  type KubernetesObject,
  ownValue,
} from './kubernetes/object.ts';
import {fieldToReplace} from './metacontroller/replace.ts';
import type {ObjectGroups} from './metacontroller/request.ts';
import type {Template} from './template/compile.ts';
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
  /** The same as objects. */
  readonly replaced: readonly KubernetesObject[];
  /** Children answered although somebody else added to them, because they were replaced lately or too often. */
  readonly extended: readonly string[];
  /** When the first of those may be replaced; Infinity where none is to be. */
  readonly dueInSeconds: number;
  /** Whether the same children may be answered otherwise later, for what others added to them. */
  readonly isPassing: boolean;
}

/** What should be answered, unless it must be replaced first. */
interface Candidate {
  readonly object: KubernetesObject;
  /** Could not be returned if it were left out now. */
  readonly isKept?: boolean;
  readonly template?: Pick<Template, 'usersMayExtend'>;
}

/** Compares what should exist with what is observed. Without a judge what others added is not looked at. */
export function reconcile(
  candidates: readonly Candidate[],
  observed: ObjectGroups,
  judge?: ForeignJudge,
): Children {
  const children: KubernetesObject[] = [];
  const missing: string[] = [];
  const replacing: string[] = [];
  const replaced: KubernetesObject[] = [];
  const verdicts: (ForeignVerdict & {readonly name: string})[] = [];
  for (const candidate of candidates) {
    const {object} = candidate;
    const name = nameOf(object);
    const existing = findObserved(object, observed);
    const {field, verdict} = existing ? compare(candidate, existing, judge) : {};
    if (verdict) verdicts.push({...verdict, name});
    const reason =
      field === undefined ? verdict?.action === 'replace' && verdict.words : `${field} cannot be changed`;
    if (reason) {
      replacing.push(`${name} (${reason})`);
      replaced.push(object);
    } else children.push(object);
    // A kind that Metacontroller does not watch, as Secrets by default, is never seen.
    if (!existing && Object.hasOwn(observed, groupKey(object))) missing.push(name);
  }
  return {children, missing, replacing, replaced, ...summarize(verdicts)};
}

function compare(
  {object, isKept, template}: Candidate,
  existing: KubernetesObject,
  judge: ForeignJudge | undefined,
): {field?: string | undefined; verdict?: ForeignVerdict | undefined} {
  if (isKept) return {};
  const field = fieldToReplace(object, existing);
  if (field || template?.usersMayExtend) return {field};
  return {verdict: judge?.(object, existing)};
}

function summarize(verdicts: readonly (ForeignVerdict & {readonly name: string})[]) {
  const extended = verdicts.filter(({action}) => action === 'wait' || action === 'endure');
  const waits = verdicts.map(verdict =>
    verdict.action === 'wait' ? verdict.seconds : Number.POSITIVE_INFINITY,
  );
  return {
    extended: extended.map(({name, words}) => `${name} (${words})`),
    dueInSeconds: Math.min(...waits),
    isPassing: verdicts.some(({action}) => action !== 'none'),
  };
}

/**
 * What can be answered while the tenant's key is not to be had: nothing new that needs it, and nothing less than
 * what is observed.
 */
export function withoutKey(rendered: readonly Rendered[], observed: ObjectGroups): Candidate[] {
  return rendered.flatMap(({object, template}): Candidate[] => {
    if (!template.usesKey && generationOf(object) === undefined) return [{object, template}];
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
