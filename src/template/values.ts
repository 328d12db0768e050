import {Ajv, type ErrorObject, type ValidateFunction} from 'ajv';
import {LRUCache} from 'lru-cache';
import {type Problem, TemplateError} from '../errors.ts';
import {isJsonObject, type Json, type JsonObject} from '../kubernetes/object.ts';
import {nearest} from '../nearest.ts';
import {type MappingNode, nodeAt, positionAt, toJson, type YamlFile, type YamlNode} from '../yaml.ts';
import {type CelValue, type Shape, toCel} from './cel.ts';

/** What this program itself reads of the values; templates read them all. Described key by key in `templates/values.schema.json`. */
export type Values = JsonObject & {
  namespaces: {[role: string]: string};
  quota: {max: {[resource: string]: string | number}};
  plugins: {rolePattern: string};
  guards: {kinds: string[]};
  adopt: {name: string; uid: string}[];
  reservedNames: string[];
  credentials: {bucket: string; prefixes: string[]} & JsonObject;
};

/** The values of one Profile, ready for TypeScript and for CEL. */
export interface ProfileValues {
  readonly values: Values;
  readonly cel: CelValue;
}

/** What an override is chosen by. Labels are chosen by whoever creates the Profile, name and uid by the cluster. */
export interface OverrideTarget {
  readonly name: string;
  readonly uid: string;
  readonly labels: {readonly [key: string]: string};
}

/** Validated values: the image's, the operator's, and overrides for some Profiles. */
export interface ValueSet {
  /** Without overrides. */
  readonly base: ProfileValues;
  /** What results where one override alone applies, in the file's order: templates must render with each. */
  readonly variants: readonly ProfileValues[];
  readonly shape: Shape;
  readonly forProfile: (target: OverrideTarget) => ProfileValues;
}

interface Override {
  selector?: {matchLabels: {[key: string]: string}};
  profile?: {name: string; uid: string};
  values: JsonObject;
}

/** Global to the hook, so that one Profile cannot have its own. */
const NEVER_OVERRIDDEN = ['overrides', 'adopt', 'reservedNames', 'namespaces'];

/** Bounds the memory for combinations of overrides. */
const MAX_COMBINATIONS = 1000;

/**
 * Merges and checks values: maps merge, lists replace, null deletes.
 *
 * Throws TemplateError with everything wrong at its place in the files.
 */
export function createValues(schema: JsonObject, image: YamlFile, operator?: YamlFile): ValueSet {
  const files = [...(operator ? [operator] : []), image];
  const validate = compileSchema(schema);
  const [imageValues, operatorValues] = [image, operator].map(readMapping);
  const merged = merge(imageValues as JsonObject, operatorValues as JsonObject);
  failOn(check(validate, merged, files));

  const overrides = merged.overrides as unknown as Override[];
  const variants = overrides.map(override => merge(merged, override.values) as Values);
  failOn(overrides.flatMap((override, index) => overrideProblems(override, index)));
  failOn(
    variants.flatMap((variant, index) => check(validate, variant, files, ['overrides', index, 'values'])),
  );

  const combine = combiner(merged, overrides);
  return {
    base: combine([]),
    variants: overrides.map((_, index) => combine([index])),
    shape: shapeOf(schema),
    forProfile: target =>
      combine(overrides.flatMap((override, index) => (applies(override, target) ? [index] : []))),
  };

  function overrideProblems(override: Override, index: number): Problem[] {
    const found = [...forbidden(override.values, schema, override.selector !== undefined)];
    return found.map(({path, message}) => problemAt(files, ['overrides', index, 'values', ...path], message));
  }
}

function combiner(
  merged: JsonObject,
  overrides: readonly Override[],
): (indices: readonly number[]) => ProfileValues {
  const cache = new LRUCache<string, ProfileValues>({max: MAX_COMBINATIONS});
  return indices => {
    const key = indices.join();
    const known = cache.get(key);
    if (known) return known;
    const {overrides: _, ...values} = indices.reduce(
      (all, index) => merge(all, (overrides[index] as Override).values),
      merged,
    );
    const combined = {values: values as Values, cel: toCel(values)};
    cache.set(key, combined);
    return combined;
  };
}

function readMapping(file: YamlFile | undefined): JsonObject {
  const root = file?.documents[0];
  if (!file || !root || (root.kind === 'scalar' && root.value === null)) return {};
  if (root.kind !== 'mapping' || file.documents.length > 1) {
    throw new TemplateError([
      {file: file.file, line: 1, column: 1, message: 'cannot read values: not one YAML map'},
    ]);
  }
  return toJson(root) as JsonObject;
}

function merge(under: JsonObject, over: JsonObject): JsonObject {
  const result = new Map<string, Json>(Object.entries(under));
  for (const [key, value] of Object.entries(over)) {
    const below = result.get(key);
    if (value === null) result.delete(key);
    else result.set(key, isJsonObject(value) ? merge(isJsonObject(below) ? below : {}, value) : value);
  }
  return Object.fromEntries(result);
}

function applies({selector, profile}: Override, target: OverrideTarget): boolean {
  if (profile) return profile.name === target.name && profile.uid === target.uid;
  return Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => target.labels[key] === value);
}

function* forbidden(
  values: Json,
  schema: Json | undefined,
  byLabel: boolean,
  path: string[] = [],
): Generator<{path: string[]; message: string}> {
  if (isJsonObject(schema) && schema['x-by-label'] === true) return;
  const properties = isJsonObject(schema) && isJsonObject(schema.properties) ? schema.properties : {};
  const isLeaf = !isJsonObject(values) || Object.keys(properties).length === 0;
  if (path.length > 0 && isLeaf && byLabel) {
    yield {
      path,
      message: `cannot override ${path.join('.')} by label: whoever creates a Profile chooses its labels; name the Profile by name and uid`,
    };
  }
  if (isLeaf) return;
  for (const [key, value] of Object.entries(values as JsonObject)) {
    if (path.length === 0 && NEVER_OVERRIDDEN.includes(key))
      yield {path: [key], message: `cannot override ${key}: it is the same for every Profile`};
    else yield* forbidden(value, properties[key], byLabel, [...path, key]);
  }
}

function compileSchema(schema: JsonObject): ValidateFunction {
  const ajv = new Ajv({allErrors: true, strictTypes: false, allowUnionTypes: true});
  ajv.addKeyword({keyword: 'x-by-label', schemaType: 'boolean'});
  return ajv.compile(schema);
}

function check(
  validate: ValidateFunction,
  values: Json,
  files: readonly YamlFile[],
  prefix: (string | number)[] = [],
): Problem[] {
  if (validate(values)) return [];
  return (validate.errors ?? []).map(error => {
    const path = error.instancePath
      .split('/')
      .slice(1)
      .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const {steps, message, hint} = explain(error);
    return problemAt(files, [...prefix, ...path, ...steps], `cannot use values: ${message}`, hint);
  });
}

function explain(error: ErrorObject): {steps: string[]; message: string; hint?: string} {
  if (error.keyword === 'additionalProperties') {
    const key = error.params.additionalProperty as string;
    const properties = Object.keys(
      (error.parentSchema as {properties?: object} | undefined)?.properties ?? {},
    );
    const near = nearest(key, properties);
    return {steps: [key], message: `unknown key "${key}"`, ...(near && {hint: `did you mean "${near}"?`})};
  }
  return {steps: [], message: error.message ?? error.keyword};
}

/** The place in the first file that sets the path, with the path as the field. */
function problemAt(
  files: readonly YamlFile[],
  path: readonly (string | number)[],
  message: string,
  hint?: string,
): Problem {
  const field = path
    .map(step => (typeof step === 'number' || /^\d+$/.test(step) ? `[${step}]` : `.${step}`))
    .join('')
    .slice(1);
  const file = files.find(candidate => isSetIn(candidate.documents[0], path)) ?? (files[0] as YamlFile);
  const root = file.documents[0];
  const position = positionAt(file.source, root ? keyOffset(root, path) : 0);
  return {file: file.file, ...position, ...(field && {field}), message, ...(hint && {hint})};
}

function isSetIn(root: YamlNode | undefined, path: readonly (string | number)[]): boolean {
  if (!root) return false;
  return path.length === 0 || nodeAt(root, path) !== nodeAt(root, path.slice(0, -1));
}

function keyOffset(root: YamlNode, path: readonly (string | number)[]): number {
  const parent = nodeAt(root, path.slice(0, -1));
  const key = String(path.at(-1));
  const entry =
    (parent as MappingNode).kind === 'mapping'
      ? (parent as MappingNode).entries.find(candidate => candidate.key === key)
      : undefined;
  return entry?.keyOffset ?? nodeAt(root, path).offset;
}

function failOn(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new TemplateError(problems);
}

/** The static type that templates are checked against: closed where the schema is closed. */
function shapeOf(schema: Json | undefined): Shape {
  if (!isJsonObject(schema)) return 'dyn';
  if (isJsonObject(schema.properties) && Object.keys(schema.properties).length > 0) {
    const fields = Object.entries(schema.properties).filter(([name]) => name !== 'overrides');
    return {fields: Object.fromEntries(fields.map(([name, property]) => [name, shapeOf(property)]))};
  }
  if (schema.type === 'object') return {map: shapeOf(schema.additionalProperties)};
  if (schema.type === 'array') return {list: shapeOf(schema.items)};
  if (schema.type === 'boolean') return 'bool';
  if (schema.type === 'integer') return 'int';
  return schema.type === 'string' ? 'string' : 'dyn';
}
