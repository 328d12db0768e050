import {isJsonObject, type Json, type JsonObject, ownValue} from '../../kubernetes/object.ts';
import {definitions} from '../../kubernetes/schema/definitions.ts';
import {CUSTOM_KINDS, GENERATED_KINDS} from '../../kubernetes/schema/kinds.ts';
import {mergeKeyOf} from './merge-key.ts';

/** A value in an object, and what its kind's schema says of it. */
export interface Field {
  readonly path: readonly (string | number)[];
  readonly value: Json;
  /** `definition.field`, such as `V1PodSpec.containers`; empty for what has no name of its own: items, entries of maps. */
  readonly name: string;
  /** Empty where there is none. */
  readonly schema: JsonObject;
  /** The definition of the value itself, such as `V1Container`; empty for an anonymous one. */
  readonly definition: string;
  /** Whether the object that holds it cannot do without it. */
  readonly isRequired: boolean;
  /** Whether the API server keeps it as a Go struct, and so drops what is empty. Custom kinds are kept as written. */
  readonly isBuiltIn: boolean;
  /** Whether dynamic-apply takes it over as it is written, with a list in which it finds no key. */
  readonly isReplaced: boolean;
}

/** Every value of an object, from the outside in. */
export function fieldsOf(object: JsonObject): Field[] {
  const root = {path: [], value: object, name: '', isRequired: true, isReplaced: false, ...kindOf(object)};
  const fields: Field[] = [];
  visit(root, fields);
  return fields;
}

function kindOf({apiVersion, kind}: JsonObject): Pick<Field, 'schema' | 'definition' | 'isBuiltIn'> {
  const key = typeof apiVersion === 'string' && typeof kind === 'string' ? `${apiVersion} ${kind}` : '';
  const builtIn = ownValue<string>(GENERATED_KINDS, key);
  const definition = builtIn ?? ownValue<string>(CUSTOM_KINDS, key);
  const reference = definition === undefined ? undefined : {$ref: `#/definitions/${definition}`};
  return {...resolve(reference), isBuiltIn: builtIn !== undefined};
}

function visit(field: Field, fields: Field[]): void {
  fields.push(field);
  for (const child of childrenOf(field)) visit(child, fields);
}

function childrenOf(field: Field): Field[] {
  const {value} = field;
  if (Array.isArray(value)) return itemsOf(field, value);
  if (!isJsonObject(value)) return [];
  return Object.keys(value).map(key => entryOf(field, key, value[key] as Json));
}

function itemsOf(list: Field, items: readonly Json[]): Field[] {
  const isReplaced = list.isReplaced || mergeKeyOf(items) === undefined;
  const shared = {...list, name: '', ...resolve(list.schema.items), isRequired: true, isReplaced};
  return items.map((value, index) => ({...shared, path: [...list.path, index], value}));
}

function entryOf(map: Field, key: string, value: Json): Field {
  const {properties, additionalProperties, required} = map.schema;
  const own = isJsonObject(properties) ? ownValue(properties, key) : undefined;
  return {
    path: [...map.path, key],
    value,
    name: own && map.definition ? `${map.definition}.${key}` : '',
    ...resolve(own ?? additionalProperties),
    // The keys of a map are the template's own: nothing is dropped for being empty.
    isRequired: own === undefined || (Array.isArray(required) && required.includes(key)),
    // Metadata is the same struct in every kind.
    isBuiltIn: map.isBuiltIn || (map.path.length === 0 && key === 'metadata'),
    isReplaced: map.isReplaced,
  };
}

function resolve(schema: Json | undefined): {schema: JsonObject; definition: string} {
  if (!isJsonObject(schema)) return {schema: {}, definition: ''};
  if (typeof schema.$ref !== 'string') return {schema, definition: ''};
  const definition = schema.$ref.replace('#/definitions/', '');
  return {schema: ownValue(definitions, definition) ?? {}, definition};
}
