import {isJsonObject, type JsonObject} from '../../kubernetes/object.ts';
import {endless, type Finding} from './violation.ts';

/** Bytes that the API server takes in all annotations of an object (`TotalAnnotationSizeLimitB`). */
const MAX_BYTES = 256 * 1024;

/** Bytes of the names and marks that Metacontroller adds: its own annotation, and its controller's name or label. */
const OWN_BYTES = 1024;

/** Under dynamic-apply an object stands in its own annotation, with no room for a large one. */
export function copiedObject(object: JsonObject): Finding[] {
  if (sizeOf(object) + annotationsSize(object) + OWN_BYTES <= MAX_BYTES) return [];
  const reason = 'it is too large for the annotation into which dynamic-apply copies it, 256 KiB at most';
  return [endless([], reason, 'make it smaller')];
}

// Go writes these characters as six others in JSON.
function sizeOf(object: JsonObject): number {
  return Buffer.byteLength(JSON.stringify(object).replace(/[<>&\u2028\u2029]/g, '\\u0000'));
}

function annotationsSize({metadata}: JsonObject): number {
  const annotations = isJsonObject(metadata) ? metadata.annotations : undefined;
  return isJsonObject(annotations) ? Buffer.byteLength(JSON.stringify(annotations)) : 0;
}
