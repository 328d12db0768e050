import {type Problem, TemplateError} from '../errors.ts';
import {checkTenancy, groupKey, type Mode} from '../guard/tenancy.ts';
import {CanonicalError, canonical} from '../kubernetes/canonical.ts';
import {isJsonObject, type Json, type JsonObject, type KubernetesObject} from '../kubernetes/object.ts';
import {aggregateRoles} from '../rbac/aggregate.ts';
import {type CelVariables, toCel} from './cel.ts';
import type {Template} from './compile.ts';
import {DeadlineError, runWithDeadline} from './deadline.ts';
import {FieldError, type Path, STEERING_PREFIX} from './field.ts';
import {buildVariables, type RenderInput} from './variables.ts';

/** One object that should exist, and the template it came from. */
export interface Rendered {
  readonly object: KubernetesObject;
  readonly template: Template;
}

type Guard = Parameters<typeof checkTenancy>[1];

/** Far above what a tenant's templates take (about 1 ms), far below Metacontroller's patience (10 s). */
const DEADLINE_MILLISECONDS = 1000;

const FOR_EACH = ['metadata', 'annotations', `${STEERING_PREFIX}for-each`];

/** More objects than this from one for-each are a mistake, and slow every sync. */
const MAX_ITEMS = 500;

/** Characters of JSON from one for-each; etcd refuses a single object of 1.5 MiB. */
const MAX_LENGTH = 4 * 1024 * 1024;

/**
 * Renders templates into canonical objects, sorted by kind and name.
 *
 * Pure: the same input gives the same objects. Throws TemplateError with everything that is wrong.
 */
export function render(templates: readonly Template[], input: RenderInput, mode: Mode): Rendered[] {
  const problems: Problem[] = [];
  const rendered = withinDeadline(() => {
    const variables = buildVariables(input);
    return templates.flatMap(template => renderTemplate(template, variables, problems));
  });
  const {items, problems: aggregation} = aggregateRoles(rendered);
  problems.push(...aggregation.map(({item, path, message}) => at(item.template, path, message)));
  const guard: Guard = {namespace: input.profile.name, mode, extraKinds: input.values.values.guards.kinds};
  const finished = items.flatMap(item => finish(item, guard, problems));
  refuseDuplicates(finished, problems);
  if (problems.length > 0) throw new TemplateError(problems);
  return finished.sort(byKindAndName);
}

function withinDeadline(work: () => Rendered[]): Rendered[] {
  try {
    return runWithDeadline(DEADLINE_MILLISECONDS, work);
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    throw new TemplateError([
      {message: `cannot render templates: not done within ${DEADLINE_MILLISECONDS} ms`},
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
  if (template.includeWhen && template.includeWhen(variables) !== true) return [];
  return [{object: template.body(variables) as KubernetesObject, template}];
}

function renderEach(template: Template, items: Json | undefined, variables: CelVariables): Rendered[] {
  const fail = (reason: string) => new FieldError(at(template, FOR_EACH, `cannot repeat object: ${reason}`));
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

/** Canonical form and tenancy of one object; what is wrong goes to `problems`. */
function finish({object, template}: Rendered, guard: Guard, problems: Problem[]): Rendered[] {
  const violations = checkTenancy(object, guard);
  problems.push(...violations.map(({path, message, hint}) => at(template, path, message, hint)));
  if (violations.length > 0) return [];
  try {
    return [{object: canonical(complete(object, guard.namespace)) as KubernetesObject, template}];
  } catch (error) {
    if (!(error instanceof CanonicalError)) throw error;
    problems.push(at(template, error.path, error.message));
    return [];
  }
}

function complete(object: KubernetesObject, namespace: string): JsonObject {
  const {annotations, ...metadata} = object.metadata;
  const isEmpty = isJsonObject(annotations) && Object.keys(annotations).length === 0;
  return {
    ...object,
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
      const message = `cannot render ${object.kind} ${object.metadata.name}: ${other.file} renders it too`;
      problems.push(at(template, ['metadata', 'name'], message));
    }
    seen.set(key, template);
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
