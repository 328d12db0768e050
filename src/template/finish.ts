import type {Problem} from '../errors.ts';
import type {GuardContext} from '../guard/context.ts';
import type {Guard} from '../guard/guard.ts';
import {RULES} from '../guard/rules.ts';
import type {ObjectViolation, Violation} from '../guard/violation.ts';
import {withAtomicLists} from '../kubernetes/atomic-lists.ts';
import {CanonicalError, canonical} from '../kubernetes/canonical.ts';
import {groupKey, isJsonObject, type JsonObject, type KubernetesObject} from '../kubernetes/object.ts';
import {groupOf} from '../kubernetes/resource.ts';
import {aggregateRoles} from '../rbac/aggregate.ts';
import type {Template} from './compile.ts';
import {type Path, STEERING_PREFIX} from './field.ts';

/** One object that should exist, and the template it came from. */
export interface Rendered {
  readonly object: KubernetesObject;
  readonly template: Template;
}

/** What templates yielded, before anything of it is completed. */
export interface Raw {
  readonly rendered: readonly Rendered[];
  /** Templates in which the tenant's key may show. */
  readonly suspects: readonly Template[];
  /** What those yield with another key. */
  readonly withOtherKey: () => Rendered[];
}

/** Aggregates, completes and judges what was rendered: objects fit to be answered. What is wrong goes to `problems`. */
export function finishAndJudge(
  {rendered, suspects, withOtherKey}: Raw,
  guard: Guard,
  context: GuardContext,
  problems: Problem[],
): Rendered[] {
  const {items, parts, filled, problems: aggregation} = aggregateRoles(rendered);
  problems.push(...aggregation.map(({item, path, message}) => at(item.template, path, message)));
  const finishAll = (all: readonly Rendered[]) =>
    all.flatMap(item => finish(item, context.namespace, problems));
  const plain = finishAll(items.filter(item => !filled.has(item)));
  const aggregated = finishAll([...filled]);
  const finishedParts = finishAll(parts);
  const finished = [...plain, ...aggregated];
  refuseDuplicates(finished, problems);
  const violations = guard(
    {
      objects: objectsOf(plain),
      aggregated: objectsOf(aggregated),
      parts: objectsOf(finishedParts),
      keyed: () => ({
        objects: objectsOf(rendered.filter(({template}) => suspects.includes(template))),
        withOtherKey: objectsOf(withOtherKey()),
      }),
    },
    context,
  );
  problems.push(...violationProblems(violations, [...finished, ...finishedParts, ...rendered]));
  return finished;
}

function objectsOf(items: readonly Rendered[]): KubernetesObject[] {
  return items.map(({object}) => object);
}

function violationProblems(violations: readonly ObjectViolation[], items: readonly Rendered[]): Problem[] {
  if (violations.length === 0) return [];
  const templates = new Map(items.map(({object, template}) => [object, template]));
  return violations.map(found => violationProblem(templates.get(found.object) as Template, found));
}

/** A violation at its place in a template, with the way to allow it on purpose. */
export function violationProblem(
  {locate, usesKey}: Pick<Template, 'locate' | 'usesKey'>,
  {path, message, rule, hint}: Violation,
): Problem {
  // What is wrong with data that hold the key, and where, could be made to tell the key.
  if (usesKey && (path[0] === 'data' || path[0] === 'stringData')) {
    const words = 'cannot render Secret: something is wrong with its data, which hold the key';
    return {...locate([]), message: words, rule};
  }
  const {allow} = RULES[rule];
  const words = hint ?? (allow && `values can allow it: ${allow}`);
  return {...locate(path), message, rule, ...(words && {hint: words})};
}

/** Completion and canonical form of one object; what is wrong goes to `problems`. */
function finish({object, template}: Rendered, namespace: string, problems: Problem[]): Rendered[] {
  const flaws = [...checkNamed(object), ...checkSteering(object)];
  problems.push(...flaws.map(({path, message, hint}) => at(template, path, message, hint)));
  if (flaws.length > 0) return [];
  try {
    return [{object: canonical(complete(object, namespace)) as KubernetesObject, template}];
  } catch (error) {
    if (!(error instanceof CanonicalError)) throw error;
    // It quotes a quantity that it cannot read, and that may have been made of the tenant's key.
    problems.push(at(template, error.path, error.message.replace(/ ".*"(?=: )/s, '')));
    return [];
  }
}

type Flaw = Pick<Violation, 'path' | 'message' | 'hint'>;

function checkNamed({metadata: {name}}: KubernetesObject): Flaw[] {
  if (typeof name === 'string' && name !== '') return [];
  return [{path: ['metadata', 'name'], message: 'cannot render object: metadata.name is not a text'}];
}

function checkSteering({metadata}: KubernetesObject): Flaw[] {
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
      ...(groupKey(object) !== 'Namespace.v1' && metadata.namespace === undefined && {namespace}),
    },
  } as JsonObject;
}

// One object of two versions of its kind, too.
function refuseDuplicates(rendered: readonly Rendered[], problems: Problem[]): void {
  const seen = new Map<string, Template>();
  for (const {object, template} of rendered) {
    const key = `${object.kind}.${groupOf(object.apiVersion)} ${object.metadata.name}`;
    const other = seen.get(key);
    if (other) {
      const again = other === template ? 'its for-each' : other.file;
      const message = `cannot render ${object.kind}: ${again} makes another one of the same name`;
      problems.push(
        violationProblem(template, {rule: 'tenancy/duplicate', path: ['metadata', 'name'], message}),
      );
    } else seen.set(key, template);
  }
}

/** A problem at a place of a template. */
export function at(template: Template, path: Path, message: string, hint?: string): Problem {
  return {...template.locate(path), message, ...(hint && {hint})};
}
