import {createHash} from 'node:crypto';
import type {Environment} from '@marcbachmann/cel-js';
import type {Json} from '../../kubernetes/object.ts';
import {CelError, refused, refuseOverlong} from './error.ts';
import {fromCel} from './value.ts';

/** Adds what templates need beyond the library's own functions. */
export function registerFunctions(environment: Environment): void {
  // Without `async: false` the library would look for a promise in every result.
  const register = (signature: string, handler: (...values: never[]) => unknown) =>
    environment.registerFunction(signature, handler, {async: false});
  // CEL has no namespaces here: `base64` is a constant of a type of its own.
  environment.registerType('base64', Base64);
  environment.registerConstant('base64', 'base64', new Base64());

  register('hash(string): string', hash);
  register('slug(string): string', slug);
  register('json(dyn): string', canonicalJson);
  register('base64.encode(string): string', (_: Base64, text: string) =>
    Buffer.from(text).toString('base64'),
  );
  register('base64.decode(string): string', (_: Base64, text: string) => decode(text));
  register('string.replace(string, string): string', replace);
  register('string(google.protobuf.Timestamp): string', (time: Date) =>
    time.toISOString().replace('.000Z', 'Z'),
  );
}

class Base64 {}

/** Hexadecimal digits of SHA-256: 80 bits, so that nobody finds two names with one hash to make a duplicate. */
const HASH_LENGTH = 20;

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
}

/** Longest slug, in characters: leaves room for a prefix and a hash in a name of 63. */
const MAX_SLUG_LENGTH = 40;

function slug(text: string): string {
  const dashed = text.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const trimmed = dashed.replace(/^-/, '').slice(0, MAX_SLUG_LENGTH).replace(/-$/, '');
  return trimmed || 'x';
}

function decode(text: string): string {
  const bytes = Buffer.from(text, 'base64');
  // Buffer skips what is not base64; only what encodes to the same text was.
  if (unpadded(bytes.toString('base64')) !== unpadded(text)) throw refused('base64.decode: not base64');
  try {
    return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
  } catch {
    throw refused('base64.decode: what it encodes is not UTF-8');
  }
}

function unpadded(base64: string): string {
  return base64.replace(/={1,2}$/, '');
}

function replace(text: string, old: string, replacement: string): string {
  const found = text.split(old).length + (old === '' ? 1 : -1);
  refuseOverlong(text.length + found * (replacement.length - old.length));
  // A function, because `$&` in a plain replacement is no plain text.
  return text.replaceAll(old, () => replacement);
}

function canonicalJson(value: unknown): string {
  try {
    const text = JSON.stringify(sortKeys(fromCel(value) ?? null));
    refuseOverlong(text.length);
    return text;
  } catch (error) {
    throw error instanceof CelError ? refused(error.message.replace(/^.*?: /, 'json: ')) : error;
  }
}

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item)]));
}
