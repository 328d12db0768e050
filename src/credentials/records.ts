import {DamagedRecordError} from '../errors.ts';
import {parseRecord, type TenantRecord, type Tombstone} from './record.ts';
import type {Seal} from './seal.ts';
import type {ObjectStore} from './store/objects.ts';

/** A record as it was read, or written just now. */
export interface VersionedRecord {
  readonly record: TenantRecord;
  /** What the next write must find unchanged. */
  readonly etag: string;
}

/** Records in a bucket that no tenant reaches, by Profile uid, written by compare-and-swap. Calls throw StoreError. */
export interface Records {
  /** Throws DamagedRecordError for what cannot be read. */
  readonly read: (uid: string, signal: AbortSignal) => Promise<VersionedRecord | undefined>;
  /** Fails with `conflict` where there is one. */
  readonly create: (uid: string, record: TenantRecord, signal: AbortSignal) => Promise<VersionedRecord>;
  /** Fails with `conflict` where it is not the version that was read. */
  readonly replace: (
    uid: string,
    etag: string,
    record: TenantRecord,
    signal: AbortSignal,
  ) => Promise<VersionedRecord>;
  readonly remove: (uid: string, signal: AbortSignal) => Promise<void>;
  /** The uids of all records of this cluster. */
  readonly list: (signal: AbortSignal) => Promise<string[]>;
  readonly readTombstone: (ns: string, signal: AbortSignal) => Promise<Tombstone | undefined>;
  readonly writeTombstone: (tombstone: Tombstone, signal: AbortSignal) => Promise<void>;
}

/** Where records are. */
export interface RecordPlace {
  readonly bucket: string;
  /** Keeps apart the clusters that share a store. */
  readonly clusterId: string;
}

const TOMBSTONES = 'tombstones/';

/** What uids are made of. */
const DIGITS = '0123456789abcdef-';

/** Keys in one page of a list. */
const PAGE = 1000;

export function createRecords(objects: ObjectStore, seal: Seal, {bucket, clusterId}: RecordPlace): Records {
  const keyOf = (name: string) => `${clusterId}/${name}`;
  const sealed = (key: string, content: object) => seal.seal(JSON.stringify(content), `${bucket}/${key}`);

  async function read(name: string, signal: AbortSignal): Promise<{text: string; etag: string} | undefined> {
    const key = keyOf(name);
    const found = await objects.getObject(bucket, key, signal);
    return found && {text: undamaged(key, () => seal.open(found.body, `${bucket}/${key}`)), etag: found.etag};
  }

  // A page at a time, by ever longer prefixes: uids begin with hexadecimal digits, evenly.
  async function listAll(prefix: string, signal: AbortSignal): Promise<readonly string[]> {
    const {keys, hasMore} = await objects.listObjects(bucket, prefix, PAGE, signal);
    if (!hasMore) return keys;
    const parts = await Promise.all([...DIGITS].map(digit => listAll(prefix + digit, signal)));
    return parts.flat();
  }

  return {
    read: async (uid, signal) => {
      const found = await read(uid, signal);
      return found && {record: undamaged(keyOf(uid), () => parseRecord(found.text)), etag: found.etag};
    },
    create: async (uid, record, signal) => {
      const body = sealed(keyOf(uid), record);
      return {record, etag: await objects.putObject(bucket, keyOf(uid), body, {ifNoneMatch: '*'}, signal)};
    },
    replace: async (uid, etag, record, signal) => {
      const body = sealed(keyOf(uid), record);
      return {record, etag: await objects.putObject(bucket, keyOf(uid), body, {ifMatch: etag}, signal)};
    },
    remove: async (uid, signal) => await objects.deleteObject(bucket, keyOf(uid), signal),
    list: async signal => {
      const keys = await listAll(keyOf(''), signal);
      return keys.map(key => key.slice(keyOf('').length)).filter(name => !name.includes('/'));
    },
    readTombstone: async (ns, signal) => {
      const found = await read(TOMBSTONES + ns, signal);
      return found && undamaged(keyOf(TOMBSTONES + ns), () => JSON.parse(found.text) as Tombstone);
    },
    writeTombstone: async (tombstone, signal) => {
      const key = keyOf(TOMBSTONES + tombstone.ns);
      await objects.putObject(bucket, key, sealed(key, tombstone), undefined, signal);
    },
  };
}

function undamaged<T>(key: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    // A parser's message would quote what it read.
    const reason = error instanceof SyntaxError ? 'it is not JSON' : (error as Error).message;
    throw new DamagedRecordError(`cannot read record ${key}: ${reason}`);
  }
}
