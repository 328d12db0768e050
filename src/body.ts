import {isUtf8} from 'node:buffer';
import secureJson from 'secure-json-parse';
import {RequestError} from './errors.ts';
import type {Json} from './kubernetes/object.ts';

/**
 * Reads a JSON body. Throws RequestError.
 *
 * `__proto__` is a legal key of a ConfigMap, so that a tenant may send one: it is dropped, not refused.
 */
export function readJson(bytes: Buffer): Json {
  // Replacement characters would make two different names one.
  if (!isUtf8(bytes)) throw new RequestError('cannot read request: the body is not UTF-8');
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
