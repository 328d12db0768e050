import {type Problem, TemplateError} from '../../errors.ts';
import {isJsonObject, type Json, type JsonObject} from '../../kubernetes/object.ts';
import {toJson, type YamlFile} from '../../yaml.ts';

/** Maps merge, lists replace, null deletes. */
export function mergeValues(under: JsonObject, over: JsonObject): JsonObject {
  const result = new Map<string, Json>(Object.entries(under));
  for (const [key, value] of Object.entries(over)) {
    const below = result.get(key);
    if (value === null) result.delete(key);
    else result.set(key, isJsonObject(value) ? mergeValues(isJsonObject(below) ? below : {}, value) : value);
  }
  return Object.fromEntries(result);
}

/** A values file as JSON; one without a document, or with null alone, sets nothing. Throws TemplateError. */
export function readValues({file, documents}: YamlFile): JsonObject {
  const [root, second] = documents;
  if (!root || (root.kind === 'scalar' && root.value === null)) return {};
  if (root.kind === 'mapping' && !second) return toJson(root) as JsonObject;
  const problem: Problem = {file, line: 1, column: 1, message: 'cannot read values: not one YAML map'};
  throw new TemplateError([problem]);
}
