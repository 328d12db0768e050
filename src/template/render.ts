import {type Problem, TemplateError} from '../errors.ts';
import {checkTenancy, type Mode, type Violation} from '../guard/tenancy.ts';
import {withAtomicLists} from '../kubernetes/atomic-lists.ts';
import {CanonicalError, canonical} from '../kubernetes/canonical.ts';
import {
  groupKey,
  isJsonObject,
  type Json,
  type JsonObject,
  type KubernetesObject,
} from '../kubernetes/object.ts';
import {aggregateRoles} from '../rbac/aggregate.ts';
import {type CelVariables, toCel} from './cel.ts';
import type {Template} from './compile.ts';
import {DeadlineError, runWithDeadline} from './deadline.ts';
import {FieldError, type Path, STEERING_PREFIX} from './field.ts';
import {FOR_EACH, INCLUDE_WHEN} from './steering.ts';
import {buildVariables, type RenderInput} from './variables.ts';

/** One object that should exist, and the template it came from. */
export interface Rendered {
  readonly object: KubernetesObject;
  readonly template: Template;
}

type Guard = Parameters<typeof checkTenancy>[1];

/** Far above what a tenant's templates take (about 1 ms), far below Metacontroller's patience (10 s). */
const DEADLINE_MILLISECONDS = 1000;

/** More objects than this from one for-each are a mistake, and slow every sync. */
const MAX_ITEMS = 500;

/** Characters of JSON from one for-each; etcd refuses a single object of 1.5 MiB. */
const MAX_LENGTH = 4 * 1024 * 1024;

/** The deadline ended a render, at the template that it was at. */
export class OverdueError extends TemplateError {}

/**
 * Renders templates into canonical objects, sorted by kind and name.
 *
 * Pure: the same input gives the same objects. Throws TemplateError with everything that is wrong. `isLimited` says
 * whether the deadline stands over it.
 */
export function render(
  templates: readonly Template[],
  input: RenderInput,
  mode: Mode,
  isLimited = mayTakeLong(templates, input),
): Rendered[] {
  const problems: Problem[] = [];
  const rendered = renderTemplates(templates, input, problems, isLimited);
  const {items, problems: aggregation} = aggregateRoles(rendered);
  problems.push(...aggregation.map(({item, path, message}) => at(item.template, path, message)));
  const guard: Guard = {namespace: input.profile.name, mode, extraKinds: input.values.values.guards.kinds};
  const finished = items.flatMap(item => finish(item, guard, problems));
  refuseDuplicates(finished, problems);
  if (problems.length > 0) throw new TemplateError(problems);
  return finished.sort(byKindAndName);
}

/** Characters of what users write, up to which a render without nested loops is a matter of milliseconds. */
const SMALL_LENGTH = 16 * 1024;

/** Decides what to spare: a deadline starts a thread, which takes half as long as a render. */
function mayTakeLong(templates: readonly Template[], input: RenderInput): boolean {
  if (templates.some(({grows, loopDepth}) => grows || loopDepth > 1)) return true;
  const {labels, annotations, plugins, quota} = input.profile;
  const written = [labels, annotations, plugins, quota, input.namespaceLabels, input.collaborators];
  return JSON.stringify(written).length > SMALL_LENGTH;
}

function renderTemplates(
  templates: readonly Template[],
  input: RenderInput,
  problems: Problem[],
  isLimited: boolean,
): Rendered[] {
  let current: Template | undefined;
  const work = () => {
    const variables = buildVariables(input);
    return templates.flatMap(template => {
      current = template;
      return renderTemplate(template, variables, problems);
    });
  };
  try {
    return isLimited ? runWithDeadline(DEADLINE_MILLISECONDS, work) : work();
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    throw new OverdueError([
      {
        ...current?.locate([]),
        message: `cannot render templates: not done within ${DEADLINE_MILLISECONDS} ms`,
      },
    ]);
  }
}

function renderTemplate(template: Template, variables: CelVariables, problems: Problem[]): Rendered[] {
  try {
    if (!template.forEach) return renderOne(template, variables);
    return renderEach(template, template.forEach(variables), variables);
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    problems.push(error.problem);
    return [];
  }
}

function renderOne(template: Template, variables: CelVariables): Rendered[] {
  const include = template.includeWhen ? template.includeWhen(variables) : true;
  if (include === false) return [];
  // Leaving the object out in doubt would delete it.
  if (include !== true)
    throw steeringError(
      template,
      INCLUDE_WHEN,
      'cannot decide on object: the expression yields neither true nor false',
    );
  return [{object: template.body(variables) as KubernetesObject, template}];
}

function renderEach(template: Template, items: Json | undefined, variables: CelVariables): Rendered[] {
  const fail = (reason: string) => steeringError(template, FOR_EACH, `cannot repeat object: ${reason}`);
  if (!Array.isArray(items)) throw fail('the expression yields no list');
  if (items.length > MAX_ITEMS)
    throw fail(`the list has ${items.length} items, at most ${MAX_ITEMS} are allowed`);
  let length = 0;
  return items.flatMap(item => {
    const rendered = renderOne(template, {...variables, item: toCel(item)});
    length += rendered.reduce((sum, {object}) => sum + JSON.stringify(object).length, 0);
    if (length > MAX_LENGTH) throw fail(`the objects take more than ${MAX_LENGTH} characters`);
    return rendered;
  });
}

function steeringError(template: Template, annotation: string, message: string): FieldError {
  return new FieldError(at(template, ['metadata', 'annotations', annotation], message));
}

/** Tenancy, completion and canonical form of one object; what is wrong goes to `problems`. */
function finish({object, template}: Rendered, guard: Guard, problems: Problem[]): Rendered[] {
  const violations = [...checkTenancy(object, guard), ...checkSteering(object)];
  problems.push(...violations.map(({path, message, hint}) => at(template, path, message, hint)));
  if (violations.length > 0) return [];
  try {
    return [{object: canonical(complete(object, guard.namespace)) as KubernetesObject, template}];
  } catch (error) {
    if (!(error instanceof CanonicalError)) throw error;
    // It quotes a quantity that it cannot read, and that may have been made of the tenant's key.
    problems.push(at(template, error.path, error.message.replace(/ ".*"(?=: )/s, '')));
    return [];
  }
}

function checkSteering({metadata}: KubernetesObject): Violation[] {
  const keys = isJsonObject(metadata.annotations) ? Object.keys(metadata.annotations) : [];
  if (!keys.some(key => key.startsWith(STEERING_PREFIX))) return [];
  const message = `cannot render annotations: an expression makes one under ${STEERING_PREFIX}`;
  const hint = 'write it out: steering annotations are read before anything is rendered';
  return [{path: ['metadata', 'annotations'], message, hint}];
}

function complete(object: KubernetesObject, namespace: string): JsonObject {
  const {annotations, ...metadata} = object.metadata;
  const isEmpty = isJsonObject(annotations) && Object.keys(annotations).length === 0;
  return {
    ...withAtomicLists(object),
    metadata: {
      ...metadata,
      ...(annotations !== undefined && !isEmpty && {annotations}),
      ...(object.kind !== 'Namespace' && {namespace}),
    },
  } as JsonObject;
}

function refuseDuplicates(rendered: readonly Rendered[], problems: Problem[]): void {
  const seen = new Map<string, Template>();
  for (const {object, template} of rendered) {
    const key = `${groupKey(object)} ${object.metadata.name}`;
    const other = seen.get(key);
    if (other) {
      const again = other === template ? 'its for-each' : other.file;
      const message = `cannot render ${object.kind}: ${again} makes another one of the same name`;
      problems.push(at(template, ['metadata', 'name'], message));
    } else seen.set(key, template);
  }
}

function byKindAndName({object: a}: Rendered, {object: b}: Rendered): number {
  return compare(groupKey(a), groupKey(b)) || compare(a.metadata.name, b.metadata.name);
}

// By code unit: a locale must not change the order of an answer.
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function at(template: Template, path: Path, message: string, hint?: string): Problem {
  return {...template.locate(path), message, ...(hint && {hint})};
}
