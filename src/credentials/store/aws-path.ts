import {StoreError} from './error.ts';

/** Path of a bucket. */
export function bucketPath(bucket: string): string {
  return checked(`/${encode(bucket)}`);
}

/** Path of an object. Throws StoreError where no URL can name it. */
export function objectPath(bucket: string, key: string): string {
  const path = checked(`/${encode(bucket)}/${key.split('/').map(encode).join('/')}`);
  if (key !== '') return path;
  throw new StoreError('failed', 'cannot address an object: its key is empty');
}

/** A query in the one encoding that signatures know. */
export function queryOf(parameters: {readonly [name: string]: string}): string {
  return Object.entries(parameters)
    .map(pair => pair.map(encode).join('='))
    .join('&');
}

/** Percent-encodes all but the unreserved characters of RFC 3986. Throws StoreError for half a character. */
function encode(text: string): string {
  if (!text.isWellFormed()) throw new StoreError('failed', 'cannot address an object: its key is no text');
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

// A URL resolves `.` and `..`, written in any way: the path would be another object's.
function checked(path: string): string {
  if (new URL(path, 'http://store').pathname === path) return path;
  throw new StoreError('failed', 'cannot address an object: its key has "." or ".." between slashes');
}
