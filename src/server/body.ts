import {isUtf8} from 'node:buffer';
import secureJson from 'secure-json-parse';
import {RequestError} from '../errors.ts';
import type {Json} from '../kubernetes/object.ts';

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_MAP, CLOSE_MAP] = Buffer.from('"\\[]{}');

/** Bytes from which on the depth is looked at before parsing: of less the parser makes short work. */
const LARGE_BYTES = 256 * 1024;

/** The depth to which the API server reads JSON, for a Profile must not be too deep to be deleted. Millions of brackets hold up the process for seconds. */
const MAX_DEPTH = 10_000;

/**
 * Reads a JSON body. Throws RequestError.
 *
 * `__proto__` is a legal key of a ConfigMap, so that a tenant may send one: it is dropped, not refused.
 */
export function readJson(bytes: Buffer): Json {
  // Replacement characters would make two different names one.
  if (!isUtf8(bytes)) throw new RequestError('cannot read request: the body is not UTF-8');
  if (bytes.length > LARGE_BYTES && isDeep(bytes)) {
    throw new RequestError('cannot read request: the body is nested too deeply');
  }
  try {
    return secureJson.parse(bytes.toString('utf8'), undefined, {
      protoAction: 'remove',
      constructorAction: 'ignore',
    }) as Json;
  } catch {
    // The parser's message quotes the body, which may hold a key.
    throw new RequestError('cannot read request: the body is not JSON');
  }
}

function isDeep(bytes: Buffer): boolean {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === BACKSLASH && isText) at++;
    else if (byte === QUOTE) isText = !isText;
    else if (isText) continue;
    else if (byte === OPEN_LIST || byte === OPEN_MAP) depth++;
    else if (byte === CLOSE_LIST || byte === CLOSE_MAP) depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}
