import {randomBytes} from 'node:crypto';
import {type Problem, TemplateError} from '../errors.ts';
import type {GuardContext} from '../guard/context.ts';
import type {Guard} from '../guard/guard.ts';
import type {Mode} from '../guard/tenancy.ts';
import {groupKey, type Json, type KubernetesObject} from '../kubernetes/object.ts';
import {type CelVariables, toCel} from './cel.ts';
import type {Template} from './compile.ts';
import {DeadlineError, runWithDeadline} from './deadline.ts';
import {FieldError} from './field.ts';
import {at, finishAndJudge, type Rendered} from './finish.ts';
import {FOR_EACH, INCLUDE_WHEN} from './steering.ts';
import {buildVariables, type RenderInput} from './variables.ts';

export type {Rendered};

/** Far above what a tenant's templates take (about 1 ms), far below Metacontroller's patience (10 s). */
const DEADLINE_MILLISECONDS = 1000;

/** More objects than this from one for-each are a mistake, and slow every sync. */
const MAX_ITEMS = 500;

/** Characters of JSON from one for-each; etcd refuses a single object of 1.5 MiB. */
const MAX_LENGTH = 4 * 1024 * 1024;

/** The deadline ended a render, at the template that it was at. */
export class OverdueError extends TemplateError {}

/** What renders, and what judges it. */
export interface Renderer {
  readonly templates: readonly Template[];
  readonly mode: Mode;
  readonly guard: Guard;
}

/** How thorough a rendering is. */
export interface Thoroughness {
  /** Whether the deadline stands over it. */
  readonly isLimited: boolean;
  /** Whether every template is tried with another key, and not only those that read it. */
  readonly triesAllKeys: boolean;
}

/**
 * Renders templates into canonical objects, sorted by kind and name.
 *
 * Pure: the same input gives the same objects. Throws TemplateError with everything that is wrong.
 */
export function render(
  {templates, mode, guard}: Renderer,
  input: RenderInput,
  {isLimited, triesAllKeys}: Thoroughness = {
    isLimited: mayTakeLong(templates, input),
    triesAllKeys: false,
  },
): Rendered[] {
  const problems: Problem[] = [];
  const rendered = renderTemplates(templates, input, problems, isLimited);
  const suspects = templates.filter(({usesKey}) => triesAllKeys || usesKey);
  const withOtherKey = () => renderWithOtherKey(suspects, input, isLimited && mayTakeLong(suspects, input));
  const finished = finishAndJudge(
    {rendered, suspects, withOtherKey},
    guard,
    contextOf(input, mode),
    problems,
  );
  if (problems.length > 0) throw new TemplateError(problems);
  return finished.sort(byKindAndName);
}

/** What guards know of a tenant. */
export function contextOf({profile, collaborators, values}: RenderInput, mode: Mode): GuardContext {
  return {mode, namespace: profile.name, owner: profile.owner, collaborators, values: values.values};
}

function renderWithOtherKey(
  templates: readonly Template[],
  input: RenderInput,
  isLimited: boolean,
): Rendered[] {
  const {accessKey, secretKey} = input.credentials;
  const other = (key: string) => (key === '' ? '' : randomBytes(24).toString('base64url'));
  const credentials = {...input.credentials, accessKey: other(accessKey), secretKey: other(secretKey)};
  // What fails with one key and not with the other leaves an object out, which is seen.
  return renderTemplates(templates, {...input, credentials}, [], isLimited);
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
  return isLimited ? withinDeadline(work, () => current) : work();
}

/** Runs work that renders or judges. Throws OverdueError, at the template that it was at. */
export function withinDeadline<T>(work: () => T, current: () => Template | undefined = () => undefined): T {
  try {
    return runWithDeadline(DEADLINE_MILLISECONDS, work);
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    const message = `cannot render templates: not done within ${DEADLINE_MILLISECONDS} ms`;
    throw new OverdueError([{...current()?.locate([]), message}]);
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

function byKindAndName({object: a}: Rendered, {object: b}: Rendered): number {
  return compare(groupKey(a), groupKey(b)) || compare(a.metadata.name, b.metadata.name);
}

// By code unit: a locale must not change the order of an answer.
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
