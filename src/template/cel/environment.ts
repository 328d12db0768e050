import type {TypeDeclaration} from '@marcbachmann/cel-js';
import {Environment} from '@marcbachmann/cel-js';
import {registerFunctions} from './functions.ts';
import {PARSE_LIMITS} from './limits.ts';

/** Static type of a variable: closed structs catch misspelt fields, maps are open. */
export type Shape =
  | 'string'
  | 'int'
  | 'bool'
  | 'double'
  | 'dyn'
  | {list: Shape}
  | {map: Shape}
  | {fields: {[name: string]: Shape}};

export type Shapes = {[variable: string]: Shape};

/** A shape with known fields. */
export type Struct = {fields: {[name: string]: Shape}};

export interface Environments {
  /** Checks; evaluating with it takes twice the time. */
  readonly typed: Environment;
  /** Evaluates; everything is dyn to it. */
  readonly plain: Environment;
  /** The structs, by the name of their type in `typed`. */
  readonly structs: ReadonlyMap<string, Struct>;
}

const OPTIONS = {homogeneousAggregateLiterals: false, enableOptionalTypes: true, limits: PARSE_LIMITS};

/** Two environments that know the same functions. */
export function createEnvironments(shapes: Shapes): Environments {
  const typed = new Environment(OPTIONS);
  const plain = new Environment({...OPTIONS, unlistedVariablesAreDyn: true});
  registerFunctions(typed);
  registerFunctions(plain);
  const structs = new Map<string, Struct>();
  for (const [name, shape] of Object.entries(shapes)) {
    typed.registerVariable(name, declareType(typed, structs, name, shape));
  }
  return {typed, plain, structs};
}

/** Registers what is needed and returns the type's name. A struct is named by its path: `profile.metadata`. */
function declareType(typed: Environment, structs: Map<string, Struct>, path: string, shape: Shape): string {
  if (typeof shape === 'string') return shape;
  if ('list' in shape) return `list<${declareType(typed, structs, `${path}[]`, shape.list)}>`;
  if ('map' in shape) return `map<string, ${declareType(typed, structs, `${path}{}`, shape.map)}>`;
  const fields = Object.entries(shape.fields).map(([name, field]) => [
    name,
    declareType(typed, structs, `${path}.${name}`, field),
  ]);
  typed.registerType({name: path, fields: Object.fromEntries(fields)});
  structs.set(path, shape);
  return path;
}

/** The shape behind a type that `typed` found. */
export function shapeOfType(type: TypeDeclaration | undefined, structs: ReadonlyMap<string, Struct>): Shape {
  switch (type?.kind) {
    case 'message':
      return structs.get(type.name) ?? 'dyn';
    case 'optional':
      return shapeOfType(type.valueType, structs);
    case 'list':
      return {list: shapeOfType(type.valueType, structs)};
    case 'map':
      return {map: shapeOfType(type.valueType, structs)};
    default:
      return 'dyn';
  }
}

/** The shape of a field, an entry or an element of a value; dyn where nothing is known. */
export function memberShape(shape: Shape, key: string | undefined): Shape {
  if (typeof shape === 'string') return 'dyn';
  if ('list' in shape) return shape.list;
  if ('map' in shape) return shape.map;
  return key !== undefined && Object.hasOwn(shape.fields, key) ? (shape.fields[key] ?? 'dyn') : 'dyn';
}
