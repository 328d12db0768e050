import {isJsonObject, type Json} from '../../kubernetes/object.ts';
import type {Shape} from '../cel.ts';

/** The static type that templates are checked against: closed where the schema is closed. */
export function shapeOf(schema: Json | undefined): Shape {
  if (!isJsonObject(schema)) return 'dyn';
  if (isJsonObject(schema.properties)) {
    const fields = Object.entries(schema.properties).filter(([name]) => name !== 'overrides');
    return {fields: Object.fromEntries(fields.map(([name, property]) => [name, shapeOf(property)]))};
  }
  if (schema.type === 'object') return {map: shapeOf(schema.additionalProperties)};
  if (schema.type === 'array') return {list: shapeOf(schema.items)};
  if (schema.type === 'boolean') return 'bool';
  if (schema.type === 'integer') return 'int';
  return schema.type === 'string' ? 'string' : 'dyn';
}
