import {isJsonObject, type Json} from '../kubernetes/object.ts';

/**
 * All that is known of one tenant's access to the store: the only place that a key in an answer comes from.
 *
 * Times are Unix seconds.
 */
export interface TenantRecord {
  /** The Profile's name, which is its namespace's. */
  readonly ns: string;
  /** The store's user. */
  readonly user: string;
  /** When there was none yet. */
  readonly madeAt?: number;
  /** Counts keys; consumers restart by it. */
  readonly gen: number;
  /** Counts departures of readers. */
  readonly epoch: number;
  /** What the tenant was granted, for that is what may be reclaimed. */
  readonly bucket: string;
  readonly prefixes: readonly string[];
  readonly current?: CurrentKey;
  /** The key before, which works until then. */
  readonly previous?: {readonly id: string; readonly until: number};
  /** A user that an earlier controller made for this namespace, to be retired then. */
  readonly adopted?: {readonly user: string; readonly until: number};
  /** Whoever changes something in the store, and since when. */
  readonly lease?: {readonly nonce: string; readonly at: number};
  /** Of the policy that was put last. */
  readonly policyHash?: string;
  /** When user, policy and keys were last seen to be right. */
  readonly checkedAt?: number;
  /** The last request for a rotation that was answered. */
  readonly rotateSeen?: string;
}

export interface CurrentKey {
  readonly id: string;
  readonly secret: string;
  readonly at: number;
  /** Who could read it. */
  readonly readers: readonly string[];
}

/** A Profile that is gone. */
export interface Tombstone {
  readonly ns: string;
  readonly uid: string;
  readonly at: number;
  /** Its artifacts went with it, so the name is free. */
  readonly isEmpty?: boolean;
}

/** Reads a record's JSON. Throws where it is none: a damaged record must never pass for an absent one. */
export function parseRecord(text: string): TenantRecord {
  const raw = JSON.parse(text) as Json;
  const record = isJsonObject(raw) ? (raw as unknown as TenantRecord) : undefined;
  const isWhole =
    record &&
    isText(record.ns) &&
    isText(record.user) &&
    Number.isInteger(record.gen) &&
    Number.isInteger(record.epoch) &&
    isText(record.bucket) &&
    Array.isArray(record.prefixes) &&
    (record.current === undefined || (isText(record.current.id) && isText(record.current.secret))) &&
    (record.previous === undefined || (isText(record.previous.id) && isTime(record.previous.until))) &&
    (record.adopted === undefined || (isText(record.adopted.user) && isTime(record.adopted.until))) &&
    (record.madeAt === undefined || isTime(record.madeAt)) &&
    (record.lease === undefined || (isText(record.lease.nonce) && isTime(record.lease.at)));
  if (!isWhole) throw new Error('it lacks fields');
  return record;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value);
}
