// Writes definitions.json from the models of @kubernetes/client-node, which is then not needed at run time.
import {readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import * as models from '@kubernetes/client-node/dist/gen/models/all.js';
import {canonical} from '../canonical.ts';
import {isJsonObject} from '../object.ts';
import {anyMap, list, map, nonEmptyList, oneOf, range, ref, type Schema, strict} from './build.ts';
import {NON_EMPTY, QUANTITIES, RANGES, REQUIRED, WORDS} from './fields.ts';
import {GENERATED_KINDS} from './kinds.ts';

type Attribute = {name: string; baseName: string; type: string; format: string};
type Model = {getAttributeTypeMap(): Attribute[]};

const OUTPUT = new URL('definitions.json', import.meta.url);

const SCALARS: {[name: string]: Schema} = {
  Base64: {
    type: 'string',
    description: 'base64 without line breaks',
    pattern: '^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$',
  },
  Int32: {type: 'integer', description: 'a 32-bit integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1},
  Int64: {type: 'integer', description: 'an integer'},
  Count: range('an integer from 0 to 2147483647', 0),
  FileMode: range('a file mode from 0 to 0777', 0, 0o777),
  Percentage: range('an integer from 1 to 100', 1, 100),
  Port: range('a port from 1 to 65535', 1, 65535),
  PortOrZero: range('a port from 1 to 65535', 0, 65535),
  Positive: range('an integer from 1 to 2147483647', 1),
  TokenSeconds: range('an integer from 600 to 4294967296', 600, 2 ** 32),
  IntOrString: {type: ['integer', 'string'], description: 'an integer or a string'},
  Quantity: {
    type: ['number', 'string'],
    description: 'a quantity such as 500m or 1Gi',
    pattern: '^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?$',
  },
  Time: {
    type: 'string',
    description: 'a time such as 2026-01-31T12:00:00Z',
    pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$',
  },
};

// Fields in RANGES, by name.
const RANGED = new Map(
  Object.entries(RANGES).flatMap(([scalar, fields]) => fields.map(field => [field, scalar])),
);

/** The text of definitions.json: a definition a line, in order, so that an update shows as a small diff. */
export function generateDefinitions(): string {
  const definitions = new Map(Object.entries(SCALARS));
  const names: string[] = Object.values(GENERATED_KINDS);
  for (const name of names) {
    if (definitions.has(name)) continue;
    const definition = define(name);
    definitions.set(name, definition);
    names.push(...referencesIn(definition));
  }
  checkFields(definitions);

  const lines = [...definitions]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, definition]) => `${JSON.stringify(name)}: ${JSON.stringify(canonical(definition))}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

// A field that an update renamed or removed would otherwise lose its quantities or words unnoticed.
function checkFields(definitions: Map<string, Schema>): void {
  for (const field of [...QUANTITIES, ...NON_EMPTY, ...REQUIRED, ...RANGED.keys(), ...Object.keys(WORDS)]) {
    const [name = '', baseName = ''] = field.split('.');
    const {properties} = definitions.get(name) ?? {};
    if (!isJsonObject(properties) || !(baseName in properties)) throw new Error(`cannot find field ${field}`);
  }
}

function define(name: string): Schema {
  const model = (models as unknown as {[name: string]: Model | undefined})[name];
  if (!model) throw new Error(`cannot find model ${name}`);

  const attributes = model.getAttributeTypeMap().sort((a, b) => (a.baseName < b.baseName ? -1 : 1));
  const required = requiredNames(name);
  return strict(
    Object.fromEntries(attributes.map(attribute => [attribute.baseName, fieldSchema(name, attribute)])),
    attributes
      .filter(attribute => required.has(attribute.name) || REQUIRED.has(`${name}.${attribute.baseName}`))
      .map(attribute => attribute.baseName),
  );
}

// Only the declarations tell: a required field has no question mark.
function requiredNames(name: string): Set<string | undefined> {
  const path = createRequire(import.meta.url).resolve(`@kubernetes/client-node/dist/gen/models/${name}.js`);
  const declaration = readFileSync(path.replace(/\.js$/, '.d.ts'), 'utf8');
  return new Set([...declaration.matchAll(/^ +'([^']+)': /gm)].map(match => match[1]));
}

function fieldSchema(model: string, {baseName, type, format}: Attribute): Schema {
  const field = `${model}.${baseName}`;
  // It is the cluster's to write, and half of all definitions would be for it.
  if (baseName === 'status' && type.endsWith('Status')) return anyMap;
  const ranged = RANGED.get(field);
  if (ranged) return ref(ranged);
  const schema = typeSchema(type, QUANTITIES.has(field) ? 'quantity' : format, WORDS[field]);
  return NON_EMPTY.has(field) ? nonEmptyList(schema) : schema;
}

function typeSchema(type: string, format: string, words?: readonly string[]): Schema {
  const [, listOf] = /^Array<(.+)>$/.exec(type) ?? [];
  if (listOf) return list(typeSchema(listOf, format, words));
  const [, mapOf] = /^\{ \[key: string\]: (.+); \}$/.exec(type) ?? [];
  if (mapOf) return map(typeSchema(mapOf, format, words));
  if (words) return oneOf(...words);
  return scalar(type, format) ?? ref(type);
}

function scalar(type: string, format: string): Schema | undefined {
  const formats: {[format: string]: string} = {
    byte: 'Base64',
    int32: 'Int32',
    int64: 'Int64',
    quantity: 'Quantity',
  };
  const named = formats[format];
  if (named) return ref(named);
  if (type === 'any') return {};
  if (type === 'Date') return ref('Time');
  return ['boolean', 'number', 'string'].includes(type) ? {type} : undefined;
}

function referencesIn(definition: Schema): string[] {
  const references = JSON.stringify(definition).matchAll(/#\/definitions\/(\w+)/g);
  return [...references].map(match => match[1] as string);
}

if (import.meta.main) writeFileSync(OUTPUT, generateDefinitions());
