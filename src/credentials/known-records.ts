import {LRUCache} from 'lru-cache';
import type {VersionedRecord} from './records.ts';

/** A record as this process saw it last. */
export interface KnownRecord extends VersionedRecord {
  /** Infinity where something has happened to it since. */
  readonly ageSeconds: number;
}

/** The last record read of each tenant: it answers for a minute, and as long as the store is down. */
export interface KnownRecords {
  readonly get: (uid: string) => KnownRecord | undefined;
  /** Returns it as known; without one the tenant has none, and what was known is forgotten. */
  readonly remember: (uid: string, read: VersionedRecord | undefined) => KnownRecord | undefined;
  /** It may have changed: still good while the store is down, and no longer than that. */
  readonly doubt: (uid: string) => void;
  /** Whether there was one. */
  readonly forget: (uid: string) => boolean;
}

/** About 1 kB each. */
const MAX_RECORDS = 20_000;

/** `now` is in Unix seconds. */
export function createKnownRecords(now: () => number): KnownRecords {
  const records = new LRUCache<string, VersionedRecord & {readonly readAt: number}>({max: MAX_RECORDS});
  const get = (uid: string) => {
    const known = records.get(uid);
    return known && {record: known.record, etag: known.etag, ageSeconds: now() - known.readAt};
  };
  return {
    get,
    remember: (uid, read) => {
      if (read) records.set(uid, {...read, readAt: now()});
      else records.delete(uid);
      return get(uid);
    },
    doubt: uid => {
      const known = records.get(uid);
      if (known) records.set(uid, {...known, readAt: Number.NEGATIVE_INFINITY});
    },
    forget: uid => records.delete(uid),
  };
}
