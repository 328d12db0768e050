import type {Problem} from '../errors.ts';
import {type MappingEntry, type MappingNode, positionAt, type YamlFile, type YamlNode} from '../yaml.ts';
import {type Compiler, type Expression, elementOf, type Item} from './cel.ts';
import {
  compileNode,
  compileScalar,
  type Field,
  fieldOf,
  type Path,
  report,
  type Scope,
  STEERING_PREFIX,
} from './field.ts';

/** A template ready to render: one object, or one for each item of a list. */
export interface Template {
  readonly file: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly includeWhen?: Field;
  readonly forEach?: Field;
  readonly body: Field;
  /** Whether the tenant's key is in what it renders: such an object cannot be rendered before there is a key. */
  readonly usesKey: boolean;
  /** Where a field stands, or the nearest field above it; for errors about the rendered object. */
  readonly locate: (path: Path) => Problem;
}

const INCLUDE_WHEN = `${STEERING_PREFIX}include-when`;
const FOR_EACH = `${STEERING_PREFIX}for-each`;

/** What a template may name before its variables are known: the generated role and the gate need them. */
const STATIC_FIELDS = ['apiVersion', 'kind'];

/** Compiles one file's only document. Problems are added to `problems`; with any, the template is unusable. */
export function compileTemplate(
  yaml: YamlFile,
  compiler: Compiler,
  problems: Problem[],
): Template | undefined {
  const before = problems.length;
  const scope: Scope = {yaml, compiler, problems, expressions: []};
  const root = objectRoot(scope);
  if (!root) return undefined;
  const [apiVersion, kind] = STATIC_FIELDS.map(field => staticText(scope, root, field));
  const steering = compileSteering(scope, root);
  const body = compileNode({...scope, ...(steering.item && {item: steering.item})}, root, []);
  if (!entryOf(root, 'metadata', 'name'))
    report(scope, root.offset, 'cannot use template: metadata.name is missing');
  if (problems.length > before || !apiVersion || !kind) return undefined;
  return {
    file: yaml.file,
    apiVersion,
    kind,
    ...steering.fields,
    body,
    usesKey: scope.expressions.some(readsKey),
    locate: path => locate(yaml, root, path),
  };
}

function objectRoot(scope: Scope): MappingNode | undefined {
  const [root, second] = scope.yaml.documents;
  if (second)
    report(
      scope,
      second.offset,
      'cannot use template: a file holds one object',
      'move this one into a file of its own',
    );
  else if (root?.kind === 'mapping') return root;
  else report(scope, root?.offset ?? 0, 'cannot use template: it holds no Kubernetes object');
  return undefined;
}

function staticText(scope: Scope, root: MappingNode, field: string): string | undefined {
  const entry = entryOf(root, field);
  const value = entry?.value.kind === 'scalar' ? entry.value.value : undefined;
  if (typeof value === 'string' && value !== '' && !value.includes('${')) return value;
  const reason = entry ? 'must be plain text, without an expression' : 'is missing';
  report(scope, entry?.keyOffset ?? root.offset, `cannot use template: ${field} ${reason}`, undefined, [
    field,
  ]);
  return undefined;
}

function compileSteering(
  scope: Scope,
  root: MappingNode,
): {fields: {includeWhen?: Field; forEach?: Field}; item?: Item} {
  const annotations = entryOf(root, 'metadata', 'annotations')?.value;
  const entries = annotations?.kind === 'mapping' ? annotations.entries : [];
  const steering = entries.filter(({key}) => key.startsWith(STEERING_PREFIX));
  for (const {key, keyOffset} of steering) {
    if (key !== INCLUDE_WHEN && key !== FOR_EACH) {
      report(
        scope,
        keyOffset,
        `cannot use annotation ${key}: only include-when and for-each steer`,
        'use a prefix of your own',
      );
    }
  }
  const forEach = steeringText(scope, steering, FOR_EACH, 'a list');
  const item = forEach && elementOf(forEach.text.expressions[0] as Expression);
  const includeWhen = steeringText(scope, steering, INCLUDE_WHEN, 'true or false', item);
  return {
    fields: {...(includeWhen && {includeWhen: includeWhen.field}), ...(forEach && {forEach: forEach.field})},
    ...(item && {item}),
  };
}

function steeringText(
  scope: Scope,
  entries: readonly MappingEntry[],
  key: string,
  wanted: string,
  item?: Item,
) {
  const entry = entries.find(candidate => candidate.key === key);
  if (!entry) return undefined;
  const path = ['metadata', 'annotations', key];
  const compiled = compileScalar({...scope, ...(item && {item})}, entry.value, path);
  const expression = compiled?.text.expressions[0];
  if (!compiled || !expression) {
    if (compiled || entry.value.kind !== 'scalar')
      report(
        scope,
        entry.value.offset,
        `cannot use annotation ${key}: not one expression`,
        'write "${…}"',
        path,
      );
    return undefined;
  }
  const fits =
    key === FOR_EACH ? elementOf(expression) !== undefined : ['bool', 'dyn'].includes(expression.type);
  if (compiled.text.lone && fits) return compiled;
  report(
    scope,
    entry.value.offset,
    `cannot use annotation ${key}: it yields ${expression.type}, not ${wanted}`,
    undefined,
    path,
  );
  return undefined;
}

function locate({file, source}: YamlFile, root: MappingNode, path: Path): Problem {
  let node: YamlNode = root;
  let offset = root.offset;
  for (const step of path) {
    const entry: MappingEntry | undefined =
      node.kind === 'mapping' ? node.entries.find(({key}) => key === step) : undefined;
    const next: YamlNode | undefined =
      entry?.value ?? (node.kind === 'sequence' ? node.items[Number(step)] : undefined);
    if (!next) break;
    offset = entry?.keyOffset ?? next.offset;
    node = next;
  }
  return {file, ...positionAt(source, offset), ...fieldOf(path), message: ''};
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

function readsKey({reads}: Expression): boolean {
  return reads.some(path => ['credentials', 'credentials.accessKey', 'credentials.secretKey'].includes(path));
}
