import type {TenantRecord} from './record.ts';

/** Why something must be done in the store. */
export type Reason = 'no key' | 'policy' | 'previous key' | 'earlier user' | 'check';

/** What a record is held against. */
export interface DueInput {
  readonly policyHash: string;
  /** Unix seconds. */
  readonly now: number;
}

/**
 * How long a record is believed to describe the store. What somebody changed there behind our back is put right by
 * then: the user, its policy, a key that is gone or that nobody was given.
 */
const CHECK_AFTER_SECONDS = 24 * 60 * 60;

/** The first reason to change something, if there is one. */
export function dueReason(record: TenantRecord | undefined, {policyHash, now}: DueInput): Reason | undefined {
  if (!record?.current) return 'no key';
  if (record.policyHash !== policyHash) return 'policy';
  if (record.previous && record.previous.until <= now) return 'previous key';
  if (record.adopted && record.adopted.until <= now) return 'earlier user';
  if ((record.checkedAt ?? 0) + CHECK_AFTER_SECONDS <= now) return 'check';
  return undefined;
}
