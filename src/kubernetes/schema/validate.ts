import {isJsonObject, type Json, type JsonObject, ownValue} from '../object.ts';
import {limitMessages} from './limits.ts';
import {didYouMean, problemAt, type SchemaProblem, typeMessage, wanted} from './problems.ts';

type Path = readonly (string | number)[];
type Definitions = {readonly [name: string]: JsonObject};

/** Tells whether a text matches a schema's pattern. */
export type Matcher = (pattern: string, text: string) => boolean;

/** What schemas refer to, how patterns are matched, and who hears of a problem. */
interface Walk {
  readonly definitions: Definitions;
  readonly matches: Matcher;
  readonly tell: (path: Path, message: string) => void;
}

/**
 * Everything in a value that is not as its JSON schema wants it, each problem once.
 *
 * A schema is read anew for each value: to compile that of a Deployment would take longer than all else at start.
 */
export function validate(
  value: unknown,
  schema: JsonObject,
  {definitions, matches = matchesPattern}: {definitions: Definitions; matches?: Matcher},
): SchemaProblem[] {
  const problems = new Map<string, SchemaProblem>();
  const tell = (path: Path, message: string) => {
    const problem = problemAt(path, message);
    problems.set(`${problem.field}\n${message}`, problem);
  };
  check(value, schema, [], {definitions, matches, tell});
  return [...problems.values()];
}

function check(value: unknown, schema: JsonObject, path: Path, walk: Walk): void {
  const {$ref, type} = schema;
  if (typeof $ref === 'string') check(value, definitionOf($ref, walk), path, walk);
  if (type !== undefined && !hasType(value, type)) {
    walk.tell(path, typeMessage(schema, value));
    return;
  }
  checkValue(value, schema, path, walk);
  checkAlternatives(value, schema, path, walk);
  if (Array.isArray(value)) checkItems(value, schema, path, walk);
  else if (isJsonObject(value)) checkFields(value, schema, path, walk);
}

function definitionOf(reference: string, {definitions}: Walk): JsonObject {
  return ownValue(definitions, reference.slice(reference.lastIndexOf('/') + 1)) as JsonObject;
}

function checkValue(value: unknown, schema: JsonObject, path: Path, {matches, tell}: Walk): void {
  const {enum: words, pattern, description} = schema;
  if (Array.isArray(words) && !words.some(word => isSame(word, value)))
    tell(path, `must be one of ${words.join(', ')}${didYouMean(value, words.map(String))}`);
  const messages = limitMessages(schema, value);
  // A text that is too long is not held to a pattern, which might take for ever.
  const isHeld = typeof pattern === 'string' && typeof value === 'string' && messages.length === 0;
  if (isHeld && !matches(pattern, value)) messages.push(`must match ${pattern}`);
  for (const message of messages)
    tell(path, description === undefined ? message : `must be ${wanted(schema)}`);
}

function checkAlternatives(value: unknown, schema: JsonObject, path: Path, walk: Walk): void {
  const {allOf, anyOf, oneOf, not} = schema;
  const fitting = (branches: Json) => schemasIn(branches).filter(branch => fits(value, branch, walk)).length;
  for (const branch of schemasIn(allOf)) check(value, branch, path, walk);
  if (anyOf !== undefined && fitting(anyOf) === 0)
    walk.tell(path, 'must be as one of the alternatives in anyOf');
  if (oneOf !== undefined && fitting(oneOf) !== 1)
    walk.tell(path, 'must be as exactly one of the alternatives in oneOf');
  if (isJsonObject(not) && fits(value, not, walk)) walk.tell(path, 'must be other than what stands in not');
}

function fits(value: unknown, branch: JsonObject, walk: Walk): boolean {
  let isFit = true;
  const tell = () => {
    isFit = false;
  };
  check(value, branch, [], {...walk, tell});
  return isFit;
}

function checkItems(list: readonly unknown[], {items}: JsonObject, path: Path, walk: Walk): void {
  if (!isJsonObject(items)) return;
  for (const [index, item] of list.entries()) check(item, items, [...path, index], walk);
}

function checkFields(map: JsonObject, schema: JsonObject, path: Path, walk: Walk): void {
  const {required, additionalProperties} = schema;
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  for (const name of Array.isArray(required) ? required.map(String) : [])
    if (!Object.hasOwn(map, name)) walk.tell([...path, name], 'required field is missing');
  for (const [name, field] of Object.entries(map)) {
    const known = ownValue(properties, name) ?? additionalProperties;
    if (isJsonObject(known)) check(field, known, [...path, name], walk);
    else if (known === false) {
      const near = didYouMean(name, Object.keys(properties));
      walk.tell([...path, name], `unknown field "${name}"${near}`);
    }
  }
}

const expressions = new Map<string, RegExp>();

// Those of the program's own schemas, a handful.
function matchesPattern(pattern: string, text: string): boolean {
  const expression = expressions.get(pattern) ?? new RegExp(pattern, 'u');
  expressions.set(pattern, expression);
  return expression.test(text);
}

function schemasIn(list: Json | undefined): JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

function hasType(value: unknown, type: Json): boolean {
  if (Array.isArray(type)) return type.some(one => hasType(value, one));
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isJsonObject(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'number') return Number.isFinite(value);
  return typeof value === type;
}

function isSame(word: Json, value: unknown): boolean {
  return word === value || (typeof word === 'object' && JSON.stringify(word) === JSON.stringify(value));
}
