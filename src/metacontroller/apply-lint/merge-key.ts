import {isJsonObject, type Json, type JsonObject} from '../../kubernetes/object.ts';

/** What Metacontroller takes for the key of a list's items, the first that all of them have (`knownMergeKeys`). */
const MERGE_KEYS = ['containerPort', 'port', 'mountPath', 'name', 'uid', 'ip', 'path'];

/** The key by which dynamic-apply merges a list; without one it replaces the list as a whole. */
export function mergeKeyOf(list: readonly Json[]): string | undefined {
  if (list.length === 0 || !list.every(isJsonObject)) return undefined;
  return MERGE_KEYS.find(key => (list as readonly JsonObject[]).every(item => Object.hasOwn(item, key)));
}
