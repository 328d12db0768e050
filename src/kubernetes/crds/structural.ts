import {isJsonObject, type Json, type JsonObject} from '../object.ts';
import {problemAt, type SchemaProblem} from '../schema/problems.ts';
import {compilePattern} from './pattern.ts';

type Path = readonly (string | number)[];

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const JUNCTORS = ['allOf', 'anyOf', 'oneOf'];
/** Under a junctor or `not` values may be limited, and no field be told of anew. */
const NOT_IN_JUNCTORS = [
  'additionalProperties',
  'default',
  'nullable',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-embedded-resource',
];

/** What makes a schema other than a structural one, or keeps it from being checked here. */
export function structuralProblems(root: JsonObject, path: Path): SchemaProblem[] {
  const isMap = root.type === 'object' ? [] : [problemAt([...path, 'type'], 'must be object')];
  return [...isMap, ...nodeProblems(root, path)];
}

function nodeProblems(schema: JsonObject, path: Path): SchemaProblem[] {
  return [...ownProblems(schema, path), ...junctorProblems(schema, path), ...childProblems(schema, path)];
}

function ownProblems(schema: JsonObject, path: Path): SchemaProblem[] {
  const {type, items, properties, additionalProperties} = schema;
  const isOpen =
    schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  const problems = valueProblems(schema, path);
  if (type === undefined ? !isOpen : !TYPES.includes(String(type)))
    problems.push(problemAt([...path, 'type'], `must be one of ${TYPES.join(', ')}`));
  if (type === 'array' && !isJsonObject(items)) problems.push(problemAt([...path, 'items'], 'must be a map'));
  if (properties !== undefined && additionalProperties !== undefined)
    problems.push(problemAt([...path, 'additionalProperties'], 'must not stand beside properties'));
  if (additionalProperties === false)
    problems.push(problemAt([...path, 'additionalProperties'], 'must not be false'));
  return problems;
}

function valueProblems(schema: JsonObject, path: Path): SchemaProblem[] {
  const problems = '$ref' in schema ? [problemAt([...path, '$ref'], 'must be left out')] : [];
  const {pattern} = schema;
  if (typeof pattern === 'string' && !compilePattern(pattern))
    problems.push(
      problemAt([...path, 'pattern'], 'must be a pattern that means the same here and in Kubernetes'),
    );
  return problems;
}

function childProblems(schema: JsonObject, path: Path): SchemaProblem[] {
  const {items, properties, additionalProperties} = schema;
  return [
    ...entriesOf(properties).flatMap(([name, child]) =>
      isJsonObject(child) ? nodeProblems(child, [...path, 'properties', name]) : [],
    ),
    ...(isJsonObject(items) ? nodeProblems(items, [...path, 'items']) : []),
    ...(isJsonObject(additionalProperties)
      ? nodeProblems(additionalProperties, [...path, 'additionalProperties'])
      : []),
  ];
}

function junctorProblems(schema: JsonObject, path: Path): SchemaProblem[] {
  const branches = JUNCTORS.flatMap(junctor => {
    const list = schema[junctor];
    return Array.isArray(list) ? list.map((branch, index) => ({branch, at: [...path, junctor, index]})) : [];
  });
  const {not} = schema;
  if (not !== undefined) branches.push({branch: not, at: [...path, 'not']});
  return branches.flatMap(({branch, at}) => (isJsonObject(branch) ? branchProblems(branch, at) : []));
}

function branchProblems(branch: JsonObject, path: Path): SchemaProblem[] {
  const {items, properties} = branch;
  return [
    ...NOT_IN_JUNCTORS.filter(field => field in branch).map(field =>
      problemAt([...path, field], 'must be left out here'),
    ),
    ...valueProblems(branch, path),
    ...junctorProblems(branch, path),
    ...entriesOf(properties).flatMap(([name, child]) =>
      isJsonObject(child) ? branchProblems(child, [...path, 'properties', name]) : [],
    ),
    ...(isJsonObject(items) ? branchProblems(items, [...path, 'items']) : []),
  ];
}

function entriesOf(map: Json | undefined): [string, Json][] {
  return isJsonObject(map) ? Object.entries(map) : [];
}
