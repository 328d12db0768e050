import type {Problem} from '../errors.ts';
import {type MappingEntry, type MappingNode, positionAt, type YamlFile, type YamlNode} from '../yaml.ts';
import type {Compiler, Expression} from './cel.ts';
import {
  compileNode,
  type Field,
  fieldOf,
  type Path,
  readsKey,
  report,
  type Scope,
  startingAfresh,
} from './field.ts';
import {compileSteering} from './steering.ts';

/** A template ready to render: one object, or one for each item of a list. */
export interface Template {
  readonly file: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly includeWhen?: Field;
  /** What must hold for include-when to hold, and hangs on nothing but the values. */
  readonly valueConditions: readonly Expression[];
  readonly forEach?: Field;
  /** Whether fields that users add to the object stay. */
  readonly usersMayExtend: boolean;
  readonly body: Field;
  /** Whether the tenant's key is in what it renders: such an object cannot be rendered before there is a key. */
  readonly usesKey: boolean;
  /** Whether an expression may make a long value of a short one. */
  readonly grows: boolean;
  /** How deep loops nest, a for-each included: the power of a list's length in the cost of rendering. */
  readonly loopDepth: number;
  /** Where a field stands, or the nearest field above it; for errors about the rendered object. */
  readonly locate: (path: Path) => Place;
}

/** A place in a template. */
export type Place = Omit<Problem, 'message' | 'hint'>;

/** Functions whose calls, one in another, make a long value of a short one; others give about what they get. */
const GROWING = /\b(?:replace|bind)\b/;

/** Compiles one file's only document. Problems are added to `problems`; with any, the template is unusable. */
export function compileTemplate(
  yaml: YamlFile,
  compiler: Compiler,
  problems: Problem[],
): Template | undefined {
  const before = problems.length;
  const scope: Scope = {
    yaml,
    compiler,
    problems,
    mayHoldKey: () => false,
    expressions: [],
    spent: {characters: 0},
  };
  const root = objectRoot(scope);
  if (!root) return undefined;
  const apiVersion = staticText(scope, root, 'apiVersion');
  const kind = staticText(scope, root, 'kind');
  const annotations = entryOf(root, 'metadata', 'annotations')?.value;
  const {item, ...steering} = compileSteering(
    scope,
    annotations?.kind === 'mapping' ? annotations.entries : [],
  );
  const isSecret = apiVersion === 'v1' && kind === 'Secret';
  // A value of its own: the keys of a map that an expression makes are shown to everybody, in errors too.
  const mayHoldKey = ([field, key, ...below]: Path) =>
    isSecret && (field === 'data' || field === 'stringData') && key !== undefined && below.length === 0;
  const body = compileBody({...scope, mayHoldKey, ...(item && {item})}, root);
  if (problems.length > before || !apiVersion || !kind) return undefined;
  return {
    file: yaml.file,
    apiVersion,
    kind,
    ...steering,
    body,
    usesKey: scope.expressions.some(readsKey),
    grows: scope.expressions.some(({source}) => GROWING.test(source)),
    loopDepth: Math.max(0, ...scope.expressions.map(({loopDepth}) => loopDepth)) + (steering.forEach ? 1 : 0),
    locate: path => locate(yaml, root, path),
  };
}

function objectRoot(scope: Scope): MappingNode | undefined {
  const [root, second] = scope.yaml.documents;
  if (second) {
    const hint = 'move this one into a file of its own';
    report(scope, second.offset, 'cannot use template: a file holds one object', hint);
  } else if (root?.kind === 'mapping') return root;
  else report(scope, root?.offset ?? 0, 'cannot use template: it holds no Kubernetes object');
  return undefined;
}

/** The generated role and the gate need to know these before there are variables. */
function staticText(scope: Scope, root: MappingNode, field: string): string | undefined {
  const entry = entryOf(root, field);
  const value = entry?.value.kind === 'scalar' ? entry.value.value : undefined;
  if (typeof value === 'string' && value !== '' && !value.includes('${')) return value;
  const reason = entry ? 'must be plain text, without an expression' : 'is missing';
  const offset = entry?.keyOffset ?? root.offset;
  report(scope, offset, `cannot use template: ${field} ${reason}`, undefined, [field]);
  return undefined;
}

function compileBody(scope: Scope, root: MappingNode): Field {
  const body = compileNode(scope, root, []);
  if (!entryOf(root, 'metadata', 'name')) {
    const offset = entryOf(root, 'metadata')?.keyOffset ?? root.offset;
    report(scope, offset, 'cannot use template: metadata.name is missing', undefined, ['metadata']);
  }
  return startingAfresh(scope, body);
}

function locate({file, source}: YamlFile, root: MappingNode, path: Path): Place {
  let node: YamlNode = root;
  let offset = root.offset;
  for (const step of path) {
    const entry: MappingEntry | undefined =
      node.kind === 'mapping' ? node.entries.find(({key}) => key === step) : undefined;
    const next: YamlNode | undefined = entry?.value ?? itemAt(node, step);
    if (!next) break;
    offset = entry?.keyOffset ?? next.offset;
    node = next;
  }
  return {file, ...positionAt(source, offset), ...fieldOf(path)};
}

/** Nothing where an item before it may have been dropped, which moves the ones behind it. */
function itemAt(node: YamlNode, step: string | number): YamlNode | undefined {
  if (node.kind !== 'sequence') return undefined;
  const items = node.items.slice(0, Number(step) + 1);
  return items.some(item => item.kind === 'scalar' && mayBeDropped(item.value))
    ? undefined
    : items[Number(step)];
}

function mayBeDropped(value: unknown): boolean {
  return value === null || (typeof value === 'string' && value.startsWith('${'));
}

function entryOf(root: MappingNode, ...path: string[]): MappingEntry | undefined {
  let node: YamlNode | undefined = root;
  let entry: MappingEntry | undefined;
  for (const step of path) {
    entry = node?.kind === 'mapping' ? node.entries.find(({key}) => key === step) : undefined;
    node = entry?.value;
  }
  return entry;
}
