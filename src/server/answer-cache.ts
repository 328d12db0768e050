import {hash} from 'node:crypto';
import {LRUCache} from 'lru-cache';
import type {Mode} from '../guard/tenancy.ts';

/** One answered hook call: its bytes, and what the log says of it. */
export interface Call {
  readonly profile: string;
  readonly uid: string;
  readonly mode?: Mode;
  readonly children: number;
  readonly body: Buffer;
  /** How long the same request gets the same answer. */
  readonly freshForSeconds: number;
}

/** Answers by request, for Metacontroller sends the same bytes again and again. */
export interface AnswerCache {
  readonly keyOf: (path: string, bytes: Buffer) => string;
  readonly get: (key: string) => Call | undefined;
  readonly remember: (key: string, call: Call) => void;
  /** A deleted Profile's answers hold its key. */
  readonly forget: (uid: string) => void;
  readonly clear: () => void;
}

/** About 1,200 tenants' answers. They hold keys, which the process holds anyway. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Bounds the entries of small answers. */
const MAX_ENTRIES = 10_000;

export function createAnswerCache(): AnswerCache {
  const calls = new LRUCache<string, Call>({
    max: MAX_ENTRIES,
    maxSize: MAX_BYTES,
    sizeCalculation: ({body}) => body.length + 200,
  });
  let generation = 0;
  return {
    // An answer begun before `clear` is remembered, if at all, under a key that nobody asks for again.
    keyOf: (path, bytes) => `${generation} ${path} ${hash('sha256', bytes, 'base64')}`,
    get: key => calls.get(key),
    remember: (key, call) => {
      if (call.freshForSeconds <= 0) return;
      const ttl = call.freshForSeconds * 1000;
      calls.set(key, call, Number.isFinite(ttl) ? {ttl} : {});
    },
    forget: uid => {
      for (const [key, call] of calls.entries()) if (call.uid === uid) calls.delete(key);
    },
    clear: () => {
      generation++;
      calls.clear();
    },
  };
}
