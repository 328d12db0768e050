import type {TenantRecord} from './record.ts';
import type {Records, VersionedRecord} from './records.ts';
import {isStoreError} from './store/error.ts';

/** How long a holder goes on for, all its calls together: Metacontroller gives up on a sync after 10 s. */
export const HOLDER_MILLISECONDS = 8000;

/**
 * How long nobody else changes this tenant's access to the store. Far longer than its holder goes on for: a call
 * that it gave up on may still be carried out, and must be over when the next holder looks.
 */
export const LEASE_SECONDS = 60;

/** The right to change one tenant's access to the store, as the record says. */
export interface Lease {
  readonly held: VersionedRecord;
}

/** Takes the lease, or says that somebody else has it. Throws StoreError. */
export async function takeLease(
  records: Records,
  uid: string,
  before: VersionedRecord | undefined,
  start: TenantRecord,
  {nonce, now}: {readonly nonce: string; readonly now: number},
  signal: AbortSignal,
): Promise<Lease | 'taken'> {
  const lease = before?.record.lease;
  if (lease && lease.at + LEASE_SECONDS > now) return 'taken';
  const record = {...start, lease: {nonce, at: now}};
  try {
    const held = before
      ? await records.replace(uid, before.etag, record, signal)
      : await records.create(uid, record, signal);
    return {held};
  } catch (error) {
    if (isStoreError(error, 'conflict')) return 'taken';
    throw error;
  }
}

/** The record without its lease. */
export function released({lease: _, ...record}: TenantRecord): TenantRecord {
  return record;
}

/**
 * Ends the lease of work that failed, unless a call may still be carried out: the next holder must not look before that
 * is over.
 */
export async function letGo(
  records: Records,
  uid: string,
  {held}: Lease,
  error: unknown,
  signal: AbortSignal,
): Promise<void> {
  if (!isStoreError(error) || error.isOutcomeUnknown) return;
  try {
    await records.replace(uid, held.etag, released(held.record), signal);
  } catch (second) {
    // It ends by itself, later.
    if (!isStoreError(second)) throw second;
  }
}
