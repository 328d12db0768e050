import type {Problem} from '../errors.ts';
import {fieldPath} from '../kubernetes/field-path.ts';
import type {Json, JsonObject} from '../kubernetes/object.ts';
import {
  type MappingEntry,
  type MappingNode,
  positionAt,
  type ScalarNode,
  type YamlFile,
  type YamlNode,
} from '../yaml.ts';
import type {CelVariables, Compiler, Expression, Item} from './cel.ts';
import {compileText, type Text, TextError} from './text.ts';

/** Evaluates one field; `undefined` drops it. Throws FieldError. */
export type Field = (variables: CelVariables) => Json | undefined;

/** A rendering that failed at one place in a template. */
export class FieldError extends Error {
  override readonly name = 'FieldError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** What compiling the parts of one template shares. */
export interface Scope {
  readonly yaml: YamlFile;
  readonly compiler: Compiler;
  /** Grows with whatever is wrong. */
  readonly problems: Problem[];
  /** Whether the tenant's key may stand at a path: nowhere but in the data of a Secret. */
  readonly mayHoldKey: (path: Path) => boolean;
  /** Grows with every expression of the template. */
  readonly expressions: Expression[];
  /** What the expressions of the object under way yielded so far; each rendering starts at nothing. */
  readonly spent: {characters: number};
  /** The type of `item` inside a for-each. */
  readonly item?: Item;
}

/** Annotations that steer rendering; neither they nor anything else under the prefix leaves. */
export const STEERING_PREFIX = 'profile-sync.kubeflow.org/';

/** Characters that the expressions of one object may yield: no larger object passes the guards. */
const MAX_CHARACTERS = 1024 * 1024;

/** Where a field stands: keys and list indices from the object down. */
export type Path = readonly (string | number)[];

/** Compiles a value and everything below it. Problems go to the scope; the field is then unusable. */
export function compileNode(scope: Scope, node: YamlNode, path: Path): Field {
  const known = scope.expressions.length;
  const field = compileParts(scope, node, path);
  if (scope.expressions.length > known) return field;
  // Most of a template is the same for every tenant: built once, and shared, for nobody changes what is rendered.
  const constant = field({});
  return () => constant;
}

function compileParts(scope: Scope, node: YamlNode, path: Path): Field {
  if (node.kind === 'scalar') return compileScalar(scope, node, path)?.field ?? (() => undefined);
  if (node.kind === 'sequence') {
    const items = node.items.map((item, index) => compileNode(scope, item, [...path, index]));
    return variables => items.map(item => item(variables)).filter(item => item !== undefined);
  }
  return compileMapping(scope, node, path);
}

/** Compiles one scalar, or yields nothing where it cannot. */
export function compileScalar(
  scope: Scope,
  node: YamlNode,
  path: Path,
): {text: Text; field: Field} | undefined {
  if (node.kind !== 'scalar') return undefined;
  const {value} = node;
  if (typeof value !== 'string') {
    const constant = value ?? undefined;
    return {text: {expressions: [], lone: false, evaluate: () => constant}, field: () => constant};
  }
  try {
    const text = compileText(value, scope.compiler, scope.item);
    scope.expressions.push(...text.expressions);
    if (text.expressions.some(readsKey) && !scope.mayHoldKey(path)) reportKey(scope, node, path);
    return {
      text,
      field: text.literal === undefined ? evaluated(scope, node, text, path) : () => text.literal,
    };
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    scope.problems.push(textProblem(scope.yaml, node, path, error));
    return undefined;
  }
}

/** Whether an expression reads the tenant's key, or may: `credentials` as a whole has it. */
export function readsKey({reads}: Expression): boolean {
  return reads.some(path => ['credentials', 'credentials.accessKey', 'credentials.secretKey'].includes(path));
}

// Refused wherever it reads the key, and not only where the key shows: a condition on it tells something of it too.
function reportKey({problems, yaml}: Scope, {offset}: ScalarNode, path: Path): void {
  problems.push({
    file: yaml.file,
    ...positionAt(yaml.source, offset),
    ...fieldOf(path),
    message: "cannot use the tenant's key here: it may only be a single value in the data of a Secret",
    rule: 'secrets/key',
    hint: 'name the Secret and its key instead, or ask credentials.mode or credentials.generation',
  });
}

/** Adds a problem at a place of the template. */
export function report(scope: Scope, offset: number, message: string, hint?: string, path: Path = []): void {
  const {file, source} = scope.yaml;
  scope.problems.push({file, ...positionAt(source, offset), ...fieldOf(path), message, ...(hint && {hint})});
}

/** The path of a problem; the object itself has none. */
export function fieldOf(path: Path): {field?: string} {
  return path.length === 0 ? {} : {field: fieldPath(path)};
}

function compileMapping(scope: Scope, node: MappingNode, path: Path): Field {
  const fields = node.entries
    .filter(({key}) => !isSteering(path, key))
    .map(entry => compileEntry(scope, entry, path));
  return variables => {
    const result: JsonObject = {};
    for (const {key, field} of fields) {
      const value = field(variables);
      if (value !== undefined) result[key] = value;
    }
    return result;
  };
}

function compileEntry(scope: Scope, {key, keyOffset, value}: MappingEntry, path: Path) {
  const wrong = wrongKey(key);
  if (wrong) report(scope, keyOffset, wrong.message, wrong.hint, path);
  return {key, field: compileNode(scope, value, [...path, key])};
}

function wrongKey(key: string): {message: string; hint?: string} | undefined {
  if (key.includes('${')) {
    const hint = 'quote it if it is a value; a map of computed keys is made by one expression';
    return {message: 'cannot use expression: it stands in a key', hint};
  }
  if (key === '__proto__') return {message: 'cannot use key __proto__: no Kubernetes object has it'};
  if (!key.startsWith(STEERING_PREFIX)) return undefined;
  const hint = 'move it there, or use a prefix of your own';
  return {message: `cannot use key ${key}: it steers only among metadata.annotations`, hint};
}

function isSteering(path: Path, key: string): boolean {
  return (
    path.length === 2 &&
    path[0] === 'metadata' &&
    path[1] === 'annotations' &&
    key.startsWith(STEERING_PREFIX)
  );
}

function evaluated(scope: Scope, node: ScalarNode, text: Text, path: Path): Field {
  const {yaml, spent} = scope;
  const isKeyed = text.expressions.some(readsKey);
  return variables => {
    try {
      const value = text.evaluate(variables);
      spent.characters += lengthOf(value);
      if (spent.characters > MAX_CHARACTERS)
        throw new TextError(`cannot render object: it is longer than ${MAX_CHARACTERS} characters`, 0);
      return value;
    } catch (error) {
      if (!(error instanceof TextError)) throw error;
      throw new FieldError(isKeyed ? secretProblem(scope) : textProblem(yaml, node, path, error));
    }
  };
}

// Why, at which character and even in which field it fails could be made to tell the key, piece by piece.
function secretProblem({yaml}: Scope): Problem {
  return {
    file: yaml.file,
    message: "cannot evaluate expression: it reads the tenant's key, and so the reason is not told",
    rule: 'secrets/key',
    hint: 'use the key as it is, without a condition on it',
  };
}

function lengthOf(value: Json | undefined): number {
  if (typeof value === 'string') return value.length;
  return typeof value === 'object' ? JSON.stringify(value).length : 0;
}

function textProblem(yaml: YamlFile, node: ScalarNode, path: Path, error: TextError): Problem {
  return {
    file: yaml.file,
    ...positionAt(yaml.source, node.offsetOf(error.index)),
    ...fieldOf(path),
    message: error.message,
    ...(error.hint && {hint: error.hint}),
  };
}

/** A field that is rendered on its own: what earlier renderings yielded does not count. */
export function startingAfresh({spent}: Scope, field: Field): Field {
  return variables => {
    spent.characters = 0;
    return field(variables);
  };
}
