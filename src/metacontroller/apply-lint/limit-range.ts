import {isJsonObject, type JsonObject} from '../../kubernetes/object.ts';
import type {Field} from './fields.ts';
import {type Finding, filledIn} from './violation.ts';

/** From which of a container's limits the API server fills in which. */
const FILLED_IN: {readonly [field: string]: readonly string[]} = {
  default: ['max'],
  defaultRequest: ['default', 'max', 'min'],
};

/** What the API server fills in among the limits of containers, and dynamic-apply would take out again. */
export function limitRangeDefaults({path, value, definition}: Field): Finding[] {
  if (definition !== 'V1LimitRangeItem' || !isJsonObject(value) || value.type !== 'Container') return [];
  return Object.entries(FILLED_IN)
    .filter(([field, sources]) => isFilledIn(value, field, sources))
    .map(([field, sources]) => {
      const hint = `write ${field} for every resource of ${sources.join(', ')}`;
      return filledIn(Object.hasOwn(value, field) ? [...path, field] : path, field, hint);
    });
}

function isFilledIn(item: JsonObject, field: string, sources: readonly string[]): boolean {
  const resources = sources.flatMap(source => Object.keys(mapOf(item, source)));
  return resources.some(resource => !Object.hasOwn(mapOf(item, field), resource));
}

function mapOf(item: JsonObject, field: string): JsonObject {
  const map = item[field];
  return isJsonObject(map) ? map : {};
}
